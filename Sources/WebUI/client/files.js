// My files: a grid or a table, ordered four ways; one, several or all chosen.
import { api } from './api.js';
import { chooseFiles } from './drop.js';
import { h, icon, iconButton, kept } from './dom.js';
import {
  changes, copyLinks, download, isLeaving, keyOf, pictureLink, remove, share, unshare,
} from './file-actions.js';
import { emptyState, fillCard } from './file-card.js';
import { number } from './format.js';
import { Gallery } from './gallery.js';
import { t } from './i18n.js';
import { openMenu } from './menu.js';
import { openPreview } from './preview.js';
import { session } from './session.js';
import { fail } from './toast.js';
import { queue } from './uploads.js';

const ORDERS = ['newest', 'oldest', 'most', 'least'];
/** "Choose all" stops here: deleting more by one click would be no kindness. */
const CHOSEN_MAX = 10_000;
const PAGE_ITEMS = 1000;

/** The view; `destroy` when it is left. */
export class FilesView {
  #order = ORDERS.includes(kept.get('order')) ? kept.get('order') : 'newest';
  #layout = kept.get('layout') === 'table' ? 'table' : 'grid';
  #chosen = new Map();
  #last = null;
  #stop = new AbortController();
  #refreshTimer = null;

  constructor() {
    this.total = h('span', { class: 'total' });
    this.state = h('div');
    this.bar = h('div', { class: 'choice', role: 'toolbar', 'aria-label': t('chosenFiles'), hidden: true });
    this.gallery = new Gallery({
      label: t('files'), layout: this.#layout, keyOf,
      load: (start, count) => api.files(session.user, start, count, this.#order),
      make: (node, file, index) => this.#fill(node, file, index),
      onload: (total) => this.#loaded(total),
      onerror: (error) => this.#failed(error),
    });
    this.element = h('section', { class: 'view' }, this.#head(), this.bar, this.state, this.gallery.element);
    const { signal } = this.#stop;
    changes.addEventListener('updated', ({ detail }) => this.gallery.update(keyOf(detail), detail), { signal });
    changes.addEventListener('leaving', ({ detail }) => {
      this.#choose(detail, false);
      this.gallery.update(keyOf(detail));
    }, { signal });
    changes.addEventListener('removed', ({ detail }) => {
      this.#choose(detail, false);
      this.gallery.remove(keyOf(detail));
    }, { signal });
    queue.addEventListener('stored', () => this.#refreshSoon(), { signal });
    addEventListener('keydown', (event) => this.#onkey(event), { signal });
  }

  destroy() {
    this.#stop.abort();
    clearTimeout(this.#refreshTimer);
    this.gallery.destroy();
  }

  #head() {
    const order = h('select', {
      'aria-label': t('order'),
      onchange: () => {
        this.#order = order.value;
        kept.set('order', this.#order);
        this.gallery.refresh();
        scrollTo(0, 0);
      },
    }, ORDERS.map((name) => h('option', { value: name }, t(name))));
    order.value = this.#order;
    const layouts = ['grid', 'table'].map((name) => iconButton(
      name === 'grid' ? 'files' : 'list', t(name), () => {
        this.#layout = name;
        kept.set('layout', name);
        layouts.forEach((button, at) => button.setAttribute('aria-pressed', String((at === 0) === (name === 'grid'))));
        this.gallery.setLayout(name);
      }, { 'aria-pressed': String(name === this.#layout) }));
    return h('header', { class: 'view-head' }, h('h1', null, t('files')), this.total,
      h('div', { class: 'tools' }, order, h('div', { class: 'segments icons' }, layouts),
        iconButton('folder', t('uploadFolder'), () => chooseFiles(true)),
        iconButton('check', t('chooseAll'), () => this.#chooseAll())));
  }

  #loaded(total) {
    this.total.textContent = number(total);
    this.state.replaceChildren();
    if (total > 0) return;
    this.state.append(emptyState('image', t('noFiles'), t('noFilesHint'),
      h('button', { type: 'button', class: 'button primary', onclick: () => chooseFiles() },
        icon('upload'), t('upload'))));
  }

  #failed(error) {
    if (error.sessionEnded) return;
    if (this.gallery.total !== null) return fail(error);
    this.state.replaceChildren(emptyState('retry', t('loadFailed'), error.explain(),
      h('button', { type: 'button', class: 'button', onclick: () => this.gallery.refresh() }, t('retry'))));
  }

  /** Many uploads end within moments: one fetch for all of them, again and again while they last. */
  #refreshSoon() {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = null;
      this.gallery.refresh();
    }, queue.unfinished > 0 ? 2000 : 250);
  }

  #fill(node, file, index) {
    fillCard(node, file, {
      open: (event) => {
        if (this.#chosen.size > 0 || event.ctrlKey || event.metaKey || event.shiftKey) {
          this.#toggle(event, file, index);
        } else openPreview(this.gallery, index, (shown) => this.#menu(shown));
      },
      isLeaving: isLeaving(file),
      choice: { isOn: this.#chosen.has(keyOf(file)), toggle: (event) => this.#toggle(event, file, index) },
      badge: file.share_status === 1 && h('span', { class: 'badge', title: t('isShared') },
        icon('share'), h('span', { class: 'hidden' }, t('isShared'))),
      buttons: [
        { name: 'copy', label: t('copyLinkNamed', file.file_name), run: () => copyLinks([file]) },
        {
          name: 'more', label: t('moreNamed', file.file_name),
          run: (event) => openMenu(event.currentTarget, this.#menu(file)),
        },
      ],
    });
  }

  #menu(file) {
    return [
      { label: t('download'), icon: 'download', run: () => download([file]) },
      { label: t('copyLink'), icon: 'copy', run: () => copyLinks([file]) },
      { label: t('pictureLink'), icon: 'link', run: () => pictureLink(file) },
      file.share_status === 1
        ? { label: t('unshare'), icon: 'unshare', run: () => unshare([file]) }
        : { label: t('share'), icon: 'share', run: () => share([file]) },
      null,
      { label: t('delete'), icon: 'trash', danger: true, run: () => remove([file]) },
    ];
  }

  /** With Shift, everything from the last one chosen to this. */
  async #toggle(event, file, index) {
    const isOn = !this.#chosen.has(keyOf(file));
    if (event.shiftKey && this.#last !== null) {
      const [from, to] = [Math.min(this.#last, index), Math.max(this.#last, index)];
      for (let at = from; at <= Math.min(to, from + CHOSEN_MAX); at += 1) {
        const other = await this.gallery.itemAt(at);
        if (other) this.#choose(other, isOn);
      }
      this.gallery.updateAll();
    } else {
      this.#choose(file, isOn);
      this.gallery.update(keyOf(file));
    }
    this.#last = index;
  }

  #choose(file, isOn) {
    if (isOn) this.#chosen.set(keyOf(file), file);
    else if (!this.#chosen.delete(keyOf(file))) return;
    this.#drawBar();
  }

  async #chooseAll() {
    if (this.#chosen.size > 0) return this.#chooseNone();
    try {
      for (let start = 0; start < Math.min(this.gallery.total ?? 0, CHOSEN_MAX); start += PAGE_ITEMS) {
        const { files } = await api.files(session.user, start, PAGE_ITEMS, this.#order);
        for (const file of files) this.#chosen.set(keyOf(file), file);
      }
    } catch (error) {
      fail(error);
    }
    this.#drawBar();
    this.gallery.updateAll();
  }

  #chooseNone() {
    this.#chosen.clear();
    this.#drawBar();
    this.#last = null;
    this.gallery.updateAll();
  }

  #drawBar() {
    const files = [...this.#chosen.values()];
    // The bar takes the focus with it: back to where the choice was made.
    if (files.length === 0 && this.bar.contains(document.activeElement)) this.gallery.focus(this.#last ?? 0);
    this.bar.hidden = files.length === 0;
    this.element.classList.toggle('choosing', files.length > 0);
    if (this.bar.hidden) return;
    const act = (name, label, work) => h('button', {
      type: 'button', class: name === 'trash' ? 'danger' : null, title: label, 'aria-label': label,
      onclick: () => {
        if (name === 'trash') this.#chooseNone();
        work(files);
      },
    }, icon(name), h('span', null, label));
    this.bar.replaceChildren(
      iconButton('close', t('chooseNone'), () => this.#chooseNone()),
      h('strong', { role: 'status' }, t('chosen', number(files.length))),
      act('copy', t('copyLink'), copyLinks), act('download', t('download'), download),
      act('share', t('share'), share), act('unshare', t('unshare'), unshare),
      act('trash', t('delete'), remove));
  }

  #onkey(event) {
    if (event.target.closest('input:not([type=checkbox]), textarea, select, dialog, [role=menu]')) return;
    if (event.key === 'Escape' && this.#chosen.size > 0) this.#chooseNone();
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#chooseAll();
    }
    const key = event.target.closest('.gallery li')?.getAttribute('aria-posinset');
    if (event.key === 'Delete' && this.#chosen.size > 0) remove([...this.#chosen.values()]);
    else if (event.key === 'Delete' && key) {
      this.gallery.itemAt(key - 1).then((file) => remove([file]));
      this.gallery.focus(Number(key));
    }
  }
}
