/** What this page's scripts say, by name; `script_words` in web/autosave.py has them all. */
export function wordsOf() {
  return JSON.parse(document.body.dataset.words ?? "{}");
}
