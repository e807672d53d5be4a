// The page's frame: bar, navigation, menu of settings, and the view that the address names.
import { AccountView, openPasswordDialog } from './account.js';
import { ask } from './dialog.js';
import { h, icon, kept } from './dom.js';
import { acceptFiles, chooseFiles } from './drop.js';
import { settle } from './file-actions.js';
import { FilesView } from './files.js';
import { language, setLanguage, t } from './i18n.js';
import { openLoginsDialog } from './logins.js';
import { closeMenu, openMenu } from './menu.js';
import { PicturesView } from './pictures.js';
import { RankingView } from './ranking.js';
import { session } from './session.js';
import { SharesView } from './shares.js';
import { fail } from './toast.js';
import { mountUploadPanel } from './upload-panel.js';
import { queue } from './uploads.js';

/** Views by their address behind `#/`. */
const VIEWS = {
  files: { icon: 'files', make: () => new FilesView(), isOwn: true },
  shares: { icon: 'share', make: () => new SharesView() },
  ranking: { icon: 'rank', make: () => new RankingView() },
  pictures: { icon: 'link', make: () => new PicturesView(), isOwn: true },
};

let view = null;

/** The view that the address names; without a login, what needs one becomes the form for it. */
function wanted() {
  const name = location.hash.slice(2) || 'files';
  const known = VIEWS[name] ? name : 'files';
  return VIEWS[known].isOwn && !session.user ? 'account' : known;
}

function show() {
  const name = wanted();
  closeMenu();
  view?.destroy();
  view = name === 'account' ? new AccountView() : VIEWS[name].make();
  document.getElementById('main').replaceChildren(view.element);
  document.title = `${t(name === 'account' ? 'login' : name)} · picbed`;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  scrollTo(0, 0);
}

function drawBar() {
  const entries = Object.entries(VIEWS).filter(([, { isOwn }]) => session.user || !isOwn);
  const nav = h('nav', { 'aria-label': t('navigation') }, entries.map(([name, entry]) => h('a', {
    href: name === 'files' ? '#/' : `#/${name}`, 'data-view': name,
  }, icon(entry.icon), h('span', null, t(name)))),
  !session.user && h('a', { href: '#/', 'data-view': 'account' }, icon('user'), h('span', null, t('login'))));
  const settings = h('button', {
    type: 'button', class: 'who', 'aria-haspopup': 'menu', 'aria-label': t('settings'),
    onclick: (event) => openMenu(event.currentTarget, settingsMenu()),
  }, icon('user'), session.user && h('span', null, session.user), icon('down'));
  const bar = document.getElementById('bar');
  bar.replaceChildren(...[
    bar.querySelector('.brand'),
    nav,
    session.user && h('button', {
      type: 'button', class: 'button primary upload-button', onclick: () => chooseFiles(),
    }, icon('upload'), h('span', null, t('upload'))),
    settings,
  ].filter(Boolean));
  document.querySelector('.skip').textContent = t('skip');
}

function settingsMenu() {
  const theme = document.documentElement.dataset.theme ?? 'auto';
  return [
    ...[['zh', '中文'], ['en', 'English']].map(([name, label]) => ({
      label, current: language() === name,
      run: () => {
        setLanguage(name);
        draw();
      },
    })),
    null,
    ...['auto', 'light', 'dark'].map((name) => ({
      label: t(name), current: theme === name, run: () => setTheme(name),
    })),
    ...(session.user ? [
      null,
      { label: t('changePassword'), icon: 'user', run: openPasswordDialog },
      { label: t('logins'), icon: 'list', run: openLoginsDialog },
      { label: t('logout'), icon: 'open', run: () => logout().catch(fail) },
    ] : []),
  ];
}

async function logout() {
  const count = queue.unfinished;
  if (count > 0 && !await ask(t('logout'), t('uploadsWouldStop', count), t('logout'))) return;
  queue.drop();
  await settle();
  await session.logout();
}

function setTheme(name) {
  kept.set('theme', name === 'auto' ? null : name);
  if (name === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

function draw() {
  drawBar();
  mountUploadPanel();
  show();
}

acceptFiles();
draw();
addEventListener('hashchange', () => {
  show();
  document.getElementById('main').focus({ preventScroll: true });
});
session.addEventListener('change', () => {
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
  draw();
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main').focus();
});
performance.mark('interactive');
