// Takes parts of a page out of whatever HTML the server sent, a fragment or a page, by their ids.

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/** Put the part of `page` with this id in place of ours; null when the page has no such part. */
export function exchange(page, id) {
  const fresh = page.getElementById(id);
  const old = document.getElementById(id);
  if (!fresh || !old) {
    return null;
  }
  old.replaceWith(fresh);
  exchangeOthers(page);
  return fresh;
}

/** Flash messages, and parts marked `data-swap-too`, follow whatever was exchanged. */
function exchangeOthers(page) {
  for (const fresh of page.querySelectorAll("[data-swap-too][id]")) {
    document.getElementById(fresh.id)?.replaceWith(fresh);
  }
  const said = page.querySelectorAll("#flash > *");
  if (said.length > 0) {
    document.getElementById("flash")?.replaceChildren(...said);
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
export function tell(words, tone = "") {
  const line = document.createElement("p");
  line.className = tone ? `flash flash-${tone}` : "flash";
  line.textContent = words;
  document.getElementById("flash")?.replaceChildren(line);
  line.scrollIntoView({ block: "nearest" });
}
