// What everybody shares: look, download, keep.
import { api } from './api.js';
import { h } from './dom.js';
import { keyOf, save } from './file-actions.js';
import { emptyState, fillCard } from './file-card.js';
import { number } from './format.js';
import { Gallery } from './gallery.js';
import { t } from './i18n.js';
import { copy, link } from './links.js';
import { openPreview } from './preview.js';
import { session } from './session.js';
import { fail, toast } from './toast.js';

export class SharesView {
  constructor() {
    this.total = h('span', { class: 'total' });
    this.state = h('div');
    this.gallery = new Gallery({
      label: t('shares'), keyOf,
      load: (start, count) => api.shares(start, count),
      make: (node, file, index) => this.#fill(node, file, index),
      onload: (total) => this.#loaded(total),
      onerror: (error) => this.#failed(error),
    });
    this.element = h('section', { class: 'view' },
      h('header', { class: 'view-head' }, h('h1', null, t('shares')), this.total),
      this.state, this.gallery.element);
  }

  destroy() { this.gallery.destroy(); }

  #loaded(total) {
    this.total.textContent = number(total);
    this.state.replaceChildren();
    if (total === 0) this.state.append(emptyState('share', t('noShares'), t('noSharesHint')));
  }

  #failed(error) {
    if (this.gallery.total !== null) return fail(error);
    this.state.replaceChildren(emptyState('retry', t('loadFailed'), error.explain(),
      h('button', { type: 'button', class: 'button', onclick: () => this.gallery.refresh() }, t('retry'))));
  }

  #fill(node, file, index) {
    const isMine = file.user === session.user;
    fillCard(node, file, {
      open: () => openPreview(this.gallery, index, (shown) => this.#menu(shown)),
      badge: h('span', { class: 'sharer', title: t('sharedBy', file.user) }, file.user),
      buttons: [
        session.user && !isMine
          && { name: 'save', label: t('saveNamed', file.file_name), run: () => keep(file) },
        {
          name: 'download', label: t('downloadNamed', file.file_name),
          run: () => this.#download(file),
        },
      ],
    });
  }

  #menu(file) {
    return [
      { label: t('download'), icon: 'download', run: () => this.#download(file) },
      { label: t('copyLink'), icon: 'copy', run: () => copyLink(file) },
      session.user && file.user !== session.user
        && { label: t('save'), icon: 'save', run: () => keep(file) },
    ].filter(Boolean);
  }

  async #download(file) {
    try {
      await save(file);
      await api.countShareDownload(file);
      file.pv += 1;
      this.gallery.update(keyOf(file));
    } catch (error) {
      fail(error, { 1: t('shareGone') });
    }
  }
}

/** Makes somebody's shared file one's own too. */
async function keep(file) {
  try {
    await api.save(session.user, file);
    toast(t('saved'), { action: { label: t('files'), run: () => { location.hash = '#/'; } } });
  } catch (error) {
    fail(error, { 1: t('shareGone'), 5: t('savedAlready') });
  }
}

async function copyLink(file) {
  await copy(link({ url: file.url, name: file.file_name }));
  toast(t('copied'));
}
