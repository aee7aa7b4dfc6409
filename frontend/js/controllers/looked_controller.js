import { Controller } from "@hotwired/stimulus";
import { post } from "../server.js";

/** Tells the server that a page was opened and stayed on, since reading itself never writes. */
export default class extends Controller {
  static values = { url: String };

  connect() {
    this.timer = setTimeout(() => {
      if (document.visibilityState === "visible") {
        this.look();
      } else {
        document.addEventListener("visibilitychange", () => this.look(), { once: true });
      }
    }, 1000);
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  look() {
    post(this.urlValue, new URLSearchParams(), { keepalive: true }).catch(() => {});
  }
}
