import { Controller } from "@hotwired/stimulus";
import { dropCopy, keyOf } from "../copies.js";
import { exchange, parse, showMessage } from "../exchange.js";
import { fill, text } from "../form_text.js";
import { released } from "../presses.js";
import { dropRecording, readRecording, saveRecording } from "../recordings.js";
import { headers, reason, renewTokens } from "../server.js";
import { wordsOf } from "../words.js";

const MEGABYTE = 1_000_000;
const PIECE = 5 * 1024 * 1024;
const LOOK = 2000;
const SAMPLE = 64 * 1024;
const WAITS = [0, 1000, 2000, 5000, 10_000, 20_000, ...Array(700).fill(30_000)];
const IN_VAIN = new Set([400, 401, 403, 404, 410, 411, 412, 413, 415, 422, 507]);
const TUS = { "Tus-Resumable": "1.0.0" };

/**
 * Sends a video in pieces while its words are typed. What was sent is safe on the server: after a
 * reload it goes on once the same file is chosen again, which is known by its size and by samples of
 * it. A recording waits in this browser, so that it need not be chosen.
 */
export default class extends Controller {
  static targets = [
    ...["card", "chooser", "mistake", "instead", "bar", "said", "controls", "pause", "goOn"],
    "ready",
  ];
  static values = { url: String, max: Number, words: Object };

  connect() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const warn = (event) => this.isSending && event.preventDefault();
    window.addEventListener("beforeunload", warn, { signal });
    window.addEventListener("online", () => this.isDown && this.goOn(), { signal });
    this.element.addEventListener("dragover", (event) => this.over(event, true), { signal });
    this.element.addEventListener("dragleave", (event) => this.over(event, false), { signal });
    this.element.addEventListener("drop", (event) => this.dropped(event), { signal });
    this.continueRecording();
  }

  disconnect() {
    clearTimeout(this.waiting);
    this.listeners.abort();
    this.upload?.abort();
  }

  get isSending() {
    return this.state === "sending" || this.state === "waiting";
  }

  // A file

  choose({ target }) {
    if (target.files.length > 0) {
      this.begin(target.files[0]);
    }
  }

  over(event, is) {
    if (this.hasChooserTarget && !this.chooserTarget.hidden) {
      event.preventDefault();
      this.chooserTarget.classList.toggle("over", is);
    }
  }

  dropped(event) {
    this.over(event, false);
    const [file] = event.dataTransfer.files;
    if (file && event.defaultPrevented) {
      this.begin(file);
    }
  }

  async recorded({ detail: { file } }) {
    saveRecording(await print(file), file);
    this.begin(file);
  }

  async continueRecording() {
    const { fingerprint = "", received, size } = this.hasCardTarget ? this.cardTarget.dataset : {};
    const file = fingerprint && received !== size ? await readRecording(fingerprint) : null;
    if (file) {
      await this.begin(file);
    }
  }

  async begin(file) {
    const size = Math.ceil(file.size / MEGABYTE);
    const limit = Math.floor(this.maxValue / MEGABYTE);
    this.complain(file.size ? "" : this.wordsValue.empty);
    if (file.size > this.maxValue) {
      this.complain(say(this.wordsValue.tooLarge, { size, limit }));
    }
    if (!file.size || file.size > this.maxValue) {
      return;
    }
    this.file = file;
    this.fingerprint = await print(file);
    const known = this.hasCardTarget ? this.cardTarget.dataset : {};
    const isOther = known.fingerprint && known.fingerprint !== this.fingerprint;
    if (isOther && known.received !== "0") {
      this.complain(this.wordsValue.other);
      this.insteadTarget.hidden = false;
    } else if (known.fingerprint && !isOther) {
      this.send(known.url);
    } else {
      this.create(known.id ?? "");
    }
  }

  sendInstead() {
    this.create(this.cardTarget.dataset.id);
  }

  /** The upload has a page from now on, which takes the place of this one's parts. */
  async create(insteadof) {
    const form = document.getElementById("upload");
    const earlier = form && new FormData(form).get("earlier_id");
    const about = { filename: this.file.name, fingerprint: this.fingerprint, insteadof, earlier };
    const pairs = Object.entries(about).filter(([, value]) => value);
    const asked = {
      ...headers(null, "application/json"),
      ...TUS,
      "Upload-Length": String(this.file.size),
      "Upload-Metadata": pairs.map(([name, value]) => `${name} ${base64(value)}`).join(","),
    };
    const answer = await fetch(this.urlValue, { method: "POST", headers: asked }).catch(() => null);
    if (!answer?.ok) {
      const words = answer ? await reason(answer) : this.wordsValue.offline;
      this.complain(words || this.wordsValue.offline);
      return;
    }
    const url = answer.headers.get("Location");
    const page = url.replace(/\/\d+$/, "");
    const fresh = await this.look(page);
    const typed = document.getElementById("upload");
    const before = typed && text(typed); // also what was typed while we asked
    if (fresh && exchange(fresh, "clip-upload")) {
      history.replaceState(history.state, "", page);
      if (before) {
        carry(before, document.getElementById("clip-words-form"));
        dropCopy(keyOf(typed)); // the next clip has words of its own
      }
    }
    this.send(url);
  }

  // Its bytes

  async send(url) {
    this.upload?.abort();
    const { Upload } = await import("../tus.js");
    this.upload = new Upload(this.file, {
      uploadUrl: url,
      chunkSize: PIECE,
      retryDelays: WAITS,
      storeFingerprintForResuming: false,
      onBeforeRequest: (request) => {
        for (const [name, value] of Object.entries(headers(null, "application/json"))) {
          request.setHeader(name, value);
        }
      },
      onShouldRetry: (error) => this.again(error),
      onProgress: (sent) => this.progress(sent),
      onSuccess: () => this.arrived(),
      onError: (error) => this.failed(error),
    });
    this.since = null;
    this.become("sending");
    this.upload.start();
  }

  pause() {
    this.upload.abort();
    this.become("paused");
  }

  goOn() {
    this.upload.abort();
    this.since = null;
    this.become("sending");
    this.upload.start();
  }

  again(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (!IN_VAIN.has(status)) {
      this.since = null;
      this.become("waiting");
      return true;
    }
    return false;
  }

  /** What trying again does not help: the session ended, the upload is gone, there is no room. */
  async failed(error) {
    const status = error.originalResponse?.getStatus() ?? 0;
    if (status === 404 || status === 410) {
      this.become("");
      location.reload();
    } else if ((status === 400 || status === 401) && !this.renewed) {
      this.renewed = await renewTokens();
      if (this.renewed) {
        this.goOn();
      } else {
        this.become("signedOut");
      }
    } else {
      this.become("failed");
      showMessage(wordsIn(error.originalResponse) || wordsOf().offline, "error");
    }
  }

  progress(sent) {
    const now = performance.now();
    this.since ??= { now, sent };
    this.sent = sent;
    const seconds = (now - this.since.now) / 1000;
    const speed = seconds > 3 ? (sent - this.since.sent) / seconds : 0;
    this.left = speed > 0 ? (this.file.size - sent) / speed : null;
    this.renewed = false;
    this.become("sending");
  }

  async arrived() {
    this.become("");
    dropRecording(this.fingerprint);
    const card = this.cardTarget;
    const page = await this.look(card.dataset.page);
    // What took its place meanwhile may be newer than what we asked for.
    if (card !== this.cardTarget || !page || !exchange(page, "clip-file")) {
      this.waiting = setTimeout(() => this.arrived(), LOOK);
    }
  }

  // The page

  /** The page as it is now; nothing moves away under a press of a button. */
  async look(url) {
    const answer = await fetch(url, { headers: headers(null, "text/html") }).catch(() => null);
    const page = answer?.ok ? parse(await answer.text()) : null;
    await released();
    return page;
  }

  /** Nothing is missing: looks until it is a clip, or something is to be done after all. */
  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(async () => {
      const page = await this.look(this.cardTarget.dataset.page);
      if (!page || page.getElementById("clip-file")?.dataset.joining) {
        this.wait();
      } else {
        exchange(page, "clip-upload");
      }
    }, LOOK);
  }

  become(state) {
    this.state = state;
    this.isDown = state === "waiting";
    if (this.hasCardTarget) {
      this.cardTargetConnected();
    }
  }

  /** The card came anew from the server, or what is so has changed. */
  cardTargetConnected() {
    if (this.cardTarget.dataset.joining) {
      this.wait();
    }
    if (!this.state || !this.hasControlsTarget) {
      return;
    }
    this.controlsTarget.hidden = false;
    if (this.hasChooserTarget) {
      this.chooserTarget.hidden = true;
    }
    this.pauseTarget.hidden = !this.isSending;
    this.goOnTarget.hidden = this.isSending;
    const sent = Math.max(this.sent ?? 0, Number(this.cardTarget.dataset.received));
    this.barTarget.value = sent;
    const done = Math.floor(sent / MEGABYTE);
    const all = Math.max(1, Math.round(this.file.size / MEGABYTE));
    const words = this.wordsValue;
    const said = this.state === "sending" && this.left === null ? words.begun : words[this.state];
    this.saidTarget.textContent = say(said ?? words.begun, { done, all, left: this.timeLeft() });
  }

  timeLeft() {
    const minutes = Math.ceil((this.left ?? 0) / 60);
    if (minutes > 90) {
      return say(this.wordsValue.hours, { count: Math.round(minutes / 60) });
    }
    return say(minutes > 1 ? this.wordsValue.minutes : this.wordsValue.soon, { count: minutes });
  }

  readyTargetConnected(link) {
    location.assign(link.href);
  }

  complain(words) {
    if (this.hasMistakeTarget) {
      this.mistakeTarget.textContent = words;
      this.insteadTarget.hidden = true;
    }
  }
}

/** What a file is known again by: names and dates change when a phone hands it over once more. */
async function print(file) {
  const places = [0, Math.floor(file.size / 2), Math.max(0, file.size - SAMPLE)];
  const samples = new Blob(places.map((at) => file.slice(at, at + SAMPLE)));
  const bytes = await samples.arrayBuffer();
  const hash = await crypto.subtle?.digest("SHA-256", bytes);
  if (!hash) {
    return `${file.lastModified}-${file.size}-${file.name}`.slice(0, 80); // without TLS
  }
  const letters = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `${file.size}-${letters.join("")}`;
}

/** What was typed before the file was chosen goes into the boxes of its upload, and is saved: as soon
    as somebody there saves it, and before the next letter is typed, which it would overwrite. */
function carry(before, form) {
  const typed = [...new URLSearchParams(before)].filter(([, value]) => value);
  const stored = [...new FormData(form)].filter(
    ([name]) => !typed.some(([other]) => other === name),
  );
  queueMicrotask(() => fill(form, [...stored, ...typed]));
}

function wordsIn(response) {
  try {
    return JSON.parse(response.getBody()).error;
  } catch {
    return "";
  }
}

function base64(words) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(words)));
}

function say(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
