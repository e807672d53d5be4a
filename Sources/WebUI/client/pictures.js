// My picture links: pages that anyone may open, with how often each was seen.
import { api, sharePage } from './api.js';
import { ask } from './dialog.js';
import { h, icon, iconButton } from './dom.js';
import { emptyState, thumb } from './file-card.js';
import { bytes, number, time } from './format.js';
import { Gallery } from './gallery.js';
import { t } from './i18n.js';
import { copy } from './links.js';
import { session } from './session.js';
import { fail, toast } from './toast.js';

export class PicturesView {
  constructor() {
    this.total = h('span', { class: 'total' });
    this.state = h('div');
    this.gallery = new Gallery({
      label: t('pictures'), layout: 'table', keyOf: (picture) => picture.urlmd5,
      load: (start, count) => api.pictures(session.user, start, count),
      make: (node, picture) => this.#fill(node, picture),
      onload: (total) => this.#loaded(total),
      onerror: (error) => this.#failed(error),
    });
    this.element = h('section', { class: 'view' },
      h('header', { class: 'view-head' }, h('h1', null, t('pictures')), this.total),
      this.state, this.gallery.element);
  }

  destroy() { this.gallery.destroy(); }

  #loaded(total) {
    this.total.textContent = number(total);
    this.state.replaceChildren();
    if (total === 0) this.state.append(emptyState('link', t('noPictures'), t('noPicturesHint')));
  }

  #failed(error) {
    if (error.sessionEnded) return;
    if (this.gallery.total !== null) return fail(error);
    this.state.replaceChildren(emptyState('retry', t('loadFailed'), error.explain(),
      h('button', { type: 'button', class: 'button', onclick: () => this.gallery.refresh() }, t('retry'))));
  }

  #fill(node, picture) {
    const { file_name: name, urlmd5 } = picture;
    const url = sharePage(urlmd5);
    node.replaceChildren(
      h('a', {
        class: 'open', 'data-main': true, href: url, target: '_blank', rel: 'noopener',
        'aria-label': t('openPageNamed', name),
      }, thumb(name, picture.url, picture.size)),
      h('div', { class: 'caption' }, h('p', { class: 'name', title: name }, name),
        h('p', { class: 'facts' }, h('span', { class: 'size' }, bytes(picture.size)),
          h('time', { class: 'when', title: picture.create_time }, time(picture.create_time)),
          h('span', { class: 'count', title: t('views', number(picture.pv)) }, icon('eye'),
            h('span', { class: 'hidden' }, t('views', '')), number(picture.pv)))),
      h('div', { class: 'buttons' },
        iconButton('copy', t('copyLinkNamed', name), async () => {
          await copy(url);
          toast(t('copied'));
        }),
        iconButton('trash', t('cancelLinkNamed', name), () => this.#cancel(picture))));
  }

  /** Whoever has the link loses it, and a new one has another address: that cannot be undone. */
  async #cancel(picture) {
    if (!await ask(t('cancelLink'), t('cancelLinkText', picture.file_name), t('cancelLink'))) return;
    try {
      await api.cancelPicture(session.user, picture.urlmd5);
    } catch (error) {
      if (error.code !== 1) return fail(error);
    }
    this.gallery.remove(picture.urlmd5);
    toast(t('linkCancelled'));
  }
}
