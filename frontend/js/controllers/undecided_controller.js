import { Controller } from "@hotwired/stimulus";
import { parse } from "../exchange.js";
import { headers } from "../server.js";

/** How many comments wait for an answer, and what comes next, follow each first answer. */
export default class extends Controller {
  static targets = ["shown", "said"];

  connect() {
    this.counted = new WeakSet();
  }

  /** The server counts; only its newest word is shown. */
  async follow({ target: form }) {
    if (this.counted.has(form)) {
      return;
    }
    this.counted.add(form);
    this.turn = (this.turn ?? 0) + 1;
    const { turn } = this;
    try {
      const asked = `${location.pathname}?standing=1`;
      const answer = await fetch(asked, { headers: headers(null, "text/html") });
      const fresh = parse(await answer.text()).getElementById(this.shownTarget.id);
      if (fresh && turn === this.turn) {
        this.show(fresh);
      }
    } catch {
      this.counted.delete(form);
    }
  }

  show(fresh) {
    const old = this.shownTarget;
    const words = (part, what) => part.querySelector(what)?.textContent.trim() ?? "";
    const changed = ["h2", "h2 + p"].filter((what) => words(fresh, what) !== words(old, what));
    const held = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (held) {
      fresh.querySelector("a")?.focus();
    }
    if (changed.length > 0) {
      this.saidTarget.textContent = changed.map((what) => words(fresh, what)).join(". ");
    }
  }
}
