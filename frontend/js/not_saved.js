// Panels about texts that were not saved: two windows, a form that was closed, a text laid aside.

import { canCopy, copyText } from "./clipboard.js";
import { copiesTypedHere, dropAside, keyOf, laidAside, layAside, markSeen } from "./copies.js";
import { labelOf } from "./form_text.js";
import { wordsOf } from "./words.js";

/** Both texts, and a button for each: `other` are the [name, text] pairs that differ. */
export function changedPanel(form, words, other, { keepMine, takeOther }) {
  const buttons = [button(words.keepMine, "btn-primary", keepMine)];
  if (other.length > 0) {
    buttons.push(button(words.takeOther, "btn-quiet", takeOther));
  }
  return panel(element("p", "", words.changed), ...quotes(form, words.other, other), row(buttons));
}

/** What was typed here, after the other text was taken. */
export function takenPanel(form, words, mine) {
  return panel(...quotes(form, words.mine, mine));
}

/** Why it cannot be saved any more; the words stay in their boxes, and in this browser. */
export function endedPanel(words, why, texts) {
  const reload = element("a", "btn btn-quiet", words.reload);
  reload.href = location.href;
  if (texts().length === 0) {
    return panel(element("p", "", why), row([reload]));
  }
  return panel(
    element("p", "", why),
    element("p", "", words.keptHere),
    row([copyButton(words, texts), reload]),
  );
}

/** Why it cannot be saved any more; what is typed is kept on a page of its own. */
export function keptPanel(words, why, page, texts) {
  const links = [
    [words.seeKept, page],
    [words.reload, location.href],
  ].map(([text, href]) => Object.assign(element("a", "btn btn-quiet", text), { href }));
  return panel(element("p", "", why), row([copyButton(words, texts), ...links]));
}

/** At the top of the page: what was typed on it, could not be saved, and has no form to go back to. */
export function showLaidAside() {
  const words = wordsOf();
  if (document.querySelector("main [id^=unsent-]")) {
    return; // the server shows what it has kept
  }
  const keys = new Set([...document.forms].map(keyOf));
  for (const [key, copy] of copiesTypedHere()) {
    if (!keys.has(key)) {
      layAside(key, copy);
    }
  }
  for (const [key, { texts, why, seen }] of laidAside()) {
    const shown = panel(
      element("strong", "", why ? words.laidAside : words.unconfirmed),
      ...(why ? [element("p", "", why)] : []),
      ...texts.flatMap(([label, text]) => quote(label, text)),
    );
    const drop = () => {
      dropAside(key);
      shown.remove();
    };
    shown.append(row([copyButton(words, () => texts), button(words.discard, "btn-plain", drop)]));
    document.querySelector("main")?.prepend(shown);
    if (!seen) {
      markSeen(key);
      window.addEventListener("load", () => setTimeout(() => shown.scrollIntoView()));
    }
  }
}

function quotes(form, title, pairs) {
  return pairs.flatMap(([name, text]) => {
    const label = labelOf(form.elements[name]);
    return quote(label ? `${title}: ${label}` : title, text);
  });
}

function quote(label, text) {
  const block = element("blockquote", "", text);
  block.dir = "auto";
  return label ? [element("strong", "", label), block] : [block];
}

/** `texts` gives the [label, text] pairs as they are when it is pressed. */
function copyButton(words, texts) {
  const copy = button(words.copy, "btn-primary", () => {
    const all = texts().map(([, text]) => text);
    copyText(all.join("\n\n"), copy);
  });
  copy.hidden = !canCopy();
  return copy;
}

function panel(...parts) {
  const section = element("section", "not-saved");
  section.setAttribute("role", "alert");
  section.append(...parts);
  return section;
}

function row(buttons) {
  const line = element("div", "row");
  line.append(...buttons);
  return line;
}

function button(text, tone, act) {
  const control = element("button", `btn ${tone}`, text);
  control.type = "button";
  control.addEventListener("click", act);
  return control;
}

function element(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  if (text !== undefined) {
    node.textContent = text;
  }
  return node;
}
