import { Controller } from "@hotwired/stimulus";

/** The arrow keys turn the page, where nobody is typing, playing or choosing. */
export default class extends Controller {
  static targets = ["before", "after"];

  connect() {
    this.turn = this.turn.bind(this);
    document.addEventListener("keydown", this.turn);
  }

  disconnect() {
    document.removeEventListener("keydown", this.turn);
  }

  turn(event) {
    const held = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    const busy = event.target.closest(
      "input, textarea, select, video, audio, summary, [contenteditable], dialog, [tabindex='0']",
    );
    if (held || busy || event.defaultPrevented) {
      return;
    }
    const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    if (event.key === forward && this.hasAfterTarget) {
      this.afterTarget.click();
    } else if (event.key === back && this.hasBeforeTarget) {
      this.beforeTarget.click();
    }
  }
}
