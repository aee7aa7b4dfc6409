import { Controller } from "@hotwired/stimulus";

/** Signing out takes along what this tab had kept of a person's words. */
export default class extends Controller {
  connect() {
    this.element.addEventListener("submit", () => sessionStorage.clear());
  }
}
