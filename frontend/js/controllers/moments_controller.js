import { Controller } from "@hotwired/stimulus";
import { acts, choices, keyed, seek } from "../keys.js";
import { clock, exact, share } from "../moments.js";
import { spokenAt } from "../spoken.js";

const NO_SOURCE = 3; // HTMLMediaElement.NETWORK_NO_SOURCE
const PATIENCE = 1000;

/** Ties a clip, its timeline, its comments and the box for a new one together by their moments. */
export default class extends Controller {
  static values = { name: String };
  static targets = ["video", "timeline", "played", "start", "end", "shown", "now", "unplayed"];

  connect() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.element.addEventListener("click", (event) => this.clicked(event), { signal });
    if (!this.hasVideoTarget) {
      this.element.addEventListener("click", (event) => this.framed(event), { signal });
      return;
    }
    document.defaultView.addEventListener("hashchange", () => this.toAddress(), { signal });
    this.toAddress();
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.element.addEventListener("edits:marked", () => this.place(), { signal });
    this.videoTarget.addEventListener("loadedmetadata", () => this.place(), { signal });
    this.videoTarget.addEventListener("loadedmetadata", () => this.judge(), { signal });
    this.begunAt = Date.now();
    for (const name of ["play", "waiting", "seeking"]) {
      this.videoTarget.addEventListener(name, () => this.renew(), { signal });
    }
    this.videoTarget.addEventListener("error", () => this.renew() || this.sayUnplayed(), {
      signal,
      capture: true,
    });
    this.videoTarget.addEventListener("timeupdate", () => this.passed(), { signal });
    if (this.videoTarget.readyState > 0) {
      this.place();
      this.judge();
    } else {
      this.later = setTimeout(() => this.judgeSource(), PATIENCE);
    }
  }

  /** A film whose sound alone is decoded would be a black box. */
  judge() {
    if (this.videoTarget.videoWidth === 0) {
      this.sayUnplayed();
    }
  }

  /** Its error may have come before we listened; while a source is looked for, it is none either. */
  judgeSource() {
    if (this.videoTarget.networkState === NO_SOURCE) {
      this.sayUnplayed();
    }
  }

  /**
   * A bucket gives a film for some minutes, and a browser keeps to where it was sent. Then it is begun
   * again at the same moment: its own address says anew where it lies. Whether that was due.
   */
  renew() {
    const video = this.videoTarget;
    const life = Number(video.parentElement.dataset.life ?? 0) * 1000;
    if (!life || Date.now() - this.begunAt < life) {
      return false;
    }
    this.begunAt = Date.now();
    const { currentTime, paused } = video;
    video.load();
    video.currentTime = currentTime;
    if (!paused) {
      video.play();
    }
    return true;
  }

  /** It cannot be played here: errors of a `source` do not bubble, and are caught on their way. */
  sayUnplayed() {
    for (const note of this.unplayedTargets) {
      note.hidden = false;
    }
  }

  /** The film was taken back while it stood here: there is nothing to play any more. */
  videoTargetDisconnected() {
    this.disconnect();
  }

  disconnect() {
    clearTimeout(this.later);
    this.listeners.abort();
  }

  clicked(event) {
    const link = event.target.closest("[data-moment]");
    if (!this.hasVideoTarget) {
      return;
    }
    if (link && this.element.contains(link)) {
      event.preventDefault();
      this.playFrom(spokenAt(link, event), Number(link.dataset.momentEnd) || Infinity);
      this.light(link);
    } else if (this.hasTimelineTarget && this.timelineTarget.contains(event.target)) {
      const box = this.timelineTarget.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.videoTarget.duration);
    }
  }

  /** `#t=83` in the address, or `#name&t=83`, is a moment of this video; so is that of a comment. */
  toAddress() {
    const link = document.getElementById(location.hash.slice(1))?.querySelector("[data-moment]");
    if (link) {
      this.seek(Number(link.dataset.moment));
      return;
    }
    const [, name = "", seconds] = location.hash.match(/^#(?:([^&]+)&)?t=(\d+(?:\.\d+)?)$/) ?? [];
    if (seconds === undefined || decodeURIComponent(name) !== this.nameValue) {
      return;
    }
    this.seek(Number(seconds));
    this.videoTarget.scrollIntoView({ block: "center" });
    this.videoTarget.focus({ preventScroll: true });
  }

  /** A video elsewhere plays in its place where the portal allows its host. */
  framed(event) {
    const link = event.target.closest("[data-frame]");
    const hosts = document.querySelector("[data-frames]")?.dataset.frames.split(" ") ?? [];
    if (!link || !hosts.includes(new URL(link.dataset.frame).host)) {
      return;
    }
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.src = link.dataset.frame;
    frame.title = link.textContent.trim();
    frame.allow = "fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    link.closest("p").replaceWith(frame);
    frame.focus();
  }

  /** Whatever form comes to stand here can take the moment that is shown. */
  nowTargetConnected(button) {
    button.hidden = false;
  }

  /** A new comment brings a timeline with its mark. */
  timelineTargetConnected() {
    this.place();
  }

  light(link) {
    const address = link.getAttribute("href");
    for (const lit of this.element.querySelectorAll(".lit")) {
      lit.classList.remove("lit");
    }
    const card = link.closest(".comment") ?? document.getElementById(address?.slice(1));
    card?.classList.add("lit");
    card?.scrollIntoView({ block: "nearest" });
  }

  playFrom(start, end) {
    this.stopAt = end;
    this.seek(start);
    this.videoTarget.play().catch(() => {});
  }

  seek(seconds) {
    seek(this.videoTarget, seconds);
  }

  passed() {
    const { currentTime, duration } = this.videoTarget;
    if (currentTime >= this.stopAt) {
      this.stopAt = Infinity;
      this.videoTarget.pause();
    }
    if (this.hasPlayedTarget && duration) {
      this.playedTarget.setAttribute("width", share(currentTime, duration));
    }
    this.follow(currentTime);
    for (const shown of this.shownTargets) {
      shown.textContent = clock(currentTime);
    }
  }

  /** The words of the transcript that are being said. */
  follow(now) {
    const said = [...this.element.querySelectorAll(".transcript [data-moment]")];
    const current = said.findLast((words) => Number(words.dataset.moment) <= now);
    if (current === this.current) {
      return;
    }
    this.current?.removeAttribute("aria-current");
    current?.setAttribute("aria-current", "true");
    this.current = current;
  }

  /** Marks stand at their share of the clip's length, which the browser knows best. */
  place() {
    const { duration } = this.videoTarget;
    if (!this.hasTimelineTarget || !Number.isFinite(duration) || duration <= 0) {
      return;
    }
    for (const mark of this.timelineTarget.querySelectorAll("[data-moment]")) {
      const start = Number(mark.dataset.moment);
      const end = Number(mark.dataset.momentEnd) || start;
      for (const span of mark.querySelectorAll(".span, .hit, .dot")) {
        span.setAttribute("x", share(start, duration));
      }
      mark.querySelector(".span")?.setAttribute("width", share(end - start, duration));
      mark.removeAttribute("visibility");
    }
  }

  now({ target }) {
    this.note(this.startTargets, target);
  }

  until({ target }) {
    this.note(this.endTargets, target);
  }

  /** Put the moment that is shown into the box that stands in one form with something. */
  note(boxes, beside) {
    const one = ".one-comment, .one-change, form";
    const box = boxes.find((each) => each.closest(one) === beside.closest(one));
    if (box) {
      const say = box.dataset.exact === undefined ? clock : exact;
      box.value = say(this.videoTarget.currentTime);
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /** Whoever types has seen something: stop, and remember where, unless they said where. */
  typing({ target }) {
    const isNew = target.form?.elements.version === undefined;
    if (isNew && this.startTargets.find((box) => box.form === target.form)?.value === "") {
      this.note(this.startTargets, target);
    }
    if (choices().pause && !this.videoTarget.paused) {
      this.videoTarget.pause();
      this.dispatch("halted");
    }
  }

  /** Where a film is talked about, its player has these keys and more. */
  pressed(event) {
    if (this.element.matches('[data-controller~="player"]')) {
      return;
    }
    const others = document.querySelectorAll('[data-controller~="moments"] video').length > 1;
    const elsewhere = others && !this.element.contains(event.target);
    const act = acts[{ j: "back", k: "toggle", l: "on" }[event.key]];
    if (act && keyed(event) && !elsewhere && choices().keys) {
      event.preventDefault();
      act(this.videoTarget);
    }
  }
}
