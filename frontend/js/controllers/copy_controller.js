import { Controller } from "@hotwired/stimulus";
import { canCopy, copyText } from "../clipboard.js";

/** Copies a text; hidden where the browser cannot copy. */
export default class extends Controller {
  static values = { text: String };

  connect() {
    this.element.hidden = !canCopy();
    this.element.addEventListener("click", () => {
      copyText(this.textValue, this.element.querySelector("span"));
    });
  }
}
