// A small menu below a button: arrow keys move, Escape and a click elsewhere close.
import { h, icon } from './dom.js';

let open = null;

export function closeMenu() {
  open?.close();
}

/** Opens a menu at `anchor`; `items` are {label, icon, run, danger, current}, or null for a line. */
export function openMenu(anchor, items) {
  const isSame = open?.anchor === anchor;
  closeMenu();
  if (isSame) return;
  const menu = h('div', { class: 'menu', role: 'menu' }, items.filter((item) => item !== false)
    .map((item) => (item === null ? h('hr') : entry(item))));
  // Inside a dialog, if the anchor is: outside it would be inert.
  (anchor.closest('dialog') ?? document.body).append(menu);
  place(menu, anchor);
  anchor.setAttribute('aria-expanded', 'true');
  const listening = new AbortController();
  const close = (focusBack) => {
    listening.abort();
    menu.remove();
    anchor.removeAttribute('aria-expanded');
    open = null;
    if (focusBack && anchor.isConnected) anchor.focus();
  };
  open = { anchor, close };
  const { signal } = listening;
  document.addEventListener('pointerdown', (event) => {
    if (!menu.contains(event.target) && !anchor.contains(event.target)) close();
  }, { signal });
  addEventListener('scroll', () => close(), { signal });
  addEventListener('resize', () => close(), { signal });
  menu.addEventListener('keydown', (event) => move(menu, event, close));
  menu.querySelector('button').focus();
}

function entry({ label, icon: name, run, danger, current }) {
  return h('button', {
    type: 'button',
    role: current === undefined ? 'menuitem' : 'menuitemradio',
    'aria-checked': current === undefined ? null : String(current),
    class: danger ? 'danger' : null,
    onclick: () => {
      open?.close(true);
      run();
    },
  }, name && icon(name), h('span', null, label), current && icon('check'));
}

/** Below the anchor, or above it where there is no room; never beyond the window. */
function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 6;
  const top = below + height > innerHeight - 8 ? Math.max(8, box.top - height - 6) : below;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.min(Math.max(8, box.right - width), innerWidth - width - 8)}px`;
}

function move(menu, event, close) {
  const entries = [...menu.querySelectorAll('button')];
  const at = entries.indexOf(document.activeElement);
  const to = {
    ArrowDown: (at + 1) % entries.length,
    ArrowUp: (at - 1 + entries.length) % entries.length,
    Home: 0,
    End: entries.length - 1,
  }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    entries[to].focus();
  } else if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    event.stopPropagation();
    close(true);
  }
}
