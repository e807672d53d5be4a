// Calls of the HTTP API. The session cookie proves who asks; no script ever sees the token again after login.
import { t } from './i18n.js';

/** A call that did not succeed: `code` of an answer, else its HTTP `status`, 0 where none came. */
export class APIError extends Error {
  constructor({
    code = null, status = 200, message = '', retryAfter = null, sessionEnded = false, url = null,
  }) {
    super(message);
    Object.assign(this, { code, status, retryAfter, sessionEnded, url });
  }

  /** Whether the same call would end the same way again. */
  get isFinal() { return this.status === 413; }

  /** One sentence for people. `words` has those for the call's own codes. */
  explain(words = {}) {
    // Code 1 of several calls, which means other things too.
    if (/^(you|your files) may have /.test(this.message)) return t('quotaFull');
    if (this.code !== null && words[this.code]) return words[this.code];
    if (this.sessionEnded) return t('sessionEnded');
    switch (this.status) {
      case 0: return t('offline');
      case 413: return t('tooLarge');
      case 429: return t('tooFast');
      case 503: return t('serverBusy');
      case 507: return t('diskFull');
      default: return t('refused', this.message);
    }
  }
}

/** `ended` is dispatched when the server does not know the session any more. */
export const sessions = new EventTarget();

/** Reads an answer's text; throws an APIError unless its code is 0. */
export function outcome(text, status, retryAfter, tokenCode) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new APIError({ status: status === 200 ? 500 : status, message: `HTTP ${status}`, retryAfter });
  }
  if (status === 200 && answer.code === 0) return answer;
  const message = String(answer.message ?? '');
  // Some calls answer a bad token with 1, which means other things too: the message tells them apart.
  const sessionEnded = status === 200 && answer.code === tokenCode
    && (tokenCode === 4 || /no valid session/.test(message));
  const code = status === 200 ? answer.code : null;
  const error = new APIError({
    code, status, message, retryAfter, sessionEnded, url: answer.url,
  });
  if (sessionEnded) sessions.dispatchEvent(new Event('ended'));
  throw error;
}

async function call(path, fields, { tokenCode = 4, signal, keepalive } = {}) {
  let response;
  let text;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fields),
      signal,
      keepalive,
    });
    text = await response.text();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new APIError({ status: 0, message: String(error) });
  }
  const retryAfter = Number(response.headers.get('Retry-After')) || null;
  return outcome(text, response.status, retryAfter, tokenCode);
}

const LIST_OF_ORDER = {
  newest: ['normal', 'desc'], oldest: ['normal', 'asc'], most: ['pvdesc'], least: ['pvasc'],
};
const named = (file) => ({ md5: file.md5, filename: file.file_name });

/**
 * Every call by its purpose. `user` goes along although the cookie names one too: should another tab have
 * logged somebody else in, the server refuses, and nothing happens to the wrong account.
 */
export const api = {
  register: (fields) => call('/api/reg', fields, { tokenCode: null }),
  login: (user, pwd) => call('/api/login', { user, pwd }, { tokenCode: null }),
  logout: (user) => call('/api/logout', { user }),
  logins: (user) => call('/api/sessions', { user }),
  endLogin: (user, id) => call('/api/sessions?cmd=revoke', { user, id }),
  changePassword: (user, pwd, newPwd) => call('/api/passwd', { user, pwd, newPwd }),

  countFiles: (user) => call('/api/myfiles?cmd=count', { user }, { tokenCode: 1 }),
  files(user, start, count, order) {
    const [cmd, direction] = LIST_OF_ORDER[order];
    return call(`/api/myfiles?cmd=${cmd}`, { user, start, count, order: direction }, { tokenCode: 1 });
  },
  claim: (user, md5, filename, signal) =>
    call('/api/md5', { user, md5, filename, with: 'url' }, { signal }),
  share: (user, file) => call('/api/dealfile?cmd=share', { user, ...named(file) }),
  unshare: (user, file) => call('/api/dealsharefile?cmd=cancel', { user, ...named(file) }),
  remove: (user, file, keepalive) =>
    call('/api/dealfile?cmd=del', { user, ...named(file) }, { keepalive }),
  countDownload: (user, file) =>
    call('/api/dealfile?cmd=pv', { user, ...named(file) }, { keepalive: true }),

  shares: (start, count) =>
    call('/api/sharefiles?cmd=normal', { start, count, order: 'desc' }, { tokenCode: null }),
  ranking: (start, count) =>
    call('/api/sharefiles?cmd=pvdesc', { start, count }, { tokenCode: null }),
  save: (user, file) => call('/api/dealsharefile?cmd=save', { user, ...named(file) }),
  countShareDownload: (file) =>
    call('/api/dealsharefile?cmd=pv', named(file), { tokenCode: null, keepalive: true }),

  pictureLink: (user, file) => call('/api/sharepic?cmd=share', { user, ...named(file) }),
  pictures: (user, start, count) =>
    call('/api/sharepic?cmd=normal', { user, start, count, order: 'desc', with: 'url' }, { tokenCode: 1 }),
  cancelPicture: (user, urlmd5) => call('/api/sharepic?cmd=cancel', { user, urlmd5 }),
};

/** The blob of an absolute `url` on the site of this page, whatever public name the server gives it. */
export const local = (url) => new URL(url).pathname;

/** The page of a picture link. */
export const sharePage = (urlmd5) => `${location.origin}/share?urlmd5=${urlmd5}`;
