// Elements without markup: text goes in as text nodes, since file and user names come from strangers.

/** Set as properties: their attributes are only initial values, or text that would need a parser. */
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'textContent', 'htmlFor', 'indeterminate']);

/**
 * Makes an element. `on…` properties are listeners, `class` is the class name, null and false leave an
 * attribute out. Children may be nodes, texts, arrays of these, or null.
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value == null || (value === false && !PROPERTIES.has(name))) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(2).filter((child) => child != null && child !== false));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** One of the page's symbols. Decoration: whatever holds it has words for it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A button that is only an icon; `label` is for screen readers and as the tooltip. */
export function iconButton(name, label, onclick, properties) {
  return h('button',
    { type: 'button', class: 'icon-button', 'aria-label': label, title: label, onclick, ...properties },
    icon(name));
}

/** What the browser keeps for this site; a browser that keeps nothing still works. */
export const kept = {
  get(name) {
    try { return localStorage.getItem(`picbed.${name}`); } catch { return null; }
  },
  set(name, value) {
    try {
      if (value == null) localStorage.removeItem(`picbed.${name}`);
      else localStorage.setItem(`picbed.${name}`, value);
    } catch { /* Private windows may refuse. */ }
  },
};
