// The interface's words in English; zh.js has the same keys.
const files = (count) => (count === 1 ? '1 file' : `${count} files`);

export default {
  // Frame
  navigation: 'Navigation', skip: 'Skip to content', settings: 'Settings', files: 'My files',
  shares: 'Shared', ranking: 'Ranking', pictures: 'Picture links', upload: 'Upload',
  auto: 'System theme', light: 'Light', dark: 'Dark', close: 'Close', keep: 'Keep it', retry: 'Try again',
  undo: 'Undo', more: 'More',
  // Account
  welcome: 'A quiet home for your pictures', welcomeText: 'Drop, paste, upload: the link is ready at once.',
  lookAtShares: 'See what others share', login: 'Log in', logout: 'Log out', register: 'Register',
  userName: 'User name', userNameHint: '1 to 32 characters', nickName: 'Nickname', email: 'Email',
  optional: 'Optional', password: 'Password', passwordAgain: 'Password again',
  oldPassword: 'Current password', newPassword: 'New password', changePassword: 'Change password',
  passwordHint: 'Every other device will be logged out.', passwordChanged: 'Password changed',
  passwordsDiffer: 'The two passwords differ.', fillIn: (label) => `Please fill in “${label}”.`,
  wrongPassword: 'User name or password is wrong.', wrongOldPassword: 'The current password is wrong.',
  userTaken: 'This user name is taken; please choose another.',
  // Failures
  sessionEnded: 'Your login has expired. Please log in again.',
  offline: 'The connection was lost. Check it and try again.',
  tooLarge: 'The file is larger than the server allows.', tooFast: 'Too fast: please wait a moment.',
  serverBusy: 'The server is busy. Please try again soon.', diskFull: 'The server’s disk is full.',
  refused: (message) => `The server refused: ${message}`, loadFailed: 'This could not be loaded',
  unreadable: 'The file cannot be read: it may have been moved or changed.',
  nameTooLong: 'The file name has more than 128 characters.',
  // Uploading
  uploads: 'Uploads', uploadsTotal: 'Progress in all', addFiles: 'Add files', fold: 'Fold or unfold',
  dropHere: 'Drop to upload', loginFirst: 'Please log in first', screenshot: 'screenshot',
  uploadFolder: 'Upload a folder', uploading: (done, all) => `Uploading ${done}/${all}`,
  uploaded: (done, failed) => (failed ? `${done} done, ${failed} failed` : `${done} done`),
  pauseAll: 'Pause all', resumeAll: 'Resume all', waiting: 'Waiting', checking: 'Checking',
  paused: 'Paused', sent: 'Uploaded', instant: 'Instant: already on the server',
  present: 'You have this file', cancelled: 'Cancelled', pauseNamed: (name) => `Pause ${name}`,
  resumeNamed: (name) => `Resume ${name}`, retryNamed: (name) => `Try again ${name}`,
  cancelNamed: (name) => `Cancel ${name}`,
  // Links
  linkFormat: 'Link format', copyLink: 'Copy link', copyLinkNamed: (name) => `Copy link of ${name}`,
  copyAll: 'Copy all', copied: 'Link copied',
  copiedLinks: (count) => (count === 1 ? 'Link copied' : `${count} links copied`),
  copiedPage: 'Link of the picture’s page copied', openPage: 'Open',
  // Lists
  order: 'Order', newest: 'Newest', oldest: 'Oldest', most: 'Most downloads', least: 'Fewest downloads',
  grid: 'Gallery', table: 'Table', noFiles: 'No files yet',
  noFilesHint: 'Drop pictures here, paste a screenshot, or choose files.', noShares: 'Nothing shared yet',
  noSharesHint: 'Share one of your files, and everybody finds it here.', noRanking: 'No ranking yet',
  noRankingHint: 'It fills as people download what is shared.', noPictures: 'No picture links yet',
  noPicturesHint: 'Choose “Picture link” in a file’s menu to make a page that you can send to anyone.',
  live: 'Live', downloads: (count) => (String(count) === '1' ? '1 download' : `${count} downloads`),
  views: (count) => (String(count) === '1' ? '1 view' : `${count} views`), isShared: 'Shared with everybody',
  sharedBy: (user) => `Shared by ${user}`, openNamed: (name) => `Preview ${name}`,
  moreNamed: (name) => `More about ${name}`, chooseNamed: (name) => `Choose ${name}`,
  downloadNamed: (name) => `Download ${name}`, saveNamed: (name) => `Save ${name} to my files`,
  openPageNamed: (name) => `Open the page of ${name}`,
  // Choosing and acting
  chooseAll: 'Choose all', chooseNone: 'Choose none', chosenFiles: 'Chosen files',
  chosen: (count) => `${count} chosen`, download: 'Download', share: 'Share', unshare: 'Stop sharing',
  pictureLink: 'Picture link', delete: 'Delete', save: 'Save to my files', saved: 'Saved to my files',
  savedAlready: 'You have this file already.', shareGone: 'This is not shared any more.',
  fileGone: 'The file is not there any more.', sharedByAnother: 'Somebody else shares this very file already.',
  sharedNow: (count) => `${files(count)} shared`, unsharedNow: (count) => `${files(count)} not shared any more`,
  deleted: (count, name) => (count > 1 ? `Deleting ${files(count)}` : `Deleting “${name}”`),
  cancelLink: 'Cancel link', cancelLinkNamed: (name) => `Cancel the link of ${name}`,
  cancelLinkText: (name) =>
    `The link of “${name}” will stop working at once and cannot be restored. The file itself stays.`,
  linkCancelled: 'Link cancelled',
  // Preview
  preview: 'Preview', previous: 'Previous', next: 'Next',
  noPreview: 'Files of this kind have no preview: download it to look.', textCut: '(only the beginning is shown)',
};
