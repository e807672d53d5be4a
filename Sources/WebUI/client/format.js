// How sizes, times and kinds of files are shown.
import { language } from './i18n.js';

/** `1.4 MB`: three digits at most. */
export function bytes(count) {
  if (count < 1000) return `${count} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = -1;
  do {
    value /= 1000;
    unit += 1;
  } while (value >= 999.5 && unit < units.length - 1);
  return `${value.toFixed(value < 9.95 ? 1 : 0)} ${units[unit]}`;
}

export const number = (value) => value.toLocaleString(language());

/** The server's `YYYY-MM-DD HH:MM:SS`, short: today's without the date, this year's without the year. */
export function time(text) {
  const today = new Date();
  const pad = (value) => String(value).padStart(2, '0');
  const date = `${today.getFullYear()}-${pad(today.getMonth() + 1)}-${pad(today.getDate())}`;
  if (text.startsWith(date)) return text.slice(11, 16);
  return text.startsWith(date.slice(0, 4)) ? text.slice(5, 16) : text.slice(0, 10);
}

const KINDS = {
  image: 'png jpg jpeg jfif gif webp avif bmp ico svg',
  video: 'mp4 webm mov m4v ogv mkv',
  audio: 'mp3 ogg oga opus wav flac m4a aac',
  pdf: 'pdf',
  text: 'txt md markdown log csv tsv json xml yaml yml toml ini conf html htm css js mjs ts tsx jsx c h '
    + 'cc cpp hpp cs go rs swift java kt py rb lua sh sql diff patch srt vtt tex makefile',
};
const KIND_OF = new Map(
  Object.entries(KINDS).flatMap(([kind, types]) => types.split(' ').map((type) => [type, kind])));

/** What a file can be shown as, by its name: image, video, audio, pdf, text or file. */
export function kind(name) {
  return KIND_OF.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) ?? 'file';
}
