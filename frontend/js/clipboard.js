// Copying a text by a button. A browser can refuse it, as where a policy of the district forbids it.
import { wordsOf } from "./words.js";

const SHOWN_FOR = 2000;

/** Whether this browser can copy at all; where the page does not come by https, it cannot. */
export function canCopy() {
  return Boolean(navigator.clipboard);
}

/** Copy a text, and say on its label for a moment whether that worked. */
export async function copyText(text, label) {
  const { copied, notCopied } = wordsOf();
  const before = label.dataset.before ?? label.textContent;
  label.dataset.before = before;
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = copied;
  } catch {
    label.textContent = notCopied;
  }
  setTimeout(() => {
    label.textContent = before;
  }, SHOWN_FOR);
}
