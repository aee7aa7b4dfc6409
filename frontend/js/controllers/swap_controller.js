import { Controller } from "@hotwired/stimulus";
import { focusOn, showAnswer, showMessage } from "../exchange.js";
import { headers, post } from "../server.js";
import { wordsOf } from "../words.js";

/** A form or link that changes one part of the page instead of the whole. */
export default class extends Controller {
  static values = { target: String };

  connect() {
    const event = this.element.matches("form") ? "submit" : "click";
    this.act = (happened) => this.go(happened);
    this.element.addEventListener(event, this.act);
    this.undo = () => this.element.removeEventListener(event, this.act);
  }

  disconnect() {
    this.undo();
  }

  async go(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    if (this.busy) {
      return;
    }
    this.busy = true;
    let stored = false;
    event.submitter?.setAttribute("aria-busy", "true");
    try {
      const answer = await this.ask(event.submitter);
      stored = answer.ok;
      if (stored) {
        this.element.dispatchEvent(new CustomEvent("stored", { bubbles: true }));
      }
      const fresh = await showAnswer(answer, this.targetValue.slice(1), this.element);
      if (fresh && !this.element.matches('form[method="get"]')) {
        focusOn(fresh);
      }
    } catch {
      showMessage(wordsOf().offline, "error");
    } finally {
      this.busy = false;
      if (!stored) {
        this.element.dispatchEvent(new CustomEvent("unsent", { bubbles: true }));
      }
      event.submitter?.removeAttribute("aria-busy");
    }
  }

  ask(submitter) {
    if (!this.element.matches("form")) {
      return fetch(this.element.href, { headers: headers(null, "text/html") });
    }
    const url = submitter?.getAttribute("formaction") ?? this.element.getAttribute("action");
    const body = new FormData(this.element, submitter);
    if (this.element.method === "get") {
      const asked = `${url || location.pathname}?${new URLSearchParams(body)}`;
      history.replaceState(history.state, "", asked);
      return fetch(asked, { headers: headers(null, "text/html") });
    }
    return post(url || location.href, body, { form: this.element, accept: "text/html" });
  }
}
