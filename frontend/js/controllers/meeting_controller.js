import { Controller } from "@hotwired/stimulus";
import { exchange, parse } from "../exchange.js";
import { headers, post } from "../server.js";

const TICK = 2500;
const HIDDEN_TICK = 15_000;
const HERE = 30_000;

/**
 * Keeps the page of a meeting as the meeting is: asks what is new, says that somebody is here, and
 * lets the clock run. What is being typed stays where it is.
 */
export default class extends Controller {
  static targets = ["clock", "said", "lost"];
  static values = { url: String, here: String, version: Number };

  connect() {
    this.version = this.versionValue;
    this.ask();
    this.sayHere();
    this.ticking = setInterval(() => this.showClock(), 500);
    this.stored = (event) => {
      this.posted = event.target.closest("#meeting-box") !== null;
      this.refresh();
    };
    this.element.addEventListener("stored", this.stored);
  }

  disconnect() {
    clearTimeout(this.asking);
    clearTimeout(this.saying);
    clearInterval(this.ticking);
    this.element.removeEventListener("stored", this.stored);
  }

  ask() {
    this.asking = setTimeout(
      async () => {
        await this.refresh();
        this.ask();
      },
      document.hidden ? HIDDEN_TICK : TICK,
    );
  }

  async sayHere() {
    await post(this.hereValue).catch(() => null);
    this.saying = setTimeout(() => this.sayHere(), HERE);
  }

  async refresh() {
    const asked = { ...headers(null, "text/html"), "If-None-Match": `"${this.version}"` };
    const answer = await fetch(this.urlValue, { headers: asked, cache: "no-store" }).catch(
      () => null,
    );
    this.lostTarget.hidden = answer !== null && answer.status < 500;
    if (answer?.ok) {
      this.show(parse(await answer.text()));
    }
  }

  show(page) {
    const fresh = page.getElementById("meeting-now");
    if (!fresh) {
      location.reload(); // it has ended
      return;
    }
    this.version = Number(fresh.dataset.version);
    const box = page.getElementById("meeting-box");
    exchange(page, "meeting-now");
    const old = document.getElementById("meeting-box");
    if (this.posted) {
      old.replaceWith(box);
    } else if (box.dataset.stage !== old.dataset.stage) {
      exchangeBox(old, box);
    }
    this.posted = false;
    if (this.stage !== fresh.dataset.stage) {
      this.stage = fresh.dataset.stage;
      this.saidTarget.textContent = fresh.querySelector(".meeting-stage")?.innerText ?? "";
    }
  }

  clockTargetConnected(face) {
    this.face = face;
    this.ends = Date.now() + Number(face.dataset.seconds) * 1000;
    this.showClock();
  }

  clockTargetDisconnected() {
    this.face = null;
  }

  showClock() {
    if (!this.face || this.face.dataset.stands) {
      return;
    }
    const seconds = Math.max(0, Math.round((this.ends - Date.now()) / 1000));
    this.face.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.face.classList.toggle("is-over", seconds === 0);
  }
}

/** The box of the stage that goes on; words that were not posted go along. */
function exchangeBox(old, fresh) {
  const typed = old.querySelector("textarea")?.value ?? "";
  old.replaceWith(fresh);
  const text = fresh.querySelector("textarea");
  if (text && typed && text.value !== typed) {
    text.value = typed;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
