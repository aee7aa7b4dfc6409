import { Controller } from "@hotwired/stimulus";

const PAUSE = 8000;

/** Asks whether a clip may still be watched; once it may not, player and transcript go from the page. */
export default class extends Controller {
  static values = { url: String, gone: String };

  connect() {
    this.timer = setInterval(() => this.look(), PAUSE);
    this.failed = () => this.ask(); // a piece that did not come is perhaps refused
    this.element.addEventListener("error", this.failed, { capture: true });
  }

  disconnect() {
    clearInterval(this.timer);
    this.element.removeEventListener("error", this.failed, { capture: true });
  }

  look() {
    if (!document.hidden || this.players.some((player) => !player.paused)) {
      return this.ask();
    }
  }

  async ask() {
    try {
      const headers = { "X-Requested-With": "fetch" };
      const answer = await fetch(this.urlValue, { headers, cache: "no-store" });
      if (answer.status === 404) {
        this.end();
      }
    } catch {
      // offline: the next time will tell
    }
  }

  get players() {
    return [...this.element.querySelectorAll("video, audio")];
  }

  end() {
    this.disconnect();
    for (const player of this.players) {
      player.pause();
      player.replaceChildren();
      player.removeAttribute("src");
      player.load(); // lets go of what it has
    }
    for (const words of this.element.querySelectorAll(".transcript")) {
      words.remove();
    }
    const note = document.createElement("p");
    note.className = "callout callout-warning";
    note.setAttribute("role", "alert");
    note.textContent = this.goneValue;
    this.element.querySelector(".clip")?.replaceChildren(note);
  }
}
