import { Controller } from "@hotwired/stimulus";
import { focusOn, showAnswer, tell } from "../exchange.js";
import { post } from "../server.js";

/** An answer is checked in place: the server sends the question back with its feedback. */
export default class extends Controller {
  connect() {
    this.answer = (event) => this.submit(event);
    this.element.addEventListener("submit", this.answer);
  }

  disconnect() {
    this.element.removeEventListener("submit", this.answer);
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) {
      return;
    }
    this.busy = true;
    const body = new FormData(this.element, event.submitter);
    event.submitter?.setAttribute("aria-busy", "true");
    try {
      const url = event.submitter?.getAttribute("formaction") ?? this.element.action;
      const answer = await post(url, body, { form: this.element, accept: "text/html" });
      const fresh = await showAnswer(answer, this.element.id);
      if (fresh) {
        focusOn(fresh);
      }
    } catch {
      tell(this.element.dataset.offline ?? "That did not reach us. Try once more.", "error");
    } finally {
      this.busy = false;
      event.submitter?.removeAttribute("aria-busy");
    }
  }
}
