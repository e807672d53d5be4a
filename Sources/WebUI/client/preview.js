// A file at full size: pictures, video, sound, PDF and text; arrow keys lead to its neighbours.
import { local } from './api.js';
import { h, icon, iconButton } from './dom.js';
import { present } from './dialog.js';
import { bytes, kind, number } from './format.js';
import { t } from './i18n.js';
import { copy, link, notation, notations, setNotation } from './links.js';
import { openMenu } from './menu.js';
import { toast } from './toast.js';

const TEXT_BYTES_MAX = 256 * 1024;
const PDF_BYTES_MAX = 64 << 20;

/** UTF-8, whose last character may be cut; else what Chinese Windows writes. */
function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Opens item `index` of a gallery. `menu(file)` says what can be done with it. */
export function openPreview(gallery, index, menu) {
  new Preview(gallery, menu).show(index);
}

/** The browser's Back closes a dialog as if it were a page; closing it otherwise goes back, too. */
function closeOnBack(dialog) {
  history.pushState({ isDialog: true }, '');
  const onpop = () => dialog.close();
  addEventListener('popstate', onpop);
  dialog.addEventListener('close', () => {
    removeEventListener('popstate', onpop);
    if (history.state?.isDialog) history.back();
  });
}

class Preview {
  #index = 0;
  #file = null;
  #stop = new AbortController();
  #url = null;

  constructor(gallery, menu) {
    this.gallery = gallery;
    this.menu = menu;
    gallery.onupdate = () => this.#drawFacts();
    this.title = h('h2');
    this.facts = h('p', { class: 'facts' });
    this.stage = h('div', { class: 'stage' });
    this.back = iconButton('left', t('previous'), () => this.show(this.#index - 1), { class: 'icon-button turn back' });
    this.on = iconButton('right', t('next'), () => this.show(this.#index + 1), { class: 'icon-button turn on' });
    this.format = h('select', {
      'aria-label': t('linkFormat'), onchange: () => setNotation(this.format.value),
    }, notations.map((name) => h('option', { value: name }, name)));
    this.dialog = h('dialog', {
      class: 'preview', 'aria-label': t('preview'), onkeydown: (event) => this.#onkey(event),
      onclose: () => {
        gallery.onupdate = null;
        this.#clear();
      },
    },
    h('header', { class: 'dialog-head' }, h('div', { class: 'about' }, this.title, this.facts),
      this.format,
      iconButton('copy', t('copyLink'), () => this.#copy(), { autofocus: true }),
      iconButton('more', t('more'), (event) => openMenu(event.currentTarget, this.#menu())),
      iconButton('close', t('close'), () => this.dialog.close())),
    h('div', { class: 'frame' }, this.back, this.stage, this.on));
  }

  async show(index) {
    if (index < 0 || index >= this.gallery.total) return;
    this.#index = index;
    if (!this.dialog.isConnected) {
      present(this.dialog);
      closeOnBack(this.dialog);
    }
    const file = await this.gallery.itemAt(index);
    if (!file || index !== this.#index) return;
    this.#clear();
    this.#stop = new AbortController();
    this.#file = file;
    this.title.textContent = file.file_name;
    this.#drawFacts();
    this.format.value = notation();
    this.back.disabled = index === 0;
    this.on.disabled = index === this.gallery.total - 1;
    this.#fill(file);
  }

  #drawFacts() {
    const { user, size, create_time: created, pv } = this.#file;
    this.facts.replaceChildren(...[user, bytes(size), created, t('downloads', number(pv))].filter(Boolean)
      .map((text) => h('span', null, text)));
  }

  #menu() {
    return this.menu(this.#file).map((item) => (item?.danger
      ? { ...item, run: () => { this.dialog.close(); item.run(); } } : item));
  }

  async #copy() {
    await copy(link({ url: this.#file.url, name: this.#file.file_name }));
    toast(t('copied'));
  }

  #clear() {
    this.#stop.abort();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
    this.stage.replaceChildren();
  }

  #fill(file) {
    const src = local(file.url);
    const makers = {
      image: () => this.#image(src, file),
      video: () => h('video', { src, controls: true, preload: 'metadata', onerror: () => this.#none(file) }),
      audio: () => h('audio', { src, controls: true, preload: 'metadata', onerror: () => this.#none(file) }),
      pdf: () => this.#pdf(src, file),
      text: () => this.#text(src, file),
    };
    const content = makers[kind(file.file_name)]?.();
    if (content) this.stage.append(content);
    else this.#none(file);
  }

  #none(file) {
    const { label, run } = this.#menu().find((item) => item?.icon === 'download');
    this.stage.replaceChildren(h('div', { class: 'none' }, icon(kind(file.file_name)), h('p', null, t('noPreview')),
      h('button', { type: 'button', class: 'button primary', onclick: run }, icon('download'), label)));
  }

  #image(src, file) {
    this.stage.classList.add('busy');
    const done = () => this.stage.classList.remove('busy');
    return h('img', {
      src, alt: file.file_name, decoding: 'async', onload: done,
      onerror: () => {
        done();
        this.#none(file);
      },
    });
  }

  /** The server keeps PDFs from running as this site; the browser's viewer wants one from the page itself. */
  #pdf(src, file) {
    if (file.size > PDF_BYTES_MAX) return null;
    const frame = h('iframe', { title: file.file_name });
    this.#fetch(src, {}).then(async (response) => {
      const pdf = new Blob([await response.arrayBuffer()], { type: 'application/pdf' });
      if (file !== this.#file) return;
      this.#url = URL.createObjectURL(pdf);
      frame.src = this.#url;
    }).catch((error) => this.#failed(error, file));
    return frame;
  }

  #text(src, file) {
    const box = h('pre', { tabindex: '0' });
    // An empty file has no first byte to ask for.
    if (file.size === 0) return box;
    this.#fetch(src, { headers: { Range: `bytes=0-${TEXT_BYTES_MAX - 1}` } }).then(async (response) => {
      const text = decode(await response.arrayBuffer());
      box.textContent = file.size > TEXT_BYTES_MAX ? `${text}\n\n… ${t('textCut')}` : text;
    }).catch((error) => this.#failed(error, file));
    return box;
  }

  async #fetch(src, options) {
    const response = await fetch(src, { ...options, signal: this.#stop.signal });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  }

  #failed(error, file) {
    if (error.name !== 'AbortError') this.#none(file);
  }

  #onkey(event) {
    if (event.target.closest('video, audio, pre, select, [role=menu]')) return;
    if (event.key === 'ArrowLeft') this.show(this.#index - 1);
    if (event.key === 'ArrowRight') this.show(this.#index + 1);
  }
}
