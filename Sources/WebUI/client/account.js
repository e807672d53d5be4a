// Logging in, registering, changing the password.
import { h, icon, kept } from './dom.js';
import { openDialog } from './dialog.js';
import { t } from './i18n.js';
import { session } from './session.js';
import { toast } from './toast.js';

/** Who may register, as the server wrote it into its page: open, invite or closed. */
const { registration } = document.documentElement.dataset;

/** A labelled input. Words about what is wrong with it appear below. */
function field(label, properties, hint) {
  const id = `field-${properties.name}`;
  return h('div', { class: 'field' }, h('label', { for: id }, label),
    h('input', { id, 'aria-describedby': hint ? `${id}-hint` : null, ...properties }),
    hint && h('p', { class: 'hint', id: `${id}-hint` }, hint));
}

/** A form that says while it works and what went wrong; `submit` gets its values. */
function form(action, fields, submit) {
  const problem = h('p', { class: 'problem', role: 'alert' });
  const button = h('button', { class: 'button primary wide' }, action);
  const say = (text, input) => {
    problem.textContent = text;
    input?.focus();
  };
  const element = h('form', {
    novalidate: true,
    onsubmit: async (event) => {
      event.preventDefault();
      const inputs = [...element.elements].filter((input) => input.name);
      for (const input of inputs) if (input.type !== 'password') input.value = input.value.trim();
      const wrong = inputs.find((input) => !input.validity.valid);
      if (wrong) return say(t(wrong.value ? wrong.dataset.rule : 'fillIn', wrong.labels[0].textContent), wrong);
      const values = Object.fromEntries(inputs.map((input) => [input.name, input.value]));
      const focused = document.activeElement;
      say('');
      button.disabled = true;
      try {
        await submit(values, say);
      } catch (error) {
        say(error.explain ? error.explain(error.words) : String(error));
      } finally {
        button.disabled = false;
        // A button that is disabled loses the focus.
        if (document.activeElement === document.body && focused.isConnected) focused.focus();
      }
    },
  }, ...fields, problem, button);
  return element;
}

const password = (name, label, autocomplete, hint) => field(label, {
  name, type: 'password', autocomplete, required: true,
}, hint);

/** As the server has it, which counts characters, not their halves as `maxlength` does. */
const userField = (value, hint) => field(t('userName'), {
  name: 'user', value, autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: 'false',
  pattern: String.raw`[^\{\}\p{Cc}]{1,32}`, 'data-rule': 'badUserName',
}, hint);

function loginForm() {
  return form(t('login'), [
    userField(kept.get('lastUser') ?? ''),
    password('password', t('password'), 'current-password'),
  ], async (values) => {
    try {
      await session.login(values.user, values.password);
    } catch (error) {
      throw Object.assign(error, { words: { 1: t('wrongPassword') } });
    }
  });
}

function registerForm() {
  return form(t('register'), [
    registration === 'invite' && field(t('invite'), {
      name: 'invite', autocomplete: 'off', required: true, autocapitalize: 'none', spellcheck: 'false',
    }, t('inviteHint')),
    userField('', t('userNameHint')),
    field(t('nickName'), {
      name: 'nick', autocomplete: 'nickname', pattern: String.raw`\P{Cc}{1,32}`, 'data-rule': 'badNickName',
    }, t('optional')),
    field(t('email'), { name: 'email', type: 'email', autocomplete: 'email', 'data-rule': 'badEmail' }, t('optional')),
    password('password', t('password'), 'new-password'),
    password('again', t('passwordAgain'), 'new-password'),
  ], async (values, say) => {
    if (values.password !== values.again) return say(t('passwordsDiffer'));
    try {
      await session.register(values);
    } catch (error) {
      // Code 1 means other things too: the message tells them apart.
      const words = { 2: t('userTaken') };
      if (/needs an invite/.test(error.message)) words[1] = t('inviteRefused');
      throw Object.assign(error, { words });
    }
  });
}

/** What guests see first. */
export class AccountView {
  constructor() {
    const notice = session.notice && h('p', { class: 'notice', role: 'status' }, t(session.notice));
    this.card = h('div', { class: 'card' });
    this.element = h('section', { class: 'account' },
      h('div', { class: 'welcome' }, icon('logo'), h('h1', null, t('welcome')), h('p', null, t('welcomeText')),
        h('p', null, h('a', { class: 'link', href: '#/shares' }, t('lookAtShares')))),
      h('div', null, notice, this.card));
    this.#show(false);
  }

  destroy() {}

  #show(isNew) {
    const tab = (label, value) => h('button', {
      type: 'button', 'aria-pressed': String(value === isNew), onclick: () => this.#show(value),
    }, label);
    this.card.replaceChildren(
      registration === 'closed' ? '' :
        h('div', { class: 'segments wide' }, tab(t('login'), false), tab(t('register'), true)),
      isNew ? registerForm() : loginForm());
    const inputs = [...this.card.querySelectorAll('input')];
    (inputs.find((input) => input.value === '') ?? inputs[0]).focus({ preventScroll: true });
  }
}

export function openPasswordDialog() {
  const dialog = openDialog(t('changePassword'), { class: 'narrow' }, form(t('changePassword'), [
    h('input', {
      type: 'text', name: 'user', value: session.user, autocomplete: 'username', class: 'offscreen',
      tabindex: '-1', 'aria-hidden': 'true', readonly: true,
    }),
    password('old', t('oldPassword'), 'current-password'),
    password('fresh', t('newPassword'), 'new-password'),
    password('again', t('passwordAgain'), 'new-password', t('passwordHint')),
  ], async (values, say) => {
    if (values.fresh !== values.again) return say(t('passwordsDiffer'));
    try {
      await session.changePassword(values.old, values.fresh);
    } catch (error) {
      throw Object.assign(error, { words: { 1: t('wrongOldPassword') } });
    }
    dialog.close();
    toast(t('passwordChanged'));
  }));
  dialog.querySelector('[name=old]').focus();
}
