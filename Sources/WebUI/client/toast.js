// Short messages at the foot of the page, read out by screen readers, some with an action.
import { h, iconButton } from './dom.js';
import { t } from './i18n.js';

const SHOWN_MAX = 3;
const SECONDS = 5;

const list = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });

/** Where toasts appear: over a dialog, if one is open, since all else is inert then. */
function home() {
  return [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
}

/**
 * Shows a message. `action` is {label, run}; `onclosed` is called once it is gone, however it went. Answers a
 * function that closes it.
 */
export function toast(message, { action, tone, seconds = SECONDS, onclosed } = {}) {
  const close = () => {
    if (!item.isConnected) return;
    clearTimeout(timer);
    item.remove();
    onclosed?.();
  };
  const item = h('div', { class: `toast ${tone ?? ''}` },
    h('span', null, message),
    action && h('button', {
      type: 'button',
      class: 'link',
      onclick: () => {
        action.run();
        close();
      },
    }, action.label),
    iconButton('close', t('close'), () => close()));
  const timer = setTimeout(close, seconds * 1000);
  if (list.parentNode !== home()) home().append(list);
  list.append(item);
  while (list.children.length > SHOWN_MAX) list.firstElementChild.querySelector('.icon-button').click();
  return close;
}

/** Says what went wrong. */
export const fail = (error, words) =>
  toast(error.explain ? error.explain(words) : String(error), { tone: 'bad' });

/** A dialog that closes takes its toasts with it, unless they move out first. */
export function rescueToasts() {
  if (list.children.length > 0 && list.parentNode !== home()) home().append(list);
}
