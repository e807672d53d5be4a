// Who is logged in. The browser keeps only the name; the proof is the server's HttpOnly cookie.
import { api, sessions } from './api.js';
import { kept } from './dom.js';
import { md5OfText } from './md5.js';

/** `change` is dispatched when `session.user` becomes another. */
class Session extends EventTarget {
  user = kept.get('user');
  /** Why the user has to log in again; a text's key, or null. */
  notice = null;

  async login(user, password) {
    await api.login(user, md5OfText(password));
    this.#become(user);
  }

  async register({ user, nick, email, password, invite }) {
    await api.register({
      userName: user, nickName: nick || user, email, firstPwd: md5OfText(password), invite,
    });
    await this.login(user, password);
  }

  /** A session that the server has ended already is ended too. */
  async logout() {
    try {
      await api.logout(this.user);
    } catch (error) {
      if (!error.sessionEnded) throw error;
    }
    this.#become(null);
  }

  async changePassword(old, fresh) {
    const { user } = this;
    await api.changePassword(user, md5OfText(old), md5OfText(fresh));
    // That ended every session, this one too.
    await api.login(user, md5OfText(fresh));
  }

  end() {
    if (this.user === null) return;
    this.#become(null, 'sessionEnded');
  }

  #become(user, notice = null) {
    // The last name stays for the next login's form.
    if (user) kept.set('lastUser', user);
    kept.set('user', user);
    this.user = user;
    this.notice = notice;
    this.dispatchEvent(new Event('change'));
  }

  /** Another tab logged in or out: this one follows. */
  follow() {
    const user = kept.get('user');
    if (user === this.user) return;
    this.user = user;
    this.notice = null;
    this.dispatchEvent(new Event('change'));
  }
}

export const session = new Session();
sessions.addEventListener('ended', () => session.end());
addEventListener('storage', (event) => {
  if (event.key === 'picbed.user' || event.key === null) session.follow();
});
