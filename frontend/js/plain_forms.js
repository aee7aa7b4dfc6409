// What is typed into a form that does not save itself is kept in this tab until the server has it,
// so that a closed laptop, a lost connection or an ended session loses nothing.

import { dropCopy, keyOf, markSubmitted, readCopy, saveCopy } from "./copies.js";
import { fill, labelled, TEXT_BOXES, text } from "./form_text.js";

const atFirst = new WeakMap();

export function start() {
  restore(document);
  document.addEventListener("input", ({ target }) => changed(target.form));
  document.addEventListener("change", ({ target }) => changed(target.form));
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && isPlain(event.target)) {
      changed(event.target);
      markSubmitted(keyOf(event.target));
    }
  });
  document.addEventListener("stored", ({ target }) => dropCopy(keyOf(target)));
}

/** Put back what was typed into the forms of a part of the page. */
export function restore(part) {
  for (const form of part.querySelectorAll("form")) {
    if (!isPlain(form)) {
      continue;
    }
    atFirst.set(form, text(form));
    const copy = readCopy(keyOf(form));
    if (copy && copy.text !== atFirst.get(form)) {
      fill(form, copy.text, '[type="hidden"]');
    }
  }
}

function isPlain(form) {
  return (
    form?.method === "post" &&
    document.body.dataset.me &&
    !form.matches('[data-controller~="autosave"]') &&
    !form.querySelector('[type="password"], [autocomplete="one-time-code"]') &&
    (form.matches(".question") || [...form.elements].some((box) => box.matches(TEXT_BOXES)))
  );
}

function changed(form) {
  if (!isPlain(form)) {
    return;
  }
  if (text(form) === atFirst.get(form)) {
    dropCopy(keyOf(form));
  } else {
    saveCopy(keyOf(form), { text: text(form), texts: labelled(form) });
  }
}
