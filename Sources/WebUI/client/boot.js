// Runs before the first paint, so that nobody sees the wrong theme or language flash by.
{
  const root = document.documentElement;
  const kept = (name) => {
    try { return localStorage.getItem(`picbed.${name}`); } catch { return null; }
  };
  const theme = kept('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const language = kept('language') ?? navigator.language;
  root.lang = /^zh/i.test(language) ? 'zh' : 'en';
}
