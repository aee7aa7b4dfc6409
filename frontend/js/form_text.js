// What a form holds as text, for copies and comparisons. Tokens, versions and files are left out.

export const TEXT_BOXES = 'textarea, input[type="text"]';

const LEFT_OUT = new Set(["csrf_token", "version"]);

/** The [name, value] pairs of a form, in order. */
export function pairs(form) {
  return [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !LEFT_OUT.has(name),
  );
}

/** The same as one string, which `fill` takes back. */
export function text(form) {
  return new URLSearchParams(pairs(form)).toString();
}

/** Put values (a string of `text`, or pairs) back into the boxes; `leave` is a selector of boxes to skip. */
export function fill(form, values, leave = "") {
  const wanted = new URLSearchParams(values);
  for (const box of form.elements) {
    const skipped = !box.name || LEFT_OUT.has(box.name) || ["file", "submit"].includes(box.type);
    if (skipped || (leave && box.matches(leave))) {
      continue;
    }
    if (box.type === "checkbox" || box.type === "radio") {
      box.checked = wanted.getAll(box.name).includes(box.value);
    } else if (wanted.has(box.name)) {
      box.value = wanted.get(box.name);
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** The [label, text] pairs of the boxes that somebody wrote in. */
export function labelled(form) {
  return [...form.elements]
    .filter((box) => box.matches(TEXT_BOXES) && box.value.trim())
    .map((box) => [labelOf(box), box.value]);
}

export function labelOf(box) {
  return box?.labels?.[0]?.textContent.trim() ?? "";
}
