// The downloads of shared files, which change while one watches.
import { api } from './api.js';
import { h, icon } from './dom.js';
import { emptyState } from './file-card.js';
import { kind, number } from './format.js';
import { t } from './i18n.js';

const SHOWN = 50;
const SECONDS = 3;
const MOVE_MILLISECONDS = 350;

export class RankingView {
  #rows = new Map();
  #timer = null;
  #isOver = false;

  constructor() {
    this.state = h('div');
    this.list = h('ol', { class: 'ranking', 'aria-label': t('ranking') });
    this.element = h('section', { class: 'view slim' },
      h('header', { class: 'view-head' }, h('h1', null, t('ranking')),
        h('span', { class: 'live' }, t('live'))),
      this.state, this.list);
    this.onvisible = () => {
      if (!document.hidden) this.#tick();
    };
    document.addEventListener('visibilitychange', this.onvisible);
    this.#tick();
  }

  destroy() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.onvisible);
  }

  /** One look at a time; none while nobody looks. */
  async #tick() {
    clearTimeout(this.#timer);
    try {
      const { files } = await api.ranking(0, SHOWN);
      if (this.#isOver) return;
      this.#draw(files);
    } catch (error) {
      if (!this.#isOver && this.#rows.size === 0) {
        this.state.replaceChildren(emptyState('retry', t('loadFailed'), error.explain()));
      }
    }
    clearTimeout(this.#timer);
    if (!this.#isOver && !document.hidden) this.#timer = setTimeout(() => this.#tick(), SECONDS * 1000);
  }

  #draw(files) {
    this.state.replaceChildren();
    if (files.length === 0) this.state.append(emptyState('rank', t('noRanking'), t('noRankingHint')));
    const tops = new Map([...this.#rows].map(([key, row]) => [key, row.offsetTop]));
    const most = Math.max(1, files[0]?.pv ?? 1);
    const rows = new Map();
    files.forEach((file, place) => {
      // Two shares may have one name: the second of them is told apart by its number.
      let key = file.filename;
      while (rows.has(key)) key += '\u0000';
      const row = this.#rows.get(key) ?? this.#row(file.filename);
      rows.set(key, row);
      this.#fill(row, file.pv, place, most);
    });
    this.#rows = rows;
    this.list.replaceChildren(...rows.values());
    this.#move(tops);
  }

  #row(name) {
    return h('li', null, h('span', { class: 'place' }), icon(kind(name)),
      h('span', { class: 'name', title: name }, name), h('span', { class: 'count' }),
      h('span', { class: 'bar', 'aria-hidden': 'true' }));
  }

  #fill(row, pv, place, most) {
    const [placed, , , count, bar] = row.children;
    placed.textContent = place + 1;
    row.classList.toggle('top', place < 3);
    const text = t('downloads', number(pv));
    if (count.textContent && count.textContent !== text) {
      count.animate([{ opacity: 0.2 }, { opacity: 1 }], MOVE_MILLISECONDS);
    }
    count.textContent = text;
    bar.style.transform = `scaleX(${pv / most})`;
  }

  /** Lets rows glide to their new places. */
  #move(tops) {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const [key, row] of this.#rows) {
      const way = (tops.get(key) ?? row.offsetTop) - row.offsetTop;
      if (way !== 0) {
        row.animate([{ transform: `translateY(${way}px)` }, { transform: 'none' }],
          { duration: MOVE_MILLISECONDS, easing: 'ease-out' });
      }
    }
  }
}
