import { Controller } from "@hotwired/stimulus";
import { seconds } from "../moments.js";

const WIDEST = 640; // pixels of a picture that is drawn upon

/** Changes to a clip: each is marked on the time line as it is typed, and drawn upon the picture at
    which the player stands, if a part of it is to be blurred. */
export default class extends Controller {
  static targets = ["change", "picture"];

  connect() {
    this.video = this.element.querySelector("video");
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.element.addEventListener("input", () => this.mark(), { signal });
    this.element.addEventListener("toggle", () => this.show(), { signal, capture: true });
    for (const event of ["seeked", "pause"]) {
      this.video?.addEventListener(event, () => this.draw(), { signal });
    }
    for (const show of [() => this.mark(), () => this.show()]) {
      this.video?.addEventListener("loadedmetadata", show, { signal });
      show();
    }
  }

  disconnect() {
    this.listeners.abort();
  }

  /** The marks follow their boxes; a change that is none yet has no mark. */
  mark() {
    const length = this.video?.duration;
    for (const change of this.changeTargets) {
      const mark = this.element.querySelector(`.timeline a[href="#${change.id}"]`);
      const value = (name) => change.querySelector(`[name^="${name}"]`).value;
      const part = change.querySelector("details");
      const blurs = value("act") === "blur";
      part.open ||= blurs && part.hidden;
      part.hidden = !blurs;
      const start = seconds(value("start")) ?? 0;
      const end = seconds(value("end")) ?? length;
      mark?.parentElement.toggleAttribute("data-unset", !value("act") || !(end > start));
      if (mark && end > start) {
        mark.dataset.moment = start;
        mark.dataset.momentEnd = end;
      }
    }
    this.dispatch("marked");
  }

  /** A film that nobody has played has no picture to draw: browsers read one once it is sought. */
  show() {
    if (this.video && this.element.querySelector("details[open]")) {
      const { currentTime } = this.video;
      this.video.currentTime = currentTime;
    }
  }

  /** The picture that is shown, in each ground for a box. */
  draw() {
    const { videoWidth: width, videoHeight: height, readyState } = this.video ?? {};
    if (!width || readyState < 2) {
      return;
    }
    for (const canvas of this.pictureTargets) {
      const small = Math.min(1, WIDEST / width);
      [canvas.width, canvas.height] = [width * small, height * small];
      canvas.getContext("2d").drawImage(this.video, 0, 0, canvas.width, canvas.height);
      canvas.hidden = false;
      canvas.parentElement.querySelector("img")?.setAttribute("hidden", "");
    }
  }
}
