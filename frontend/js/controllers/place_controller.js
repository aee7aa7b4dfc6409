import { Controller } from "@hotwired/stimulus";
import { passed } from "../passed.js";
import { post } from "../server.js";

const OPENED = 1000;
const AT_REST = 2500;
const BETWEEN = 10000;

/**
 * Tells the server which page was opened and stayed on, and at which of its places its reader
 * pauses or leaves: reading itself never writes. Whoever has not moved says nothing new.
 */
export default class extends Controller {
  static values = { url: String, elsewhere: Boolean, selector: String };

  connect() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.told = null;
    this.moved = false;
    addEventListener("scroll", () => this.scrolled(), { passive: true, signal });
    addEventListener("pagehide", () => this.tell(), { signal });
    document.addEventListener("visibilitychange", () => this.seen(), { signal });
    this.opened = setTimeout(() => this.seen(), OPENED);
  }

  disconnect() {
    clearTimeout(this.opened);
    clearTimeout(this.rest);
    this.listeners.abort();
  }

  /** A page that was opened is the one to continue on; one in a hidden tab is not opened yet. */
  seen() {
    if (document.visibilityState === "hidden") {
      this.tell();
    } else if (this.elsewhereValue) {
      this.send("");
    }
  }

  scrolled() {
    this.moved = true;
    clearTimeout(this.rest);
    const wait = Math.max(AT_REST, (this.sentAt ?? 0) + BETWEEN - Date.now());
    this.rest = setTimeout(() => this.tell(), wait);
  }

  tell() {
    if (this.moved) {
      this.send(passed(this.element.querySelectorAll(this.selectorValue))?.id ?? "");
    }
  }

  send(place) {
    if (place === this.told) {
      return;
    }
    this.told = place;
    this.elsewhereValue = false;
    this.sentAt = Date.now();
    post(this.urlValue, new URLSearchParams({ place }), { keepalive: true }).catch(() => {});
  }
}
