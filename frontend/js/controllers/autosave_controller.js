import { Controller } from "@hotwired/stimulus";
import { dropCopy, keyOf, layAside, markSubmitted, readCopy, saveCopy } from "../copies.js";
import { fill, labelled, pairs, text } from "../form_text.js";
import { changedPanel, endedPanel, keptPanel, takenPanel } from "../not_saved.js";
import { outcome } from "../outcome.js";
import { post, signedOut } from "../server.js";
import { wordsOf } from "../words.js";

const PAUSE = 600;
const LONGEST_WAIT = 30_000;
const KEEPALIVE_LIMIT = 60_000;

/**
 * Saves a form as it is typed. What the server has not confirmed stays in this tab, so that a closed
 * laptop, a lost connection or an ended session loses nothing; `version` keeps two windows from
 * overwriting each other. A text that is refused for good stays in this browser, with the reason.
 */
export default class extends Controller {
  static targets = ["state", "button"];
  static values = { key: String, lasting: Boolean };

  connect() {
    this.words = wordsOf();
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.element.addEventListener("input", () => this.changed(), { signal });
    this.element.addEventListener("change", () => this.save(), { signal });
    this.element.addEventListener("focusout", () => this.save(), { signal });
    this.element.addEventListener("submit", (event) => this.submitting(event), { signal });
    this.element.addEventListener("unsent", () => this.comeBack(), { signal });
    window.addEventListener("pagehide", () => this.leave(), { signal });
    window.addEventListener("pageshow", () => this.comeBack(), { signal });
    window.addEventListener("online", () => this.save(), { signal });
    document.addEventListener("visibilitychange", () => this.shownOrHidden(), { signal });
    for (const button of this.buttonTargets) {
      button.hidden = true;
    }
    this.stored = text(this.element);
    this.unconfirmed = []; // texts that were sent, and may have arrived
    this.wait = PAUSE;
    this.halted = "";
    this.restore();
  }

  disconnect() {
    this.leave();
    clearTimeout(this.timer);
    this.listeners.abort();
  }

  changed() {
    if (this.filling) {
      return;
    }
    this.wait = PAUSE;
    if (this.halted === "ended") {
      this.layAside();
      return;
    }
    this.saveCopy();
    if (this.halted === "invalid") {
      this.halted = "";
      this.showMistakes({});
    }
    this.saveIn(PAUSE);
  }

  saveIn(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.sending || this.halted || this.leaving || !this.dirty()) {
      return;
    }
    this.show("saving");
    this.sent = text(this.element);
    this.saveCopy();
    this.sending = this.send(this.sent)
      .catch(() => this.tryAgain("waiting"))
      .finally(() => {
        this.sending = null;
      });
    await this.sending;
    if (this.dirty() && !this.halted && this.wait === PAUSE) {
      this.saveIn(PAUSE);
    }
  }

  async send(sent) {
    const answer = await this.post(sent);
    const json = answer.headers.get("Content-Type")?.includes("json");
    const result = json ? await answer.json() : {};
    const what = signedOut(answer) ? "signed_out" : outcome(answer.status, result.reason);
    if (what === "saved") {
      this.confirm(result, sent);
    } else if (what === "changed") {
      this.showConflict(result);
    } else if (what === "ended") {
      this.stop(result, sent);
    } else if (what === "invalid") {
      this.reject(result);
    } else {
      this.tryAgain(what === "retry" ? "waiting" : "signed_out", result.sign_in ?? answer.url);
    }
  }

  post(typed) {
    this.unconfirmed.push(typed);
    const body = new URLSearchParams(pairs(this.element));
    if (this.element.elements.version) {
      body.set("version", this.version());
    }
    const url = this.element.getAttribute("action") || location.href;
    return post(url, body, { form: this.element, keepalive: typed.length < KEEPALIVE_LIMIT });
  }

  confirm(result, sent) {
    this.setVersion(result.version);
    this.moveTo(result);
    this.stored = this.takeStored(result.values, sent);
    this.unconfirmed = [];
    this.wait = PAUSE;
    if (this.dirty()) {
      this.saveCopy();
    } else {
      this.dropCopy();
    }
    const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.show("saved", this.words.saved.replace("{time}", result.saved_at ?? now));
    this.dispatch("saved", { detail: result });
  }

  /** Put into the boxes what another window stored meanwhile, unless somebody is typing just now. */
  takeStored(values, sent) {
    if (!values || text(this.element) !== sent) {
      return sent;
    }
    const mine = pairs(this.element).filter(([name]) => !(name in values));
    const stored = Object.entries(values).flatMap(([name, all]) => all.map((one) => [name, one]));
    this.fill([...mine, ...stored]);
    return text(this.element);
  }

  /** What was new has a page of its own now: whoever reloads comes back to these words. */
  moveTo({ page, key }) {
    if (page && page !== location.pathname) {
      this.dropCopy();
      this.keyValue = key;
      history.replaceState(history.state, "", page);
    }
  }

  /** "waiting" or "signed_out": the words are kept, and sent again later. */
  tryAgain(why, signInUrl = "") {
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.show("waiting", this.words[why]);
    if (why === "signed_out" && this.hasStateTarget) {
      const door = document.createElement("a");
      Object.assign(door, { href: signInUrl, target: "_blank" });
      door.textContent = this.words.signIn;
      this.stateTarget.append(" ", door);
    }
    this.saveIn(this.wait);
  }

  /** What was typed will not do: result at its box, and sent again once it was changed. */
  reject({ error, fields = {} }) {
    this.halted = "invalid";
    const atBoxes = this.showMistakes(fields);
    this.show("refused", atBoxes ? this.words.refused : error || this.words.refused);
  }

  /** Put each message beside its box, in place of those before; whether all found a box. */
  showMistakes(fields) {
    for (const old of this.element.querySelectorAll("[data-typed-mistake]")) {
      this.element.elements[old.dataset.typedMistake]?.removeAttribute("aria-invalid");
      old.remove();
    }
    const messages = Object.entries(fields);
    for (const [name, message] of messages) {
      const box = this.element.elements[name];
      if (!box?.after) {
        return false;
      }
      const note = document.createElement("span");
      note.className = "mistake";
      note.dataset.typedMistake = name;
      note.setAttribute("role", "alert");
      note.textContent = message;
      box.setAttribute("aria-invalid", "true");
      box.after(note);
    }
    return messages.length > 0;
  }

  /** It was closed meanwhile, or is no longer one's own: the server keeps the words, or this browser. */
  stop({ reason, error = "", kept = "" }, sent) {
    this.show("halted", this.words[reason] ?? this.words.refused);
    const shown = this.why === error;
    this.why = error;
    this.layAside();
    if (kept) {
      this.stored = sent; // what is typed on is sent, too, and kept in its place
      this.unconfirmed = [];
      if (!shown) {
        this.showPanel(keptPanel(this.words, error, kept, () => labelled(this.element)));
      }
      return;
    }
    this.halted = "ended";
    this.showPanel(endedPanel(this.words, error, () => labelled(this.element)));
  }

  layAside() {
    layAside(keyOf(this.element), { texts: labelled(this.element), why: this.why });
  }

  shownOrHidden() {
    if (document.hidden) {
      this.leave();
    } else if (this.wait > PAUSE) {
      this.save();
    }
  }

  /** By the browser's Back button, to the page as it was left; or the form was sent in vain. */
  comeBack() {
    this.leaving = false;
    if (this.dirty()) {
      this.saveIn(PAUSE);
    }
  }

  /** Whether the server has all that is typed, and nobody is asked about it. */
  get isSettled() {
    return !this.sending && !this.leaving && !this.halted && !this.dirty();
  }

  /** The page goes away: send what is left without waiting for an answer. */
  leave() {
    if (this.leaving || this.halted || !this.dirty()) {
      return;
    }
    if (this.sending && this.sent === text(this.element)) {
      return;
    }
    if (document.hidden && !this.sending) {
      this.save();
      return;
    }
    this.post(text(this.element)).catch(() => {});
  }

  /** A real submit waits for the save under way, so that both speak of the same version. */
  async submitting(event) {
    if (event.defaultPrevented) {
      return;
    }
    clearTimeout(this.timer);
    if (this.sending) {
      event.preventDefault();
      const { submitter } = event;
      await this.sending;
      if (this.halted !== "changed" && this.halted !== "ended") {
        this.element.requestSubmit(submitter);
      }
      return;
    }
    this.leaving = true;
    this.saveCopy({ submitted: true });
    markSubmitted(keyOf(this.element));
  }

  // The copy in this tab

  saveCopy(more = {}) {
    saveCopy(keyOf(this.element), {
      text: text(this.element),
      texts: labelled(this.element),
      version: this.version(),
      stored: this.stored,
      sent: this.sending ? this.sent : "",
      lasting: this.lastingValue,
      ...more,
    });
  }

  dropCopy() {
    dropCopy(keyOf(this.element));
  }

  restore() {
    const copy = readCopy(keyOf(this.element));
    const now = text(this.element);
    const version = this.version();
    if (!copy || copy.text === now || (copy.submitted && copy.version !== version)) {
      this.dropCopy();
      return;
    }
    const other = Object.fromEntries(new URLSearchParams(now));
    this.fill(copy.text);
    if (copy.version === version || copy.sent === now) {
      this.save();
    } else {
      this.stored = copy.stored ?? null;
      this.setVersion(copy.version); // until it is decided, a reload finds both texts again
      this.showConflict({ version, values: other });
    }
  }

  // Two windows

  showConflict({ version, values = {}, by = "" }) {
    if (this.isOurs(values)) {
      this.keepMine(version);
      return;
    }
    if (this.merge({ version, values })) {
      return;
    }
    this.halted = "changed";
    this.saveCopy();
    const { changed, changedBy, notSaved, refused } = this.words;
    const why = by ? changedBy.replace("{name}", by) : changed;
    this.show("halted", by ? refused : notSaved);
    const mine = new Map(pairs(this.element));
    const other = Object.entries(values).filter(
      ([name, value]) => mine.has(name) && mine.get(name) !== value,
    );
    this.showPanel(
      changedPanel(this.element, { ...this.words, changed: why }, other, {
        keepMine: () => this.keepMine(version),
        takeOther: () => this.takeOther(version, other),
      }),
    );
  }

  /**
   * Where no box was changed both here and there, both stay: a box left alone takes what is stored.
   * Without what the form held at first (`stored`) nobody knows who changed what.
   */
  merge({ version, values = {} }) {
    const before = new URLSearchParams(this.stored ?? "");
    const mine = new URLSearchParams(text(this.element));
    const there = new URLSearchParams(mine);
    const names = Object.keys(values).filter((name) => mine.has(name));
    const clash = (name) =>
      mine.get(name) !== before.get(name) && values[name] !== before.get(name);
    if (this.stored === null || names.length === 0 || names.some(clash)) {
      return false;
    }
    for (const name of names) {
      there.set(name, values[name]);
      if (mine.get(name) === before.get(name)) {
        mine.set(name, values[name]);
      }
    }
    this.fill(mine);
    this.setVersion(version);
    this.stored = there.toString();
    this.saveIn(0);
    return true;
  }

  /** What the server has may be what this very page sent a moment ago, and then nobody else typed. */
  isOurs(values) {
    const names = Object.keys(values).filter((name) => this.element.elements[name]);
    return this.unconfirmed.some((typed) => {
      const sent = new URLSearchParams(typed);
      return names.length > 0 && names.every((name) => sent.get(name) === values[name]);
    });
  }

  keepMine(version) {
    this.panel?.remove();
    this.setVersion(version);
    this.halted = "";
    this.stored = null;
    this.saveIn(0);
  }

  takeOther(version, other) {
    const taken = new Set(other.map(([name]) => name));
    const before = pairs(this.element);
    const mine = before.filter(([name]) => taken.has(name));
    this.fill([...before.filter(([name]) => !taken.has(name)), ...other]);
    this.setVersion(version);
    this.halted = "";
    this.stored = text(this.element);
    this.dropCopy();
    this.show("", "");
    this.showPanel(takenPanel(this.element, this.words, mine));
  }

  showPanel(panel) {
    this.panel?.remove();
    this.panel = panel;
    (this.hasStateTarget ? this.stateTarget : this.element.lastElementChild).after(panel);
  }

  // The form

  fill(values) {
    this.filling = true;
    fill(this.element, values);
    this.filling = false;
  }

  dirty() {
    return text(this.element) !== this.stored;
  }

  version() {
    return this.element.elements.version?.value ?? "";
  }

  setVersion(version) {
    if (version !== undefined && this.element.elements.version) {
      this.element.elements.version.value = version;
    }
  }

  show(state, words = this.words[state]) {
    if (!this.hasStateTarget) {
      return;
    }
    const target = this.stateTarget;
    target.setAttribute("aria-live", ["saving", "saved"].includes(state) ? "off" : "polite");
    target.dataset.state = state;
    target.textContent = words;
  }
}
