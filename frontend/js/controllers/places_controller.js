import { Controller } from "@hotwired/stimulus";

/** On a narrow phone the place one is at is in view. */
export default class extends Controller {
  connect() {
    const current = this.element.querySelector("[aria-current]");
    if (current && this.element.scrollWidth > this.element.clientWidth) {
      this.element.scrollLeft = current.offsetLeft - this.element.clientWidth / 2;
    }
  }
}
