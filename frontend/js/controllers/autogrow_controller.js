import { Controller } from "@hotwired/stimulus";

/** A box that grows with its words, where the browser's own `field-sizing` is missing. */
export default class extends Controller {
  connect() {
    if (CSS.supports("field-sizing", "content")) {
      return;
    }
    this.grow = () => {
      this.element.style.blockSize = "auto";
      this.element.style.blockSize = `${this.element.scrollHeight + 2}px`;
    };
    this.element.addEventListener("input", this.grow);
    this.grow();
  }

  disconnect() {
    this.element.removeEventListener("input", this.grow);
  }
}
