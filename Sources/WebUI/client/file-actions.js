// What can be done with one's own files. Lists hear of it by `changes`: `updated`, `leaving` and `removed`, with
// the file as detail.
import { APIError, api, local, sharePage } from './api.js';
import { h } from './dom.js';
import { number } from './format.js';
import { t } from './i18n.js';
import { copy, link } from './links.js';
import { session } from './session.js';
import { closeToast, fail, toast } from './toast.js';

const UNDO_SECONDS = 6;
/** Calls at once where many files are dealt with. */
const AT_ONCE = 4;
/** From so many files on, it is shown how far the work is. */
const MANY = 20;
/** Chromium drops what exceeds 10 downloads in a burst. */
const DOWNLOAD_MILLISECONDS = 400;
/** Deletes that a page may still ask for as it is left: browsers keep no more than 64 KiB of calls alive. */
const LAST_CALLS = 60;

export const changes = new EventTarget();
export const keyOf = (file) => `${file.md5}:${file.file_name}`;
const tell = (name, file) => changes.dispatchEvent(new CustomEvent(name, { detail: file }));

/** Files that are still to be dealt with. */
let ahead = 0;

/**
 * Does `work` for each file, some at a time; answers how many went well. `doing` is the key of the words for how far
 * that is; `words` explain the codes of the first failure, which is shown.
 */
async function forEach(files, doing, work, { words, atOnce = AT_ONCE, pauseMilliseconds = 0 } = {}) {
  const waiting = [...files];
  const far = () => t(doing, number(files.length - waiting.length), number(files.length));
  const told = files.length >= MANY && toast(far(), { tone: 'lasting', seconds: Infinity });
  let done = 0;
  let failure = null;
  ahead += waiting.length;
  const line = async () => {
    while (waiting.length > 0) {
      const file = waiting.shift();
      try {
        await work(file);
        done += 1;
      } catch (error) {
        failure ??= error;
        if (error.sessionEnded) ahead -= waiting.splice(0).length;
      }
      ahead -= 1;
      if (told) told.firstChild.textContent = far();
      if (waiting.length > 0 && pauseMilliseconds > 0) {
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  if (told) closeToast(told);
  if (failure && !failure.sessionEnded) fail(failure, words);
  return done;
}

/** The host that the server sends browsers to for blobs, if not its own. */
const { blobOrigin } = document.documentElement.dataset;
const FETCHED_BYTES_MAX = 256 << 20;

/** Has the browser save a blob under the file's name; from another host it would show it, in place of this page. */
export async function save({ url, size, file_name: name }) {
  let href = local(url);
  if (blobOrigin && blobOrigin !== location.origin) {
    if (size > FETCHED_BYTES_MAX) return open(href, '_blank', 'noopener');
    const response = await fetch(href);
    if (!response.ok) throw new APIError({ status: response.status, message: `HTTP ${response.status}` });
    href = URL.createObjectURL(await response.blob());
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }
  const anchor = h('a', { href, download: name, class: 'offscreen' });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
}

/** Downloads the user's own files, which counts. */
export async function download(files) {
  await forEach(files, 'downloading', async (file) => {
    await save(file);
    await api.countDownload(session.user, file);
    file.pv += 1;
    tell('updated', file);
  }, { atOnce: 1, pauseMilliseconds: DOWNLOAD_MILLISECONDS });
}

export async function share(files) {
  const done = await forEach(files, 'sharing', async (file) => {
    await api.share(session.user, file);
    file.share_status = 1;
    tell('updated', file);
  }, { words: { 1: t('fileGone'), 3: t('sharedByAnother') } });
  if (done > 0) toast(t('sharedNow', done));
}

export async function unshare(files) {
  const done = await forEach(files, 'unsharing', async (file) => {
    await api.unshare(session.user, file);
    file.share_status = 0;
    tell('updated', file);
  }, { words: { 1: t('fileGone') } });
  if (done > 0) toast(t('unsharedNow', done));
}

export async function copyLinks(files) {
  await copy(files.map((file) => link({ url: file.url, name: file.file_name })).join('\n'));
  toast(files.length > 1 ? t('copiedLinks', files.length) : t('copied'));
}

/** Makes a page for one file, or finds the one there is, and copies its address. */
export async function pictureLink(file) {
  try {
    const { urlmd5 } = await api.pictureLink(session.user, file);
    const url = sharePage(urlmd5);
    await copy(url);
    toast(t('copiedPage'), { action: { label: t('openPage'), run: () => window.open(url, '_blank', 'noopener') } });
  } catch (error) {
    fail(error, { 1: t('fileGone') });
  }
}

/** Files that are about to be deleted, by key. */
const leaving = new Map();
export const isLeaving = (file) => leaving.has(keyOf(file));

/** Deletes files once the time to undo it is over; at once when the page is left. */
export function remove(files) {
  const going = files.filter((file) => !isLeaving(file));
  if (going.length === 0) return;
  const { user } = session;
  for (const file of going) {
    leaving.set(keyOf(file), file);
    tell('leaving', file);
  }
  let isUndone = false;
  toast(t('deleted', going.length, going[0].file_name), {
    seconds: UNDO_SECONDS,
    action: {
      label: t('undo'),
      undo: true,
      run: () => {
        isUndone = true;
        for (const file of going) stay(file);
      },
    },
    onclosed: () => {
      if (!isUndone) removeNow(going, user);
    },
  });
}

function stay(file) {
  leaving.delete(keyOf(file));
  tell('updated', file);
}

async function removeNow(files, user) {
  await forEach(files.filter(isLeaving), 'deletingNow', async (file) => {
    try {
      await api.remove(user, file);
    } catch (error) {
      // Nothing there: it is deleted already, by another tab perhaps.
      if (error.code !== 1) {
        stay(file);
        throw error;
      }
    }
    leaving.delete(keyOf(file));
    tell('removed', file);
  });
}

/** Deletes at once what waits for an undo: whoever logs out meant what was said. */
export const settle = () => removeNow([...leaving.values()], session.user);

session.addEventListener('change', () => leaving.clear());
addEventListener('beforeunload', (event) => {
  if (ahead > 0 || leaving.size > LAST_CALLS) event.preventDefault();
});
addEventListener('pagehide', () => {
  for (const file of leaving.values()) api.remove(session.user, file, true).catch(() => {});
  leaving.clear();
});
