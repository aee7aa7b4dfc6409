import { Controller } from "@hotwired/stimulus";
import { post, signedOut } from "../server.js";
import { wordsOf } from "../words.js";

/** A box for longer text: buttons that write Markdown, a preview, and paste that keeps lists. */
export default class extends Controller {
  static targets = ["toolbar", "preview", "shown"];
  static values = { url: String };

  async connect() {
    this.box = this.element.querySelector("textarea");
    const editor = await import("../editor.js").catch(() => null);
    if (editor && this.element.isConnected) {
      this.box.addEventListener("paste", editor.paste);
      this.toolbarTarget.hidden = false;
    }
  }

  async preview() {
    const back = this.previewTarget.getAttribute("aria-pressed") === "true";
    if (!back) {
      this.shownTarget.innerHTML = await this.rendered();
    }
    this.shownTarget.hidden = back;
    this.box.hidden = !back;
    this.previewTarget.setAttribute("aria-pressed", String(!back));
    for (const button of this.toolbarTarget.querySelectorAll("[data-md-button]")) {
      button.disabled = !back;
    }
    if (back) {
      this.box.focus();
    }
  }

  /** The text as the server will show it (safe HTML), or why it cannot be had. */
  async rendered() {
    const body = new URLSearchParams({ text: this.box.value });
    const form = this.box.form;
    const answer = await post(this.urlValue, body, { form, accept: "text/html" }).catch(() => null);
    if (answer?.ok && !signedOut(answer)) {
      return answer.text();
    }
    return `<p>${answer && signedOut(answer) ? wordsOf().signed_out : wordsOf().offline}</p>`;
  }
}
