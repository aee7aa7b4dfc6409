import { Controller } from "@hotwired/stimulus";

/** A button that prints; hidden where no script runs. */
export default class extends Controller {
  connect() {
    this.element.hidden = false;
    this.element.addEventListener("click", () => window.print());
  }
}
