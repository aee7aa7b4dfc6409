import { Controller } from "@hotwired/stimulus";

/** A form that came back with mistakes says so first. */
export default class extends Controller {
  connect() {
    this.element.focus();
  }
}
