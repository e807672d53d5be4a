// A list that may be endless: only what is near the window exists as elements, and only pages that were looked
// at are fetched. Positions follow from indices, so nothing moves when a page arrives.
import { h } from './dom.js';

const PAGE_ITEMS = 100;
/** Rows beyond the window's edges, so that scrolling meets finished pictures. */
const MARGIN_ROWS = 4;
/** While the scroll bar is dragged across thousands, pages that only flash by are not fetched. */
const SETTLE_MILLISECONDS = 70;
/** Entries that are remembered; the farthest are forgotten first. */
const ITEMS_MAX = 6000;

/** Sizes of one layout; `width` is what there is for all columns. */
const LAYOUTS = {
  grid(width) {
    const gap = width < 600 ? 10 : 16;
    const columns = Math.max(2, Math.floor((width + gap) / (210 + gap)));
    const itemWidth = (width - gap * (columns - 1)) / columns;
    return { columns, itemWidth, gap, height: Math.round(itemWidth * 0.72) + 62 };
  },
  table: (width) => ({ columns: 1, itemWidth: width, gap: 0, height: width < 600 ? 66 : 56 }),
};

/** `keyOf(item)` names an item for good. Whoever makes one calls `destroy` when it leaves the page. */
export class Gallery {
  total = null;
  #items = new Map();
  #nodes = new Map();
  #underWay = new Set();
  #generation = 0;
  #layout;
  #sizes;
  #timer = null;
  #isDrawPending = false;
  #isShifted = false;
  #stop = new AbortController();
  #resizing = new ResizeObserver(() => this.#measure());

  /** `load(start, count)` answers {total, files}; `make(item)` an element's content; `onload` hears of totals. */
  constructor({ label, load, make, keyOf, onload, onerror, layout = 'grid' }) {
    Object.assign(this, { load, make, keyOf, onload, onerror });
    this.element = h('ul', {
      class: 'gallery', role: 'list', 'aria-label': label,
      onkeydown: (event) => this.#onkey(event),
    });
    this.setLayout(layout);
    this.#resizing.observe(this.element);
    const { signal } = this.#stop;
    addEventListener('scroll', () => this.#drawSoon(), { passive: true, signal });
    addEventListener('resize', () => this.#drawSoon(), { signal });
    this.#fetch(0);
  }

  destroy() {
    this.#generation += 1;
    this.#stop.abort();
    this.#resizing.disconnect();
    clearTimeout(this.#timer);
  }

  setLayout(name) {
    this.#layout = name;
    this.element.classList.toggle('grid', name === 'grid');
    this.element.classList.toggle('table', name === 'table');
    for (const node of this.#nodes.values()) node.remove();
    this.#nodes.clear();
    this.#measure();
  }

  /** Asks for everything again. What is shown stays until its page has come. */
  refresh() {
    this.#generation += 1;
    this.#underWay.clear();
    this.isStale = true;
    this.#fetch(this.total === null ? 0 : this.#visible().first);
  }

  /** The items that are known, in order. */
  get loaded() {
    return [...this.#items.entries()].sort(([a], [b]) => a - b).map(([, item]) => item);
  }

  indexOf(key) {
    for (const [index, item] of this.#items) if (this.keyOf(item) === key) return index;
    return -1;
  }

  /** The item at `index`, fetched if need be. */
  async itemAt(index) {
    if (!this.#items.has(index)) await this.#fetch(index);
    return this.#items.get(index);
  }

  /** Draws one item anew: something about it changed, or it comes from elsewhere, `item`. */
  update(key, item) {
    const index = this.indexOf(key);
    if (item && index >= 0) this.#items.set(index, item);
    const node = this.#nodes.get(index);
    if (node) this.#fill(node, index);
    this.onupdate?.();
  }

  updateAll() {
    for (const [index, node] of this.#nodes) this.#fill(node, index);
  }

  /** Takes one item out; those behind it move up. */
  remove(key) {
    const at = this.indexOf(key);
    if (at < 0) return;
    this.#items = new Map([...this.#items]
      .filter(([index]) => index !== at)
      .map(([index, item]) => [index > at ? index - 1 : index, item]));
    this.total -= 1;
    this.#isShifted = true;
    this.#drawSoon();
  }

  /** Draws what moved up; once, however many items were taken out since the last frame. */
  #shift() {
    this.#isShifted = false;
    this.onload(this.total);
    this.#resize();
    const focused = [...this.#nodes].find(([, node]) => node.contains(document.activeElement))?.[0];
    this.updateAll();
    this.#draw();
    if (focused >= this.total) this.focus(this.total - 1);
  }

  focus(index) {
    if (index < 0 || index >= this.total) return;
    const { columns, height, gap } = this.#sizes;
    const top = Math.floor(index / columns) * (height + gap) + this.element.getBoundingClientRect().top;
    const headroom = 140;
    if (top < headroom) scrollBy(0, top - headroom);
    else if (top + height > innerHeight - 90) scrollBy(0, top + height - innerHeight + 90);
    this.#draw();
    const node = this.#nodes.get(index);
    // One that is still to come gets the focus as a whole, and hands it on once it is there.
    (node?.querySelector('[data-main]') ?? node)?.focus();
  }

  async #fetch(index) {
    const start = Math.floor(index / PAGE_ITEMS) * PAGE_ITEMS;
    if (this.#underWay.has(start)) return;
    this.#underWay.add(start);
    const generation = this.#generation;
    try {
      const { total, files } = await this.load(start, PAGE_ITEMS);
      if (generation !== this.#generation) return;
      if (this.isStale || total !== this.total) {
        // Others were added or removed: what is known elsewhere may have moved.
        if (this.isStale || this.total !== null) this.#items.clear();
        this.isStale = false;
        this.total = total;
      }
      files.forEach((item, offset) => this.#items.set(start + offset, item));
      this.#forget(start);
      this.onload(total);
      this.#resize();
      this.updateAll();
      this.#draw();
    } catch (error) {
      if (generation === this.#generation) this.onerror(error);
    } finally {
      if (generation === this.#generation) this.#underWay.delete(start);
    }
  }

  #forget(start) {
    if (this.#items.size <= ITEMS_MAX) return;
    for (const index of this.#items.keys()) {
      if (Math.abs(index - start) > ITEMS_MAX / 2) this.#items.delete(index);
    }
  }

  #measure() {
    const width = this.element.clientWidth;
    if (width === 0) return;
    this.#sizes = LAYOUTS[this.#layout](width);
    this.#resize();
    for (const [index, node] of this.#nodes) this.#place(node, index);
    this.#draw();
  }

  #resize() {
    if (!this.#sizes || this.total === null) return;
    const { columns, height, gap } = this.#sizes;
    const rows = Math.ceil(this.total / columns);
    this.element.style.height = `${Math.max(0, rows * (height + gap) - gap)}px`;
  }

  #visible() {
    if (!this.#sizes) return { first: 0, end: 0 };
    const { columns, height, gap } = this.#sizes;
    const top = -this.element.getBoundingClientRect().top;
    const row = height + gap;
    const first = Math.max(0, Math.floor(top / row) - MARGIN_ROWS) * columns;
    const end = Math.max(0, Math.ceil((top + innerHeight) / row) + MARGIN_ROWS) * columns;
    return { first: Math.min(first, this.total ?? 0), end: Math.min(end, this.total ?? 0) };
  }

  #drawSoon() {
    if (this.#isDrawPending) return;
    this.#isDrawPending = true;
    requestAnimationFrame(() => {
      this.#isDrawPending = false;
      if (this.#isShifted) this.#shift();
      else this.#draw();
    });
  }

  #draw() {
    if (this.total === null || !this.#sizes || this.#stop.signal.aborted) return;
    const { first, end } = this.#visible();
    for (const [index, node] of this.#nodes) {
      const isNear = index >= first && index < end;
      // What has the focus stays, or the keyboard would lose its place.
      if (!isNear && !(index < this.total && node.contains(document.activeElement))) {
        node.remove();
        this.#nodes.delete(index);
      }
    }
    const missing = new Set();
    let next = this.element.firstElementChild;
    for (let index = first; index < end; index += 1) {
      let node = this.#nodes.get(index);
      if (!node) {
        node = h('li', { tabindex: '-1' });
        this.#nodes.set(index, node);
        this.#place(node, index);
        this.#fill(node, index);
      }
      // In the order of their indices: that is the order of the Tab key.
      if (node === next) next = next.nextElementSibling;
      else this.element.insertBefore(node, next);
      if (!this.#items.has(index)) missing.add(Math.floor(index / PAGE_ITEMS) * PAGE_ITEMS);
    }
    if (missing.size > 0) this.#fetchSoon();
  }

  #fetchSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const { first, end } = this.#visible();
      for (let index = first; index < end; index += 1) {
        if (!this.#items.has(index)) this.#fetch(index);
      }
    }, SETTLE_MILLISECONDS);
  }

  #place(node, index) {
    const { columns, itemWidth, gap, height } = this.#sizes;
    const x = (index % columns) * (itemWidth + gap);
    const y = Math.floor(index / columns) * (height + gap);
    node.style.transform = `translate(${x}px, ${y}px)`;
    node.style.width = `${itemWidth}px`;
    node.style.height = `${height}px`;
  }

  #fill(node, index) {
    const item = this.#items.get(index);
    const hadFocus = node.contains(document.activeElement);
    const place = document.activeElement?.dataset.place;
    node.setAttribute('aria-setsize', this.total);
    node.setAttribute('aria-posinset', index + 1);
    node.className = item ? 'item' : 'item skeleton';
    if (item) this.make(node, item, index);
    else node.replaceChildren();
    if (hadFocus) node.querySelector(place ? `[data-place=${place}]` : '[data-main]')?.focus();
  }

  #onkey(event) {
    const node = event.target.closest('li');
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = Number(node.getAttribute('aria-posinset')) - 1;
    const { columns } = this.#sizes;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const step = event.key === 'Home' ? -index : event.key === 'End' ? this.total - 1 - index
      : steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.focus(index + step);
  }
}
