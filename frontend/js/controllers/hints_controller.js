import { Controller } from "@hotwired/stimulus";

const PAUSE = 3000;

/**
 * What a comment could still say. The server knows, and says so with each save; a hint goes at once
 * when it no longer holds, and comes only after a pause, so that nothing moves while one types.
 */
export default class extends Controller {
  static targets = ["comment"];

  connect() {
    this.missing = null;
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  saved({ detail }) {
    if (!detail.hints) {
      return;
    }
    this.missing = detail.hints;
    this.each((hint, holds) => {
      hint.hidden ||= !holds;
    });
    this.typing();
  }

  typing() {
    clearTimeout(this.timer);
    if (this.missing) {
      this.timer = setTimeout(() => this.show(), PAUSE);
    }
  }

  show() {
    this.each((hint, holds) => {
      hint.hidden = !holds;
    });
  }

  each(change) {
    for (const comment of this.commentTargets) {
      const missing = this.missing[comment.dataset.id] ?? [];
      for (const hint of comment.querySelectorAll("[data-hint]")) {
        change(hint, missing.includes(hint.dataset.hint));
      }
    }
  }
}
