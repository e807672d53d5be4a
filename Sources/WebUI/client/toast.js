// Short messages at the foot of the page, read out by screen readers, some with an action.
import { h, iconButton } from './dom.js';
import { t } from './i18n.js';

/** Messages at once. One with an action is not in their number: it goes only when its time is over. */
const PLAIN_MAX = 3;
const SECONDS = 5;

const list = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });

/** Where toasts appear: over a dialog, if one is open, since all else is inert then. */
function home() {
  return [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
}

/**
 * Shows a message. `action` is {label, run}, and an `undo` where Ctrl+Z does it too; `onclosed` is called once it is
 * gone, however it went. While it is looked at, time stands still. Answers the element, whose first child has the
 * words.
 */
export function toast(message, { action, tone, seconds = SECONDS, onclosed } = {}) {
  let timer;
  const hold = () => clearTimeout(timer);
  const wait = () => {
    hold();
    if (seconds < Infinity && !item.matches(':focus-within')) timer = setTimeout(close, seconds * 1000);
  };
  const close = () => {
    if (!item.isConnected) return;
    hold();
    item.remove();
    onclosed?.();
  };
  const item = h('div', {
    class: `toast ${tone ?? ''}`,
    'aria-live': tone === 'lasting' && 'off',
    onpointerenter: hold, onpointerleave: wait, onfocusin: hold, onfocusout: wait,
  },
  h('span', null, message),
  action && h('button', {
    type: 'button',
    class: 'link',
    title: action.undo && 'Ctrl+Z',
    'aria-keyshortcuts': action.undo && 'Control+Z',
    onclick: () => {
      action.run();
      close();
    },
  }, action.label),
  iconButton('close', t('close'), close));
  if (list.parentNode !== home()) home().append(list);
  list.append(item);
  wait();
  const plain = list.querySelectorAll('.toast:not(.lasting, :has(.link))');
  if (plain.length > PLAIN_MAX) closeToast(plain[0]);
  return item;
}

export const closeToast = (item) => item.querySelector('.icon-button').click();

addEventListener('keydown', (event) => {
  if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  if (event.target.closest('input:not([type=checkbox], [type=radio]), textarea')) return;
  [...list.querySelectorAll('[aria-keyshortcuts]')].at(-1)?.click();
});

/** Says what went wrong. */
export const fail = (error, words) =>
  toast(error.explain ? error.explain(words) : String(error), { tone: 'bad' });

/** A dialog that closes takes its toasts with it, unless they move out first. */
export function rescueToasts() {
  if (list.children.length > 0 && list.parentNode !== home()) home().append(list);
}
