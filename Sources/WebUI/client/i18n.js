// The words of the interface. A text is a string, or a function of what it speaks about.
import { kept } from './dom.js';
import en from './en.js';
import zh from './zh.js';

const tables = { zh, en };

export const language = () => document.documentElement.lang;

export function setLanguage(name) {
  kept.set('language', name);
  document.documentElement.lang = name;
}

/** The text `key` in the chosen language. */
export function t(key, ...values) {
  const text = tables[language()][key];
  if (text === undefined) throw new Error(`no text ${key}`);
  return typeof text === 'function' ? text(...values) : text;
}
