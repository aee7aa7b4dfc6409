// What is typed into a form that does not save itself is kept in this tab until the server has it,
// so that a closed laptop, a lost connection or an ended session loses nothing. An answer to a
// question outlives its tab.

import {
  dropCopy,
  dropLasting,
  keyOf,
  lastingCopies,
  markSubmitted,
  readCopy,
  saveCopy,
} from "./copies.js";
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
    const copy = readCopy(keyOf(form)) ?? ofClosedTab(form);
    if (copy && copy.text !== atFirst.get(form)) {
      fill(form, copy.text, '[type="hidden"]');
    }
  }
}

/** What was typed into a question in a tab that is closed now; from here on it is this tab's. */
function ofClosedTab(form) {
  const copies = isLasting(form) ? lastingCopies(keyOf(form)) : [];
  const copy = copies.at(-1)?.[1] ?? null;
  if (copy) {
    dropLasting(copies);
    saveCopy(keyOf(form), { ...copy, lasting: true });
  }
  return copy;
}

function isLasting(form) {
  return form.matches(".question");
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
    saveCopy(keyOf(form), {
      text: text(form),
      texts: labelled(form),
      lasting: isLasting(form),
    });
  }
}
