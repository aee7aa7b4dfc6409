import { passageOf } from "../passages.js";
import PassageController from "./passage_controller.js";

const FRESH = "00fresh00";
const PARTS = "p, h2, h3, h4, li, dt, dd, figcaption, td";
const GAP = 12;

/** Notes of one's own: for selected words or a paragraph a form is copied; all stand by their words. */
export default class extends PassageController {
  static targets = ["fresh", "toggle", "margin"];

  connect() {
    super.connect();
    const { signal } = this.listeners;
    window.addEventListener("resize", () => this.align(), { signal });
    document.fonts?.ready.then(() => this.align());
    this.toggleTarget.hidden = false;
    this.align();
  }

  ask() {
    this.askTarget.hidden = true;
    this.write(this.range);
    window.getSelection().removeAllRanges();
  }

  /** A button at each paragraph and heading, for whoever selects no words. */
  toggle() {
    const on = this.toggleTarget.getAttribute("aria-pressed") !== "true";
    this.toggleTarget.setAttribute("aria-pressed", String(on));
    for (const button of this.textTarget.querySelectorAll(".note-here")) {
      button.remove();
    }
    for (const part of on ? this.textTarget.querySelectorAll(PARTS) : []) {
      if (!part.closest(".block") && !part.querySelector(PARTS) && part.textContent.trim()) {
        part.append(this.buttonFor(part));
      }
    }
    this.align();
    this.textTarget.querySelector(".note-here")?.focus();
  }

  buttonFor(part) {
    const button = document.createElement("button");
    const { words } = this.freshTarget.dataset;
    button.type = "button";
    button.className = "note-here";
    button.textContent = words;
    button.setAttribute("aria-label", `${words}: ${part.textContent.trim().slice(0, 60)}`);
    button.addEventListener("click", () => {
      const range = document.createRange();
      range.selectNodeContents(part);
      range.setEndBefore(button);
      this.write(range);
    });
    return button;
  }

  write(range) {
    const { quote, letter } = passageOf(range, this.textTarget);
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const top = range.getBoundingClientRect().top + window.scrollY;
    const html = this.freshTarget.innerHTML.replaceAll(FRESH, key);
    const below = this.cards().find((card) => this.topOf(card) > top);
    if (below) {
      below.insertAdjacentHTML("beforebegin", html);
    } else {
      this.marginTarget.insertAdjacentHTML("beforeend", html);
    }
    const card = document.getElementById(`new-note-${key}`);
    card.dataset.top = top;
    card.querySelector("[data-quote]").textContent = quote;
    const { elements } = card.querySelector("form");
    elements.quote.value = quote;
    elements.letter.value = letter;
    this.align();
    elements.text.scrollIntoView({ block: "center" });
    elements.text.focus({ preventScroll: true });
  }

  cards() {
    return [...this.marginTarget.querySelectorAll(".note")];
  }

  /** Where on the page the words of a note stand. */
  topOf(card) {
    const mark = this.textTarget.querySelector(`mark[data-comment="${CSS.escape(card.id)}"]`);
    const top = mark ? mark.getBoundingClientRect().top + window.scrollY : 0;
    return Number(card.dataset.top ?? top);
  }

  /** Each note is moved down to its words, where the notes stand beside the text. */
  align() {
    const margin = this.marginTarget.getBoundingClientRect();
    const text = this.textTarget.getBoundingClientRect();
    const beside = margin.left >= text.right || margin.right <= text.left;
    const tools = this.toggleTarget.closest(".stack");
    let edge = tools.getBoundingClientRect().bottom + window.scrollY;
    for (const card of this.cards()) {
      const gap = Math.max(0, this.topOf(card) - edge - GAP) + GAP;
      card.style.marginBlockStart = beside ? `${gap}px` : "";
      edge += gap + card.offsetHeight;
    }
  }
}
