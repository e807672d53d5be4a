// Where the user is logged in, and logging out there.
import { api } from './api.js';
import { openDialog } from './dialog.js';
import { h } from './dom.js';
import { time } from './format.js';
import { t } from './i18n.js';
import { session } from './session.js';
import { fail, toast } from './toast.js';

const when = (text) => h('time', { title: text }, time(text));

function row(login, end) {
  return h('li', { 'data-current': login.current === 1 },
    h('div', null,
      h('p', { class: 'name' }, login.current ? t('thisBrowser') : t('anotherLogin')),
      h('p', { class: 'facts' },
        h('span', null, t('lastUsed'), ' ', when(login.lastUsed)),
        h('span', null, t('expires'), ' ', when(login.expires)))),
    !login.current && h('button', { type: 'button', class: 'button', onclick: () => end(login.id) }, t('logout')));
}

/** Every login with when it was last used, this one first. */
export async function openLoginsDialog() {
  const list = h('ul', { class: 'logins' });
  const endOthers = h('button', { type: 'button', class: 'button danger', onclick: () => end() }, t('logoutOthers'));

  async function show() {
    const { sessions } = await api.logins(session.user);
    sessions.sort((one, other) => other.current - one.current || (other.lastUsed > one.lastUsed ? 1 : -1));
    list.replaceChildren(...sessions.map((login) => row(login, end)));
    endOthers.disabled = sessions.length < 2;
  }

  /** One login, or without an id all but this one. */
  async function end(id) {
    try {
      await api.endLogin(session.user, id);
      toast(t('loginEnded'));
      await show();
    } catch (error) {
      fail(error);
    }
  }

  try {
    await show();
  } catch (error) {
    return fail(error);
  }
  openDialog(t('logins'), null, h('p', { class: 'hint' }, t('loginsHint')), list,
    h('footer', { class: 'dialog-foot' }, endOthers));
}
