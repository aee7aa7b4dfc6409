import { Controller } from "@hotwired/stimulus";
import { passageOf } from "../passages.js";

const LONGEST = 1000;

/** Marked words lead to their comment; words that somebody selects can be commented on. */
export default class extends Controller {
  static targets = ["text", "ask", "quote", "letter", "field", "box"];

  connect() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.element.addEventListener("click", (event) => this.clicked(event), { signal });
    this.element.addEventListener("focusin", (event) => this.focused(event), { signal });
    const selected = () => this.hasAskTarget && this.selected();
    document.addEventListener("selectionchange", selected, { signal });
    window.addEventListener("hashchange", () => this.open(location.hash.slice(1)), { signal });
    this.open(location.hash.slice(1));
  }

  disconnect() {
    this.listeners.abort();
  }

  /** Of several comments, the one last written in takes the words. */
  focused(event) {
    this.part = event.target.closest("[data-passage-part]") ?? this.part;
  }

  boxes(name) {
    const parts = [...this.element.querySelectorAll("[data-passage-part]")];
    const empty = (part) => part.querySelector("textarea")?.value === "";
    const part = this.part?.isConnected ? this.part : (parts.find(empty) ?? parts.at(-1));
    return this.targets.findAll(name).filter((box) => !part || part.contains(box));
  }

  clicked(event) {
    const mark = event.target.closest("mark.passage");
    if (mark && window.getSelection().isCollapsed) {
      this.light(mark.dataset.comment);
    }
  }

  /** The comment that an address names is shown whole, out of what is folded. */
  open(id) {
    const card = document.getElementById(id);
    if (!this.element.contains(card)) {
      return;
    }
    card.closest("details")?.setAttribute("open", "");
    if (card.matches(".comment-line")) {
      card.querySelector("a").click();
    }
  }

  light(id) {
    for (const lit of this.element.querySelectorAll(".lit")) {
      lit.classList.remove("lit");
    }
    for (const mark of this.element.querySelectorAll(`mark[data-comment="${CSS.escape(id)}"]`)) {
      mark.classList.add("lit");
    }
    const card = document.getElementById(id);
    card.closest("details")?.setAttribute("open", "");
    card.classList.add("lit");
    card.scrollIntoView({ block: "center" });
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    this.open(id);
  }

  /** The button stands below the words that are selected, if they are of this work. */
  selected() {
    const selection = window.getSelection();
    const range = selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    const within = range?.commonAncestorContainer;
    const answered = (within?.nodeType === 1 ? within : within?.parentElement)?.closest(".block");
    const inside = range && !answered && this.textTarget.contains(within);
    const { length } = inside ? range.toString().replace(/\s+/g, " ").trim() : "";
    if (length < 1 || length > LONGEST) {
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
    const passage = passageOf(this.range, part ?? this.textTarget);
    for (const [name, value] of Object.entries({ ...passage, field: part?.dataset.field ?? "" })) {
      for (const box of this.boxes(name)) {
        box.value = value;
        box.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    this.askTarget.hidden = true;
    window.getSelection().removeAllRanges();
    const [box] = this.boxes("box");
    box?.scrollIntoView({ block: "center" });
    box?.focus({ preventScroll: true });
  }
}
