// Modal dialogs on the browser's own <dialog>: it keeps the focus inside, and Escape closes it.
import { h, iconButton } from './dom.js';
import { t } from './i18n.js';
import { rescueToasts } from './toast.js';

/** Opens a dialog with a title and content; answers the element. It is gone once closed. */
export function openDialog(title, properties, ...content) {
  const dialog = h('dialog', { 'aria-label': title, ...properties },
    h('header', { class: 'dialog-head' },
      h('h2', null, title),
      iconButton('close', t('close'), () => dialog.close())),
    ...content);
  present(dialog);
  return dialog;
}

/** Shows a dialog element, gives the focus back and removes the element when it closes. */
export function present(dialog) {
  const opener = document.activeElement;
  dialog.addEventListener('click', (event) => {
    // A click on the backdrop has the dialog itself as its target, and lies outside its box.
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const isInside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!isInside) dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    rescueToasts();
    if (opener?.isConnected) opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** Asks before what cannot be undone; answers whether to go on. */
export function ask(title, text, action) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = openDialog(title, { class: 'narrow', onclose: () => resolve(answer) },
      h('p', null, text),
      h('footer', { class: 'dialog-foot' },
        h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, t('back')),
        h('button', {
          type: 'button',
          class: 'button danger',
          onclick: () => {
            answer = true;
            dialog.close();
          },
        }, action)));
  });
}
