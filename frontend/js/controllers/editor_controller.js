import { Controller } from "@hotwired/stimulus";
import { markdownOfHtml, withListMarks } from "../paste.js";
import { post, signedOut } from "../server.js";
import { wordsOf } from "../words.js";

/** A box for longer text: buttons that write Markdown, a preview, and paste that keeps lists. */
export default class extends Controller {
  static targets = ["toolbar", "preview", "shown"];
  static values = { url: String };

  connect() {
    this.box = this.element.querySelector("textarea");
    this.box.addEventListener("paste", paste);
    this.toolbarTarget.hidden = false;
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

/** Paste with lists, links and emphasis; what was plain text stays so. */
function paste(event) {
  const box = event.currentTarget;
  const { clipboardData } = event;
  const plain = clipboardData.getData("text/plain");
  const html = clipboardData.getData("text/html");
  const text = (html && markdownOfHtml(html)) || withListMarks(plain);
  if (clipboardData.files.length > 0 || text === plain || text === "") {
    return; // the browser does it as well
  }
  event.preventDefault();
  insert(box, text);
}

/** Put text in place of what is selected, so that Undo takes it away again. */
function insert(box, text) {
  box.focus();
  if (!document.execCommand?.("insertText", false, text)) {
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
