import { Controller } from "@hotwired/stimulus";
import { post, reason, signedOut } from "../server.js";

const PAUSE = 600;
const LONGEST_WAIT = 30_000;
const KEEPALIVE_LIMIT = 60_000;
const WORDS = {
  saving: "Saving…",
  saved: "Saved at {time}",
  waiting: "Not saved yet. Your words are kept here, and we keep trying.",
  refused: "Not saved.",
  signedOut: "You are signed out. Sign in on another tab, then go on here: your words are kept.",
  conflict: "Not saved: this was changed elsewhere.",
  elsewhere: "This was changed in another window. Both texts are here; nothing is lost.",
  theirs: "The other text",
  mine: "What you had typed here",
  keepMine: "Keep mine",
  takeTheirs: "Take the other",
};

/**
 * Saves a form as it is typed. What the server has not confirmed stays in sessionStorage, so that a
 * closed laptop, a lost connection or an ended session loses nothing; `version` keeps two windows
 * from overwriting each other.
 */
export default class extends Controller {
  static targets = ["state", "button"];
  static values = { key: String, words: Object };

  connect() {
    this.words = { ...WORDS, ...this.wordsValue };
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.element.addEventListener("input", () => this.changed(), { signal });
    this.element.addEventListener("change", () => this.save(), { signal });
    this.element.addEventListener("focusout", () => this.save(), { signal });
    this.element.addEventListener("submit", (event) => this.submitting(event), { signal });
    window.addEventListener("pagehide", () => this.leave(), { signal });
    window.addEventListener("online", () => this.save(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.leave(), {
      signal,
    });
    for (const button of this.buttonTargets) {
      button.hidden = true;
    }
    this.stored = this.text();
    this.wait = PAUSE;
    this.restore();
  }

  disconnect() {
    this.leave();
    clearTimeout(this.timer);
    this.listeners.abort();
  }

  changed() {
    this.keep();
    this.refused = false;
    this.wait = PAUSE;
    this.later(PAUSE);
  }

  later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.sending || this.conflict || this.refused || this.leaving || !this.dirty()) {
      return;
    }
    this.show("saving");
    this.sent = this.text();
    this.keep();
    this.sending = this.send(this.sent)
      .catch(() => this.tryAgain())
      .finally(() => {
        this.sending = null;
      });
    await this.sending;
    if (this.dirty() && !this.conflict && !this.refused && this.wait === PAUSE) {
      this.later(PAUSE);
    }
  }

  async send(text) {
    const keepalive = text.length < KEEPALIVE_LIMIT;
    const answer = await post(this.url(), this.body(), { form: this.element, keepalive });
    if (signedOut(answer)) {
      this.tryAgain(this.words.signedOut);
    } else if (answer.status === 409) {
      this.meet(await answer.json().catch(() => ({})));
    } else if (answer.status >= 500 || answer.status === 429) {
      this.tryAgain();
    } else if (!answer.ok) {
      this.refused = true;
      this.show("waiting", (await reason(answer)) || this.words.refused);
    } else {
      await this.confirm(answer, text);
    }
  }

  async confirm(answer, text) {
    const json = answer.headers.get("Content-Type")?.includes("json");
    const said = answer.status !== 204 && json ? await answer.json() : {};
    this.setVersion(said.version);
    this.settleIn(said);
    this.stored = text;
    this.wait = PAUSE;
    if (this.dirty()) {
      this.keep();
    } else {
      this.forget();
    }
    const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.show("saved", this.words.saved.replace("{time}", said.saved_at ?? now));
    this.dispatch("saved", { detail: said });
  }

  /** What was new has a page of its own now: whoever reloads comes back to these words. */
  settleIn({ page, key }) {
    if (page && page !== location.pathname) {
      this.forget();
      this.keyValue = key;
      history.replaceState(history.state, "", page);
    }
  }

  tryAgain(words = this.words.waiting) {
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    this.show("waiting", words);
    this.later(this.wait);
  }

  /** The page goes away: send what is left without waiting for an answer. */
  leave() {
    if (this.leaving || this.conflict || this.refused || !this.dirty()) {
      return;
    }
    this.keep();
    if (this.sending && this.sent === this.text()) {
      return;
    }
    if (document.hidden && !this.sending) {
      this.save();
      return;
    }
    this.left = this.text();
    const keepalive = this.left.length < KEEPALIVE_LIMIT;
    post(this.url(), this.body(), { form: this.element, keepalive }).catch(() => {});
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
      if (!this.conflict) {
        this.element.requestSubmit(submitter);
      }
      return;
    }
    this.leaving = true;
    this.keep({ submitted: true });
  }

  // What is kept in this tab until the server has it

  keep(more = {}) {
    const sent = this.sending ? this.sent : "";
    const copy = { text: this.text(), version: this.version(), sent, ...more };
    try {
      sessionStorage.setItem(this.key(), JSON.stringify(copy));
    } catch {
      // A full or forbidden storage only means that there is no second copy.
    }
  }

  forget() {
    sessionStorage.removeItem(this.key());
  }

  restore() {
    const copy = JSON.parse(sessionStorage.getItem(this.key()) ?? "null");
    if (!copy || copy.text === this.text()) {
      this.forget();
      return;
    }
    if (copy.submitted && copy.version !== this.version()) {
      this.forget();
      return;
    }
    const theirs = Object.fromEntries(new URLSearchParams(this.text()));
    const mine = new URLSearchParams(copy.text);
    const same = copy.version === this.version() || copy.sent === this.text();
    this.fill(mine);
    if (same) {
      this.save();
    } else {
      this.meet({ version: this.version(), values: theirs });
    }
  }

  // Two windows

  meet({ version, values }) {
    if (values && this.isOurs(values)) {
      this.settle(version);
      return;
    }
    this.conflict = true;
    this.keep();
    this.show("conflict", this.words.conflict);
    this.panel?.remove();
    this.panel = part("section", "elsewhere");
    this.panel.append(part("p", "", this.words.elsewhere));
    const mine = new Map(this.pairs());
    const other = Object.entries(values ?? {}).filter(
      ([name, text]) => mine.has(name) && mine.get(name) !== text,
    );
    this.quote(this.words.theirs, other);
    const row = part("div", "row");
    row.append(this.button(this.words.keepMine, "btn-primary", () => this.settle(version)));
    if (other.length > 0) {
      const take = () => this.take(version, other, mine);
      row.append(this.button(this.words.takeTheirs, "btn-quiet", take));
    }
    this.panel.append(row);
    this.stateTarget.after(this.panel);
    this.panel.setAttribute("role", "alert");
  }

  /** What the server has may be what this very page sent a moment ago, and then nobody else typed. */
  isOurs(values) {
    return [this.sent, this.left].some((text) => {
      const sent = new URLSearchParams(text ?? "");
      return text && Object.entries(values).every(([name, value]) => sent.get(name) === value);
    });
  }

  settle(version) {
    this.panel?.remove();
    this.setVersion(version);
    this.conflict = false;
    this.stored = null;
    this.later(0);
  }

  take(version, other, mine) {
    this.fill(new URLSearchParams(other));
    this.setVersion(version);
    this.conflict = false;
    this.stored = this.text();
    this.forget();
    this.show("", "");
    this.panel.replaceChildren();
    this.quote(
      this.words.mine,
      other.map(([name]) => [name, mine.get(name)]),
    );
  }

  quote(title, pairs) {
    for (const [name, text] of pairs) {
      const label = this.element.elements[name]?.labels?.[0]?.textContent.trim();
      this.panel.append(part("strong", "", label ? `${title}: ${label}` : title));
      this.panel.append(part("blockquote", "", text));
    }
  }

  button(text, tone, act) {
    const button = part("button", `btn ${tone}`, text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }

  // The form

  url() {
    return this.element.getAttribute("action") || location.href;
  }

  pairs() {
    const left = new Set(["csrf_token", "version"]);
    return [...new FormData(this.element)].filter(
      ([name, value]) => typeof value === "string" && !left.has(name),
    );
  }

  text() {
    return new URLSearchParams(this.pairs()).toString();
  }

  body() {
    const body = new URLSearchParams(this.pairs());
    if (this.element.elements.version) {
      body.set("version", this.version());
    }
    return body;
  }

  fill(values) {
    for (const box of this.element.elements) {
      if (!box.name || ["csrf_token", "version"].includes(box.name) || box.type === "file") {
        continue;
      }
      if (box.type === "checkbox" || box.type === "radio") {
        box.checked = values.getAll(box.name).includes(box.value);
      } else if (values.has(box.name)) {
        box.value = values.get(box.name);
      }
    }
  }

  dirty() {
    return this.text() !== this.stored;
  }

  version() {
    return this.element.elements.version?.value ?? "";
  }

  setVersion(version) {
    if (version !== undefined && this.element.elements.version) {
      this.element.elements.version.value = version;
    }
  }

  key() {
    return `typed:${document.body.dataset.me ?? ""}:${this.keyValue || this.url()}`;
  }

  show(state, words = this.words[state]) {
    if (!this.hasStateTarget) {
      return;
    }
    const target = this.stateTarget;
    target.setAttribute(
      "aria-live",
      state === "waiting" || state === "conflict" ? "polite" : "off",
    );
    target.dataset.state = state;
    target.textContent = words;
  }
}

function part(name, className, text) {
  const element = document.createElement(name);
  element.className = className;
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}
