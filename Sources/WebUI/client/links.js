// A file's link in the notations that people paste.
import { kept } from './dom.js';
import { kind } from './format.js';

const html = (text) => text.replace(/[&<>"]/g,
  (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character]);
const markdown = (text) => text.replace(/[\\[\]<>*_`]/g, '\\$&');
// A BBCode text has no escapes: brackets would end it.
const bbcode = (text) => text.replaceAll('[', '(').replaceAll(']', ')');

const NOTATIONS = {
  URL: (url) => url,
  Markdown: (url, name, isImage) => `${isImage ? '!' : ''}[${markdown(name)}](${url})`,
  HTML: (url, name, isImage) => (isImage
    ? `<img src="${html(url)}" alt="${html(name)}">` : `<a href="${html(url)}">${html(name)}</a>`),
  BBCode: (url, name, isImage) => (isImage
    ? `[img]${url}[/img]` : `[url=${url}]${bbcode(name)}[/url]`),
};

export const notations = Object.keys(NOTATIONS);

/** The notation that was used last. */
export const notation = () => (NOTATIONS[kept.get('notation')] ? kept.get('notation') : 'URL');
export const setNotation = (name) => kept.set('notation', name);

/** The link of `{url, name}` in the chosen notation. */
export function link({ url, name }, as = notation()) {
  return NOTATIONS[as](url, name, kind(name) === 'image');
}

/** Puts text on the clipboard; also without HTTPS, where browsers offer no other way than a selection. */
export async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return;
    } catch { /* Not allowed here: the old way may be. */ }
  }
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'offscreen';
  // Inside an open dialog all else is inert and cannot be selected.
  const host = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
  const focused = document.activeElement;
  host.append(box);
  box.select();
  document.execCommand('copy');
  box.remove();
  focused?.focus();
}
