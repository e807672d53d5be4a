// The panel of uploads at the page's corner: progress of each and of all, and the links afterwards.
import { h, icon, iconButton } from './dom.js';
import { chooseFiles } from './drop.js';
import { bytes, kind } from './format.js';
import { t } from './i18n.js';
import { copy, link, notation, notations, setNotation } from './links.js';
import { session } from './session.js';
import { toast } from './toast.js';
import { queue } from './uploads.js';

const rows = new Map();
let panel = null;
let parts = {};
let isFolded = false;
let isDrawPending = false;

/** Builds the panel anew, in the language of now. */
export function mountUploadPanel() {
  panel?.remove();
  rows.clear();
  parts = {
    title: h('h2'),
    news: h('p', { class: 'hidden', role: 'status' }),
    pauseAll: iconButton('pause', t('pauseAll'), () => queue.pauseAll()),
    resumeAll: iconButton('retry', t('resumeAll'), () => queue.resumeAll()),
    total: h('progress', { max: '1', 'aria-label': t('uploadsTotal') }),
    list: h('ul', { class: 'upload-list', role: 'list' }),
    foot: h('footer', null, notationSwitch(),
      h('button', { type: 'button', class: 'button primary small copy-all', onclick: copyAll },
        icon('copy'), t('copyAll'))),
  };
  panel = h('section', { class: 'uploads', 'aria-label': t('uploads'), hidden: true },
    h('header', null, parts.title,
      iconButton('upload', t('addFiles'), () => chooseFiles()),
      parts.pauseAll, parts.resumeAll,
      iconButton('down', t('fold'), fold, { 'aria-expanded': String(!isFolded) }),
      iconButton('close', t('close'), close)),
    parts.news, parts.total, parts.list, parts.foot);
  panel.classList.toggle('folded', isFolded);
  document.body.append(panel);
  draw();
}

function fold(event) {
  isFolded = !isFolded;
  panel.classList.toggle('folded', isFolded);
  event.currentTarget.setAttribute('aria-expanded', String(!isFolded));
}

/** What is finished leaves the list; what is not only hides behind the folded panel. */
function close() {
  queue.clear();
  if (queue.uploads.length > 0 && !isFolded) panel.querySelector('[aria-expanded]').click();
}

function notationSwitch() {
  return h('div', { class: 'segments', role: 'radiogroup', 'aria-label': t('linkFormat') },
    notations.map((name) => h('label', null,
      h('input', {
        type: 'radio', name: 'notation', value: name, checked: name === notation(),
        onchange: () => setNotation(name),
      }),
      h('span', null, name))));
}

async function copyAll() {
  const done = queue.uploads.filter((upload) => upload.url);
  await copy(done.map((upload) => link(upload)).join('\n'));
  toast(t('copiedLinks', done.length));
}

async function copyOne(upload) {
  await copy(link(upload));
  toast(t('copied'));
}

/** At most one drawing a frame, however often progress is told. */
function drawSoon() {
  if (isDrawPending) return;
  isDrawPending = true;
  requestAnimationFrame(() => {
    isDrawPending = false;
    draw();
  });
}

function draw() {
  const { uploads } = queue;
  const wasHidden = panel.hidden;
  panel.hidden = uploads.length === 0;
  if (panel.hidden) {
    rows.clear();
    parts.list.replaceChildren();
    return;
  }
  if (wasHidden && isFolded) panel.querySelector('[aria-expanded]').click();
  for (const [upload, row] of rows) {
    if (!uploads.includes(upload)) {
      row.element.remove();
      rows.delete(upload);
    }
  }
  for (const upload of uploads) {
    if (!rows.has(upload)) {
      rows.set(upload, new Row(upload));
      parts.list.append(rows.get(upload).element);
    }
    rows.get(upload).draw();
  }
  drawTotal(uploads);
}

function drawTotal(uploads) {
  const size = uploads.reduce((sum, upload) => sum + upload.file.size, 0);
  const done = uploads.reduce((sum, upload) => sum + upload.doneBytes, 0);
  const finished = uploads.filter((upload) => upload.isDone).length;
  const failed = uploads.filter((upload) => upload.state === 'failed');
  const paused = uploads.some((upload) => upload.state === 'paused');
  const ended = t('uploaded', finished, failed.length);
  parts.title.textContent = queue.unfinished > 0 ? t('uploading', finished, uploads.length)
    : paused ? `${t('paused')} · ${ended}` : ended;
  say(queue.unfinished > 0 ? failed.map(failure).at(-1) ?? '' : ended);
  parts.total.value = size > 0 ? done / size : finished / uploads.length;
  parts.total.classList.toggle('still', queue.unfinished === 0);
  parts.pauseAll.hidden = queue.unfinished === 0;
  parts.resumeAll.hidden = !paused && failed.every((upload) => upload.error.isFinal);
  parts.foot.hidden = !uploads.some((upload) => upload.url);
}

const failure = ({ name, error }) => `${name}: ${explain(error)}`;

/** For screen readers: the same words are not said twice. */
function say(words) {
  if (parts.news.textContent !== words) parts.news.textContent = words;
}

/** Bytes of a picture up to which its preview is made from the file itself. */
const PREVIEW_BYTES_MAX = 16 << 20;

/** One upload's line. */
class Row {
  #drawnState = null;

  constructor(upload) {
    this.upload = upload;
    this.status = h('p', { class: 'status' });
    this.progress = h('progress', { max: '1', 'aria-label': upload.name });
    this.actions = h('div', { class: 'actions' });
    this.element = h('li', { class: 'upload' }, this.#thumb(),
      h('div', { class: 'about' }, h('p', { class: 'name', title: upload.name }, upload.name),
        this.progress, this.status), this.actions);
  }

  #thumb() {
    const { file, name } = this.upload;
    const type = kind(name);
    if (type !== 'image' || file.size > PREVIEW_BYTES_MAX || /\.svg$/i.test(name)) {
      return h('div', { class: 'thumb' }, icon(type));
    }
    const url = URL.createObjectURL(file);
    const forget = () => URL.revokeObjectURL(url);
    const image = h('img', { src: url, alt: '', decoding: 'async', onload: forget });
    image.addEventListener('error', () => {
      forget();
      image.replaceWith(icon('image'));
    });
    return h('div', { class: 'thumb' }, image);
  }

  draw() {
    const { upload } = this;
    this.progress.hidden = !upload.isActive;
    if (upload.state === 'hashing' && upload.part === 0) this.progress.removeAttribute('value');
    else this.progress.value = upload.part;
    if (upload.isActive) this.status.textContent = this.#words();
    if (upload.state === this.#drawnState) return;
    this.#drawnState = upload.state;
    this.status.textContent = this.#words();
    this.element.dataset.state = upload.state;
    const hadFocus = this.actions.contains(document.activeElement);
    this.actions.replaceChildren(...this.#buttons());
    if (hadFocus) this.actions.firstElementChild?.focus();
  }

  #words() {
    const { upload } = this;
    const size = bytes(upload.file.size);
    switch (upload.state) {
      case 'hashing': return `${t('checking')} · ${size}`;
      case 'sending': return `${Math.floor(upload.part * 100)}% · ${size}`;
      default: return upload.error ? explain(upload.error) : `${t(upload.state)} · ${size}`;
    }
  }

  #buttons() {
    const { upload } = this;
    const cancel = () => iconButton('close', t('cancelNamed', upload.name), () => queue.cancel(upload));
    if (upload.isDone) {
      return upload.url
        ? [iconButton('copy', t('copyLinkNamed', upload.name), () => copyOne(upload))] : [];
    }
    if (upload.error?.isFinal) return [cancel()];
    if (upload.state === 'paused' || upload.state === 'failed') {
      const [name, words] = upload.state === 'paused'
        ? ['play', t('resumeNamed', upload.name)] : ['retry', t('retryNamed', upload.name)];
      return [iconButton(name, words, () => queue.resume(upload)), cancel()];
    }
    return [iconButton('pause', t('pauseNamed', upload.name), () => queue.pause(upload)), cancel()];
  }
}

const explain = (error) => (error.explain ? error.explain() : String(error));

queue.addEventListener('change', drawSoon);
session.addEventListener('change', () => {
  if (queue.unfinished > 0) toast(t('uploadsStopped', queue.unfinished), { tone: 'bad' });
  queue.drop();
});
