// One file of a list: a card in the grid, a row in the table; the style sheet makes the difference.
import { local } from './api.js';
import { h, icon, iconButton } from './dom.js';
import { bytes, kind, number, time } from './format.js';
import { t } from './i18n.js';

/** There are no small versions of pictures: very large ones are shown only when they are opened. */
const THUMB_BYTES_MAX = 12_000_000;

/** A picture in a box of fixed shape, or the icon of the file's kind. */
export function thumb(name, url, size) {
  const type = kind(name);
  if (type !== 'image' || size > THUMB_BYTES_MAX || !url) {
    const end = name.lastIndexOf('.');
    const label = end > 0 && name.length - end <= 6 ? name.slice(end + 1) : '';
    return h('span', { class: 'thumb', 'data-kind': type }, icon(type),
      label && h('span', { class: 'label' }, label));
  }
  const image = h('img', { loading: 'lazy', decoding: 'async', alt: '', src: local(url) });
  image.addEventListener('error', () => image.replaceWith(icon('image')));
  return h('span', { class: 'thumb' }, image);
}

/** Fills a list's element. `choice` is {isOn, toggle} where files can be chosen; `buttons` come last. */
export function fillCard(node, file, { open, choice, buttons = [], badge, isLeaving }) {
  node.classList.toggle('chosen', choice?.isOn === true);
  node.classList.toggle('leaving', isLeaving === true);
  node.replaceChildren(
    h('button', {
      type: 'button', class: 'open', 'data-main': true, 'aria-label': t('openNamed', file.file_name),
      'aria-disabled': isLeaving && 'true', onclick: isLeaving ? null : open,
    }, thumb(file.file_name, file.url, file.size)),
    choice ? h('label', { class: 'choose' },
      h('input', {
        type: 'checkbox', checked: choice.isOn, 'data-place': 'choose',
        'aria-label': t('chooseNamed', file.file_name), onclick: choice.toggle,
      })) : '',
    h('div', { class: 'caption' },
      h('p', { class: 'name', title: file.file_name }, file.file_name),
      h('p', { class: 'facts' },
        badge,
        h('span', { class: 'size' }, bytes(file.size)),
        h('time', { class: 'when', title: file.create_time }, time(file.create_time)),
        h('span', { class: 'count', title: t('downloads', number(file.pv)) },
          icon('download'), h('span', { class: 'hidden' }, t('downloads', '')), number(file.pv)))),
    h('div', { class: 'buttons' },
      buttons.filter(Boolean).map(({ name, label, run, place }) => iconButton(name, label, run, {
        'data-place': place ?? name,
      }))));
}

/** The word for a list that is empty, with what to do about it. */
export function emptyState(name, title, text, ...actions) {
  return h('div', { class: 'empty' }, icon(name), h('h2', null, title), h('p', null, text),
    actions.length > 0 && h('div', { class: 'row' }, actions));
}
