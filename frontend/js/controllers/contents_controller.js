import { Controller } from "@hotwired/stimulus";
import { passed } from "../passed.js";

/** A table of contents says at which of its headings the reader is. */
export default class extends Controller {
  connect() {
    const names = this.links.map((link) => decodeURIComponent(link.hash.slice(1)));
    this.headings = names.map((name) => document.getElementById(name)).filter(Boolean);
    this.observer = new IntersectionObserver(() => this.mark(), {
      rootMargin: "0px 0px -60% 0px",
      threshold: [0, 1],
    });
    for (const heading of this.headings) {
      this.observer.observe(heading);
    }
  }

  disconnect() {
    this.observer.disconnect();
  }

  mark() {
    const current = passed(this.headings);
    for (const link of this.links) {
      if (current && link.hash === `#${encodeURIComponent(current.id)}`) {
        link.setAttribute("aria-current", "true");
        link.scrollIntoView?.({ block: "nearest" });
      } else {
        link.removeAttribute("aria-current");
      }
    }
  }

  get links() {
    return [...this.element.querySelectorAll("a[href^='#']")];
  }
}
