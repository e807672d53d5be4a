// The upload queue: digest, ask whether the server has the bytes, else send them. No interface here.
import { APIError, api, outcome } from './api.js';
import { t } from './i18n.js';
import { session } from './session.js';

/** Uploads under way at once. More only share the same line. */
const ACTIVE_MAX = 3;
/** How long to let a busy server be that does not say so itself. */
const WAIT_SECONDS = 3;
/** What the server takes, as it wrote it into its page. */
const BYTES_MAX = Number(document.documentElement.dataset.uploadBytesMax) || Infinity;

let worker = null;
let lastID = 0;
const digests = new Map();

/** A file's MD5, by the worker; null where no worker runs: then the bytes are sent unasked. */
function md5Of(file, signal, onprogress) {
  if (!worker) {
    worker = new Worker(new URL('./md5-worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => digests.get(data.id)?.(data);
    worker.onerror = () => {
      for (const settle of digests.values()) settle({ md5: null });
    };
  }
  return new Promise((resolve, reject) => {
    lastID += 1;
    const id = lastID;
    const end = (settle, value) => {
      digests.delete(id);
      settle(value);
    };
    digests.set(id, ({ done, md5, failed }) => {
      if (failed !== undefined) end(reject, new FileFailure('unreadable'));
      else if (md5 !== undefined) end(resolve, md5);
      else onprogress(done);
    });
    signal.addEventListener('abort', () => {
      worker.postMessage({ id, stop: true });
      end(reject, signal.reason);
    });
    worker.postMessage({ id, file });
  });
}

/** What is wrong with the file itself; `words` is the key of a text. A final one is the same at every try. */
class FileFailure extends Error {
  constructor(words, isFinal = false) {
    super(words);
    this.isFinal = isFinal;
  }

  explain() { return t(this.message); }
}

/** What the server would say of it in the end; null if nothing. */
function refusal(file, name) {
  if (!/^[^\p{Cc}\u2028\u2029/\\]{1,128}$/u.test(name)) return new FileFailure('badFileName', true);
  return file.size > BYTES_MAX ? new FileFailure('tooLarge', true) : null;
}

/** Sends a file's bytes. XMLHttpRequest, since fetch tells nothing of how far the sending is. */
function send({ file, name, md5 }, signal, onprogress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    // Before the file: so the server knows whose it is before the bytes come.
    form.append('user', session.user);
    if (md5) form.append('md5', md5);
    form.append('size', String(file.size));
    form.append('file', file, name);
    const request = new XMLHttpRequest();
    request.open('POST', '/api/upload');
    request.upload.onprogress = ({ loaded, total }) => onprogress(total ? loaded / total : 0);
    request.onload = () => {
      const retryAfter = Number(request.getResponseHeader('Retry-After')) || null;
      try {
        resolve(outcome(request.responseText, request.status, retryAfter, 1));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(new APIError({ status: 0 }));
    signal.addEventListener('abort', () => {
      request.abort();
      reject(signal.reason);
    });
    request.send(form);
  });
}

/**
 * One file on its way. `state`: waiting, hashing, sending, paused, failed; at the end sent, instant (the server
 * had the bytes) or present (the user had the file). `part` of the present step is done, 0 to 1.
 */
class Upload {
  part = 0;
  md5 = null;
  url = null;
  stop = null;

  constructor(file, name) {
    this.file = file;
    this.name = name;
    this.error = refusal(file, name);
    this.state = this.error ? 'failed' : 'waiting';
  }

  get isDone() { return this.state === 'sent' || this.state === 'instant' || this.state === 'present'; }
  get isActive() { return this.state === 'hashing' || this.state === 'sending'; }
  /** Bytes of it that need not be sent any more. */
  get doneBytes() {
    if (this.isDone) return this.file.size;
    return this.state === 'sending' ? this.part * this.file.size : 0;
  }
}

/** `change` tells of an upload (`detail`), or of the queue as a whole; `stored` of a new file. */
class UploadQueue extends EventTarget {
  uploads = [];
  /** Runs while the server is let be: it was busy, or this user too fast. */
  #rest = null;

  get active() { return this.uploads.filter((upload) => upload.isActive).length; }
  get unfinished() {
    return this.uploads.filter((upload) => upload.isActive || upload.state === 'waiting').length;
  }

  /** `files` are {file, name} or plain Files. */
  add(files) {
    for (const entry of files) {
      this.uploads.push(entry.file ? new Upload(entry.file, entry.name) : new Upload(entry, entry.name));
    }
    this.#changed();
    this.#next();
  }

  /** Sending cannot go on in the middle: a paused upload begins anew, but is not digested again. */
  pause(upload) { this.#halt(upload, 'paused'); }

  /** One that is under way again already, by a second click on a button that is not drawn anew yet, goes on. */
  resume(upload) {
    if ((upload.state !== 'paused' && upload.state !== 'failed') || upload.error?.isFinal) return;
    this.#set(upload, 'waiting');
    this.#next();
  }

  cancel(upload) {
    this.uploads = this.uploads.filter((other) => other !== upload);
    this.#halt(upload, 'cancelled');
    this.#changed();
  }

  pauseAll() {
    for (const upload of this.uploads) {
      if (upload.isActive || upload.state === 'waiting') this.#halt(upload, 'paused', false);
    }
    this.#next();
  }

  resumeAll() {
    for (const upload of this.uploads) this.resume(upload);
  }

  /** Takes what is finished from the list. */
  clear() {
    this.uploads = this.uploads.filter((upload) => !upload.isDone);
    this.#changed();
  }

  /** Another user must not go on with this one's files. */
  drop() {
    for (const upload of [...this.uploads]) this.#halt(upload, 'cancelled', false);
    this.uploads = [];
    this.#changed();
  }

  #halt(upload, state, startsNext = true) {
    upload.stop?.abort();
    this.#set(upload, state);
    if (startsNext) this.#next();
  }

  #next() {
    if (this.#rest) return;
    let free = ACTIVE_MAX - this.active;
    for (const upload of this.uploads) {
      if (free <= 0) return;
      if (upload.state === 'waiting') {
        free -= 1;
        this.#run(upload);
      }
    }
  }

  async #run(upload) {
    upload.stop = new AbortController();
    const { signal } = upload.stop;
    try {
      this.#set(upload, 'hashing');
      const done = await this.#transfer(upload, signal);
      if (!signal.aborted) {
        upload.url = done.url;
        this.#set(upload, done.state);
        this.dispatchEvent(new CustomEvent('stored', { detail: upload }));
      }
    } catch (error) {
      if (!signal.aborted) this.#failed(upload, error);
    }
    this.#next();
  }

  async #transfer(upload, signal) {
    if (!upload.md5) {
      upload.md5 = await md5Of(upload.file, signal,
        (done) => this.#progress(upload, done / upload.file.size));
    }
    if (upload.md5) {
      try {
        const { url } = await api.claim(session.user, upload.md5, upload.name, signal);
        return { state: 'instant', url };
      } catch (error) {
        if (error.code === 5) return { state: 'present', url: error.url };
        if (error.code !== 1) throw error;
      }
    }
    signal.throwIfAborted();
    this.#set(upload, 'sending');
    const { url } = await send(upload, signal, (part) => this.#progress(upload, part));
    return { state: 'sent', url };
  }

  /** A server that is busy lets the whole queue wait; a lost line waits for somebody's word, or the browser's. */
  #failed(upload, error) {
    // The file may have changed since it was digested.
    if (error.code === 1) upload.md5 = null;
    if (error.status !== 429 && error.status !== 503) return this.#set(upload, 'failed', error);
    this.#set(upload, 'waiting', error);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = null;
      this.#next();
    }, (error.retryAfter ?? WAIT_SECONDS) * 1000);
  }

  #progress(upload, part) {
    upload.part = part;
    this.#changed(upload);
  }

  #set(upload, state, error = null) {
    upload.state = state;
    upload.error = error;
    upload.part = 0;
    this.#changed(upload);
  }

  #changed(upload = null) {
    this.dispatchEvent(new CustomEvent('change', { detail: upload }));
  }
}

export const queue = new UploadQueue();

addEventListener('online', () => {
  for (const upload of queue.uploads) {
    if (upload.state === 'failed' && upload.error?.status === 0) queue.resume(upload);
  }
});
addEventListener('beforeunload', (event) => {
  if (queue.unfinished > 0) event.preventDefault();
});
