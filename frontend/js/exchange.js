// Takes parts of a page out of whatever HTML the server sent, a fragment or a page, by their ids.

import { load } from "./lazy.js";
import { restore } from "./plain_forms.js";
import { released } from "./presses.js";
import { reason } from "./server.js";

export function parse(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  load(page);
  return page;
}

/**
 * Put the part of `page` with this id in place of ours; null when the page has no such part. Whoever
 * keeps other parts in step hears of it at once: `exchanged`, with the page and the form that was
 * answered (`by`), if any.
 */
export function exchange(page, id, by = null) {
  const fresh = page.getElementById(id);
  const old = document.getElementById(id);
  if (!fresh || !old) {
    return null;
  }
  replace(old, fresh, by);
  restore(fresh);
  exchangeOthers(page, by);
  fresh.dispatchEvent(new CustomEvent("exchanged", { bubbles: true, detail: { page, by } }));
  return fresh;
}

/**
 * What is open stays open, but a dialog whose form was answered (`by`); who is at a button by
 * keyboard stays there.
 */
export function replace(old, fresh, by = null) {
  const at = old.contains(document.activeElement) ? document.activeElement : null;
  const opened = [...old.querySelectorAll("[popover]")].filter((each) =>
    each.matches(":popover-open"),
  );
  const asking = [...old.querySelectorAll("dialog[open]")].filter((each) => !each.contains(by));
  const before = [...old.querySelectorAll("details")];
  old.replaceWith(fresh);
  const after = [...fresh.querySelectorAll("details")];
  if (before.length === after.length) {
    after.forEach((each, number) => {
      each.open = before[number].open;
    });
  }
  for (const { id } of opened) {
    document.getElementById(id)?.showPopover();
  }
  for (const { id } of asking) {
    document.getElementById(id)?.showModal();
  }
  counterpart(at, fresh)?.focus({ preventScroll: true });
}

/** The same control in the new part: by its id, else by what it says. */
function counterpart(control, fresh) {
  if (!control) {
    return null;
  }
  const says = control.textContent;
  const alike = [...fresh.querySelectorAll(control.tagName)];
  return alike.find((each) => (control.id ? each.id === control.id : each.textContent === says));
}

/**
 * Show what the server answered: the part with this id if it came, else the page we were sent on
 * to, else the server's own words about what went wrong. Gives the new part, or null.
 */
export async function showAnswer(answer, id, by) {
  const html = answer.headers.get("Content-Type")?.includes("html");
  if (!html) {
    showMessage((await reason(answer)) || `${answer.status} ${answer.statusText}`, "error");
    return null;
  }
  const page = parse(await answer.text());
  await released();
  const fresh = exchange(page, id, by);
  if (!fresh && answer.redirected) {
    location.assign(answer.url);
  } else if (!fresh) {
    const message = page.querySelector("main p, h1")?.textContent.trim();
    showMessage(message || `${answer.status} ${answer.statusText}`, "error");
  }
  return fresh;
}

/** Flash messages, and parts marked `data-swap-too`, follow whatever was exchanged. */
function exchangeOthers(page, by) {
  for (const fresh of page.querySelectorAll("[data-swap-too][id]")) {
    const old = document.getElementById(fresh.id);
    if (old) replace(old, fresh, by);
  }
  const messages = page.querySelectorAll("#flash > *");
  if (messages.length > 0) {
    document.getElementById("flash")?.replaceChildren(...messages);
  }
}

/** Move the focus to what is new without a frame around a whole block. */
export function focusOn(element) {
  const goal = element.querySelector("[data-focus]") ?? element;
  if (!goal.matches("a, button, input, select, textarea, [tabindex]")) {
    goal.tabIndex = -1;
  }
  goal.focus({ preventScroll: true });
  goal.scrollIntoView({ block: "nearest" });
}

/** Say something in the page's polite live region. */
export function showMessage(words, tone = "") {
  const line = document.createElement("p");
  line.className = tone ? `flash flash-${tone}` : "flash";
  line.textContent = words;
  document.getElementById("flash")?.replaceChildren(line);
  line.scrollIntoView({ block: "nearest" });
}
