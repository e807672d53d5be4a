// Digests files off the page's thread. In: {id, file} or {id, stop}; out: {id, done} bytes so far, {id, md5}
// or {id, failed} when the file cannot be read (it was moved, or its disk is gone). Memory is two slices a file.
import { MD5 } from './md5.js';

const SLICE_BYTES = 4 << 20;
const stopped = new Set();

async function digest(id, file) {
  const md5 = new MD5();
  const read = (at) => file.slice(at, at + SLICE_BYTES).arrayBuffer();
  let at = 0;
  let next = read(0);
  for (;;) {
    const slice = await next;
    if (stopped.delete(id)) return;
    at += slice.byteLength;
    // A slice that is cut short ends the file; then its size is not what was promised, and the server says so.
    if (at >= file.size || slice.byteLength < SLICE_BYTES) {
      postMessage({ id, md5: md5.finish(slice) });
      return;
    }
    // The disk works while this computes.
    next = read(at);
    md5.update(slice);
    postMessage({ id, done: at });
  }
}

addEventListener('message', ({ data: { id, file, stop } }) => {
  if (stop) stopped.add(id);
  else digest(id, file).catch((error) => postMessage({ id, failed: String(error) }));
});
