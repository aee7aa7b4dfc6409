import { Controller } from "@hotwired/stimulus";
import { dropAll } from "../copies.js";
import { dropRecordings } from "../recordings.js";

const PATIENCE = 1000; // milliseconds in which a browser drops a recording

/** Signing out takes along what this browser had kept of a person's words and recordings. */
export default class extends Controller {
  static values = { me: String };

  connect() {
    this.element.addEventListener("submit", (event) => this.forget(event));
  }

  async forget(event) {
    event.preventDefault();
    const me = this.meValue || document.body.dataset.me;
    dropAll(me);
    await Promise.race([
      dropRecordings(me),
      new Promise((resolve) => {
        setTimeout(resolve, PATIENCE);
      }),
    ]);
    event.target.submit();
  }
}
