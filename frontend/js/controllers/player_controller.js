import { Controller } from "@hotwired/stimulus";
import { acts, choices, choose, KEYS, keyed } from "../keys.js";
import { clock, share } from "../moments.js";

const DRAWN = 6; // pixels: less is a click
const SHOWN = 4; // seconds that a comment at one moment is marked as playing

/** The bar under a clip that is talked about: its acts by button and key, and what follows the film. */
export default class extends Controller {
  static targets = ["video", "bar", "speed", "said", "choice"];

  connect() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.barTarget.hidden = false;
    this.choices = choices();
    for (const box of this.choiceTargets) {
      box.checked = this.choices[box.name];
    }
    this.setSpeed(this.choices.speed);
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.videoTarget.addEventListener("timeupdate", () => this.follow(), { signal });
    for (const name of ["play", "pause"]) {
      this.videoTarget.addEventListener(name, () => this.showPlaying(), { signal });
    }
    this.showPlaying();
    this.element.addEventListener("moments:halted", () => this.halt(), { signal });
    this.element.addEventListener("stored", (event) => this.posted(event), { signal });
    this.element.addEventListener("pointerdown", (event) => this.draw(event), { signal });
  }

  /** The film was taken back while it stood here: there is nothing to play any more. */
  videoTargetDisconnected() {
    this.listeners.abort();
  }

  disconnect() {
    this.listeners.abort();
  }

  showPlaying() {
    this.barTarget.classList.toggle("playing", !this.videoTarget.paused);
  }

  act({ params }) {
    this.do(params.act);
  }

  do(act) {
    const { videoTarget: video } = this;
    if (acts[act]) {
      acts[act](video);
    } else {
      this[act]();
    }
  }

  pressed(event) {
    const act = this.choices.keys && keyed(event) && KEYS[event.key];
    if (act && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      this.do(act);
    }
  }

  /** The box for a new comment, at what is shown now. */
  comment() {
    const form = document.getElementById("new-comment");
    form.closest("details")?.setAttribute("open", "");
    this.halted = !this.videoTarget.paused && this.choices.pause;
    this.videoTarget.pause();
    const { start, end, text } = form.elements;
    start.value = clock(this.videoTarget.currentTime);
    end.value = "";
    start.dispatchEvent(new Event("input", { bubbles: true }));
    text.scrollIntoView({ block: "center" });
    text.focus({ preventScroll: true });
    this.say("at", { moment: start.value });
  }

  keys() {
    document.getElementById("player-keys").showModal();
  }

  next() {
    this.goTo(this.marks.find((mark) => mark.dataset.moment > this.videoTarget.currentTime + 0.3));
  }

  previous() {
    const { currentTime } = this.videoTarget;
    this.goTo(this.marks.findLast((mark) => mark.dataset.moment < currentTime - 1));
  }

  goTo(mark) {
    if (mark) {
      mark.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      this.say("at", { moment: clock(Number(mark.dataset.moment)) });
    }
  }

  get marks() {
    return [...this.element.querySelectorAll(".timeline [data-moment]")];
  }

  // Speed and what is chosen on this device

  speed() {
    this.setSpeed(this.speedTarget.value);
  }

  slower() {
    this.faster(-1);
  }

  faster(by = 1) {
    const steps = [...this.speedTarget.options];
    const step = steps[this.speedTarget.selectedIndex + by];
    if (step) {
      this.setSpeed(step.value);
      this.say("speed", { speed: step.value });
    }
  }

  setSpeed(speed) {
    this.speedTarget.value = speed;
    this.videoTarget.defaultPlaybackRate = Number(speed);
    this.videoTarget.playbackRate = Number(speed);
    this.choices = choose({ speed });
  }

  choose({ target }) {
    this.choices = choose({ [target.name]: target.checked });
  }

  // Typing and posting

  halt() {
    this.halted = true;
  }

  posted({ target }) {
    if (target.id !== "new-comment") {
      return;
    }
    this.say("posted");
    if (this.halted) {
      this.halted = false;
      this.videoTarget.play().catch(() => {});
    }
  }

  say(what, values = {}) {
    const words = this.saidTarget.dataset[what];
    this.saidTarget.textContent = words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // The list follows the film

  follow() {
    const now = this.videoTarget.currentTime;
    const playing = [...this.element.querySelectorAll(".comment-head [data-moment]")].filter(
      ({ dataset: { moment, momentEnd } }) =>
        moment <= now && now <= (momentEnd ?? Number(moment) + SHOWN),
    );
    const cards = playing.map((link) => link.closest(".comment"));
    for (const card of this.element.querySelectorAll(".comment[aria-current]")) {
      if (!cards.includes(card)) {
        card.removeAttribute("aria-current");
      }
    }
    const fresh = cards.find((card) => !card.hasAttribute("aria-current"));
    for (const card of cards) {
      card.setAttribute("aria-current", "true");
    }
    const busy = document.activeElement?.closest("#talk form");
    if (fresh && this.choices.follow && !busy && !this.videoTarget.paused) {
      fresh.scrollIntoView({ block: "nearest" });
    }
  }

  // A range is drawn on the time line

  draw(event) {
    const line = event.target.closest(".timeline");
    const { duration } = this.videoTarget;
    if (!line || event.target.closest("a") || !(duration > 0)) {
      return;
    }
    const box = line.getBoundingClientRect();
    const drawn = line.querySelector(".drawn");
    const at = ({ clientX }) =>
      Math.max(0, Math.min(1, (clientX - box.left) / box.width)) * duration;
    const from = at(event);
    const ends = new AbortController();
    const { signal } = ends;
    const span = (moved) => [from, at(moved)].sort((one, other) => one - other);
    const isDrawn = (moved) => Math.abs(moved.clientX - event.clientX) > DRAWN;
    const move = (moved) => {
      const [start, end] = isDrawn(moved) ? span(moved) : [0, 0];
      drawn.setAttribute("x", share(start, duration));
      drawn.setAttribute("width", share(end - start, duration));
    };
    const up = (moved) => {
      ends.abort();
      if (isDrawn(moved)) {
        window.addEventListener("click", (click) => click.stopPropagation(), {
          capture: true,
          once: true,
        });
        this.take(...span(moved));
      }
    };
    window.addEventListener("pointermove", move, { signal });
    window.addEventListener("pointerup", up, { signal });
    window.addEventListener("pointercancel", () => ends.abort(), { signal });
  }

  take(start, end) {
    this.comment();
    const { elements } = document.getElementById("new-comment");
    elements.start.value = clock(start);
    elements.end.value = clock(end);
    elements.end.dispatchEvent(new Event("input", { bubbles: true }));
    this.videoTarget.currentTime = start;
  }
}
