import { Controller } from "@hotwired/stimulus";

/** A clock that counts down, started, paused and made longer by hand; its face stands there without it, too. */
export default class extends Controller {
  static targets = ["face", "toggle", "more", "said"];
  static values = { seconds: Number, start: String, pause: String, over: String };

  connect() {
    this.left = this.secondsValue * 1000;
    for (const button of [this.toggleTarget, this.moreTarget]) button.hidden = false;
    this.show();
  }

  disconnect() {
    clearInterval(this.ticking);
  }

  toggle() {
    if (this.until) {
      this.left = this.remaining();
      this.stop();
    } else if (this.left > 0) {
      this.until = Date.now() + this.left;
      this.ticking = setInterval(() => this.show(), 250);
    }
    this.show();
  }

  add() {
    if (this.until) this.until += 60_000;
    else this.left += 60_000;
    this.show();
  }

  stop() {
    clearInterval(this.ticking);
    this.until = null;
  }

  remaining() {
    return this.until ? Math.max(0, this.until - Date.now()) : this.left;
  }

  show() {
    const seconds = Math.ceil(this.remaining() / 1000);
    if (this.until && seconds === 0) {
      this.left = 0;
      this.stop();
      this.saidTarget.textContent = this.overValue;
    }
    const rest = String(seconds % 60).padStart(2, "0");
    this.faceTarget.textContent = `${Math.floor(seconds / 60)}:${rest}`;
    this.faceTarget.classList.toggle("is-over", seconds === 0);
    this.toggleTarget.textContent = this.until ? this.pauseValue : this.startValue;
    this.toggleTarget.disabled = seconds === 0;
  }
}
