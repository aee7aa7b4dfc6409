import { Controller } from "@hotwired/stimulus";

const CONTEXT = 40;
const LONGEST = 600;
const BLOCKS = "p, li, h1, h2, h3, h4, td, th, dt, dd, blockquote, pre, section, article, div";

/**
 * Ties comments to the words they are about. Comments with `data-quote` find and mark their words;
 * words somebody selects can be commented on.
 */
export default class extends Controller {
  static targets = ["text", "ask", "quote", "prefix", "suffix", "field", "shown", "box"];

  connect() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    for (const card of this.element.querySelectorAll("[data-quote]")) {
      this.markFor(card);
    }
    this.element.addEventListener("click", (event) => this.clicked(event), { signal });
    this.element.addEventListener("keydown", (event) => this.pressed(event), { signal });
    if (this.hasAskTarget) {
      document.addEventListener("selectionchange", () => this.selected(), { signal });
    }
  }

  disconnect() {
    this.listeners.abort();
  }

  // Comments that are there

  markFor(card) {
    const { quote, prefix = "", suffix = "", field = "" } = card.dataset;
    const part = field && this.textTarget.querySelector(`[data-field="${CSS.escape(field)}"]`);
    const place = find(part || this.textTarget, quote, prefix, suffix);
    if (!place) {
      return;
    }
    place.forEach((range, index) => {
      const mark = document.createElement("mark");
      mark.className = "passage";
      mark.dataset.comment = card.id;
      if (index === 0) {
        mark.id = `passage-${card.id}`;
        mark.tabIndex = 0;
        mark.setAttribute("role", "link");
      }
      range.surroundContents(mark);
    });
    for (const link of card.querySelectorAll("[data-passage-link]")) {
      link.href = `#passage-${card.id}`;
    }
  }

  clicked(event) {
    const mark = event.target.closest("mark.passage");
    const link = event.target.closest("[data-passage-link]");
    if (mark && window.getSelection().isCollapsed) {
      this.light(mark.dataset.comment, document.getElementById(mark.dataset.comment));
    } else if (link) {
      const card = link.closest("[data-quote]");
      const first = document.getElementById(`passage-${card.id}`);
      if (first) {
        event.preventDefault();
        this.light(card.id, first);
      }
    }
  }

  pressed(event) {
    if (event.key === "Enter" && event.target.matches("mark.passage")) {
      const { comment } = event.target.dataset;
      this.light(comment, document.getElementById(comment));
    }
  }

  light(id, goal) {
    for (const lit of this.element.querySelectorAll(".lit")) {
      lit.classList.remove("lit");
    }
    document.getElementById(id)?.classList.add("lit");
    for (const mark of this.element.querySelectorAll(`mark[data-comment="${CSS.escape(id)}"]`)) {
      mark.classList.add("lit");
    }
    goal.scrollIntoView({ block: "center" });
    if (!goal.matches("[tabindex]")) {
      goal.tabIndex = -1;
    }
    goal.focus({ preventScroll: true });
  }

  // A comment to be

  selected() {
    const selection = window.getSelection();
    const range = selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    const inside = range && this.textTarget.contains(range.commonAncestorContainer);
    const words = inside ? clean(range.toString()) : "";
    if (words.length < 2 || words.length > LONGEST) {
      if (document.activeElement !== this.askTarget) {
        this.askTarget.hidden = true;
      }
      return;
    }
    this.range = range.cloneRange();
    this.askTarget.hidden = false;
    const at = range.getBoundingClientRect();
    const frame = (this.askTarget.offsetParent ?? document.body).getBoundingClientRect();
    const furthest = frame.width - this.askTarget.offsetWidth;
    const left = Math.max(0, Math.min(at.left - frame.left, furthest));
    this.askTarget.style.left = `${left}px`;
    this.askTarget.style.top = `${at.bottom - frame.top + 8}px`;
  }

  ask() {
    const node = this.range.startContainer;
    const part = (node.nodeType === 1 ? node : node.parentElement).closest("[data-field]");
    const { text, places } = flow(part ?? this.textTarget);
    const [start, end] = wholeWords(text, ...span(this.range, places));
    const words = text.slice(start, end).trim();
    this.put("quote", words);
    this.put("prefix", text.slice(0, start).trim().slice(-CONTEXT).trimStart());
    this.put("suffix", text.slice(end).trim().slice(0, CONTEXT).trimEnd());
    this.put("field", part?.dataset.field ?? "");
    for (const shown of this.shownTargets) {
      shown.textContent = words;
    }
    this.askTarget.hidden = true;
    window.getSelection().removeAllRanges();
    const box = this.hasBoxTarget ? this.boxTarget : null;
    box?.scrollIntoView({ block: "center" });
    box?.focus({ preventScroll: true });
  }

  clear() {
    for (const name of ["quote", "prefix", "suffix", "field"]) {
      this.put(name, "");
    }
    for (const shown of this.shownTargets) {
      shown.textContent = "";
    }
  }

  put(name, value) {
    for (const box of this.targets.findAll(name)) {
      box.value = value;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

function clean(text) {
  return text.replace(/\s+/g, " ").trim();
}

/** The text of `root` with single spaces, one at each end of a block, and where each letter stands. */
function flow(root) {
  const places = [];
  let text = "";
  let block = null;
  const add = (letter, place) => {
    if (letter !== " " || (text && !text.endsWith(" "))) {
      text += letter;
      places.push(place);
    }
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const here = node.parentElement.closest(BLOCKS);
    if (block && here !== block) {
      add(" ", [node, 0]);
    }
    block = here;
    for (let index = 0; index < node.data.length; index += 1) {
      add(/\s/.test(node.data[index]) ? " " : node.data[index], [node, index]);
    }
  }
  return { text, places };
}

/** From which letter to which the selected range goes. */
function span(range, places) {
  const inside = places.map(([node, index]) => range.comparePoint(node, index) === 0);
  const start = inside.indexOf(true);
  const [node, index] = places[inside.lastIndexOf(true)];
  const beyond = node === range.endContainer && index >= range.endOffset;
  return [start, inside.lastIndexOf(true) + (beyond ? 0 : 1)];
}

function wholeWords(text, start, end) {
  const letter = /[\p{L}\p{N}’'-]/u;
  while (start > 0 && letter.test(text[start]) && letter.test(text[start - 1])) {
    start -= 1;
  }
  while (end < text.length && letter.test(text[end]) && letter.test(text[end - 1])) {
    end += 1;
  }
  return [start, end];
}

/** Where `quote` stands in `root`, as one range per text node; the place whose neighbours fit best. */
function find(root, quote, prefix, suffix) {
  const { text, places } = flow(root);
  const wanted = clean(quote);
  let best = null;
  for (let at = text.indexOf(wanted); wanted && at >= 0; at = text.indexOf(wanted, at + 1)) {
    const fits =
      shared(clean(prefix), text.slice(0, at).trimEnd(), true) +
      shared(clean(suffix), text.slice(at + wanted.length).trimStart(), false);
    if (!best || fits > best.fits) {
      best = { at, fits };
    }
  }
  return best && ranges(places.slice(best.at, best.at + wanted.length));
}

function shared(one, other, fromEnd) {
  let count = 0;
  while (
    count < one.length &&
    one.at(fromEnd ? -1 - count : count) === other.at(fromEnd ? -1 - count : count)
  ) {
    count += 1;
  }
  return count;
}

function ranges(places) {
  const found = [];
  for (const [node, index] of places) {
    const last = found.at(-1);
    if (last?.startContainer === node) {
      last.setEnd(node, index + 1);
    } else {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      found.push(range);
    }
  }
  return found.filter((range) => range.toString().trim());
}
