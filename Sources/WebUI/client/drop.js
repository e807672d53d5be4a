// Files from everywhere: dropped anywhere on the page, folders included, pasted, or chosen in a dialog.
import { h, icon } from './dom.js';
import { t } from './i18n.js';
import { session } from './session.js';
import { fail, toast } from './toast.js';
import { queue } from './uploads.js';

/** Files of one drop; a folder of everything is more likely a slip than a wish. */
const FILES_MAX = 10_000;

/** Opens the browser's dialog for files, or for a whole folder. */
export function chooseFiles(isFolder = false) {
  const input = document.getElementById(isFolder ? 'choose-folder' : 'choose-files');
  input.value = '';
  input.click();
}

function chooser(id, properties) {
  const input = h('input', {
    type: 'file', id, multiple: true, class: 'offscreen', tabindex: '-1', 'aria-hidden': 'true',
    onchange: () => take([...input.files]), ...properties,
  });
  return input;
}

function take(files) {
  const visible = files.filter(({ name, webkitRelativePath: path }) => !isHidden(name) && !/\/\./.test(path))
    .slice(0, FILES_MAX);
  if (visible.length > 0) queue.add(visible);
  else toast(t('nothingInside'));
}

/** What folders hold for the system's sake. */
const isHidden = (name) => /^(\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(name);

/** All files below dropped entries. Entries must be taken from the event before the first wait. */
async function filesBelow(entries) {
  const files = [];
  const waiting = [...entries];
  while (waiting.length > 0 && files.length < FILES_MAX) {
    const entry = waiting.shift();
    if (entry.isFile) {
      files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
      continue;
    }
    const reader = entry.createReader();
    // It answers some at a time, and none at the end.
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) break;
      waiting.push(...some.filter(({ name }) => !name.startsWith('.')));
    }
  }
  return files;
}

async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry.isDirectory)) return take(plain);
  return take(await filesBelow(entries));
}

/** Pictures on the clipboard have no name of their own, or all the same one. */
function pasted(files) {
  const now = new Date();
  const stamp = new Date(now - now.getTimezoneOffset() * 60_000).toISOString()
    .slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return files.map((file, index) => {
    if (!/^image\.\w+$/.test(file.name)) return { file, name: file.name };
    const type = file.name.slice(file.name.lastIndexOf('.'));
    return { file, name: `${t('screenshot')}-${stamp}${index > 0 ? `-${index + 1}` : ''}${type}` };
  });
}

/** Marks drags of this page's own pictures, which carry files too. */
const OWN = 'application/x-picbed';

function carriesFiles({ dataTransfer }) {
  const types = dataTransfer?.types ?? [];
  return types.includes('Files') && !types.includes(OWN);
}

/** Begins to listen; once. */
export function acceptFiles() {
  document.body.append(chooser('choose-files'), chooser('choose-folder', { webkitdirectory: true }));
  const veil = h('div', { class: 'veil', 'aria-hidden': 'true' }, icon('upload'), h('p'));
  document.body.append(veil);
  // Entering a child comes before leaving its parent: count.
  let depth = 0;
  const show = (isShown) => {
    veil.lastChild.textContent = t(session.user ? 'dropHere' : 'loginFirst');
    veil.classList.toggle('shown', isShown);
  };
  addEventListener('dragstart', (event) => event.dataTransfer?.setData(OWN, '1'));
  addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    show(true);
  });
  addEventListener('dragleave', (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    if (depth <= 0) show(false);
  });
  addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    if (session.user) dropped(event.dataTransfer).catch(fail);
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || !session.user) return;
    event.preventDefault();
    queue.add(pasted(files));
  });
}
