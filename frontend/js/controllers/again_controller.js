import { Controller } from "@hotwired/stimulus";

/** Something that is on its way: looks at the page again until it says otherwise. */
export default class extends Controller {
  static values = { seconds: { type: Number, default: 3 } };

  connect() {
    this.timer = setInterval(() => this.look(), this.secondsValue * 1000);
  }

  disconnect() {
    clearInterval(this.timer);
  }

  async look() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(this.element.id);
      if (fresh && fresh.textContent !== this.element.textContent) {
        fresh.hidden = false;
        this.element.replaceWith(fresh);
      }
    } catch {
      // offline: the next time will tell
    }
  }
}
