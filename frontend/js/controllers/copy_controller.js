import { Controller } from "@hotwired/stimulus";

/** Copies a text and says so on the button; hidden where the browser cannot copy. */
export default class extends Controller {
  static values = { text: String, done: String };

  connect() {
    this.element.hidden = !navigator.clipboard;
    this.element.addEventListener("click", () => this.copy());
  }

  async copy() {
    await navigator.clipboard.writeText(this.textValue);
    const label = this.element.querySelector("span");
    const before = label.textContent;
    label.textContent = this.doneValue;
    setTimeout(() => {
      label.textContent = before;
    }, 2000);
  }
}
