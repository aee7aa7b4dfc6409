import { Controller } from "@hotwired/stimulus";
import { exchange, parse } from "../exchange.js";
import { headers } from "../server.js";

const MEGABYTE = 1_000_000;
const WORDS = {
  sending: "{done} of {all} MB sent",
  storing: "All sent. Storing it now…",
  tooLarge: "That file has {size} MB; at most {limit} MB can be stored. Nothing was sent.",
  failed: "The connection broke before everything was sent. Your file is still chosen: try again.",
  stopped: "Stopped. Nothing was stored.",
};

/**
 * Sends large files and shows how far they are; the form itself works without it. `at-once` sends
 * what is chosen, dropped on the form or pasted without another press, and `swap` is the part of the
 * page that shows it then.
 */
export default class extends Controller {
  static targets = ["file", "drop", "sending", "progress", "state", "mistake"];
  static values = { max: Number, words: Object, atOnce: Boolean, swap: String };

  connect() {
    this.words = { ...WORDS, ...this.wordsValue };
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.element.addEventListener("submit", (event) => this.submit(event), { signal });
    this.element.addEventListener("change", (event) => this.chosen(event), { signal });
    if (this.hasDropTarget) {
      const over = (on) => () => this.dropTarget.classList.toggle("over", on);
      this.dropTarget.addEventListener("dragover", over(true), { signal });
      this.dropTarget.addEventListener("dragleave", over(false), { signal });
      this.dropTarget.addEventListener("drop", over(false), { signal });
    }
    if (this.atOnceValue) {
      this.element.querySelector(".form-end").hidden = true; // there is nothing left to press
      const take = (event) => this.take(event, event.dataTransfer ?? event.clipboardData);
      this.element.addEventListener("dragover", (event) => event.preventDefault(), { signal });
      this.element.addEventListener("drop", take, { signal });
      window.addEventListener("paste", take, { signal });
    }
    const warn = (event) => this.request && event.preventDefault();
    window.addEventListener("beforeunload", warn, { signal });
  }

  disconnect() {
    this.listeners.abort();
    this.request?.abort();
  }

  chosen(event) {
    if (event.target.type === "file" && this.fits() && this.atOnceValue && this.files.length > 0) {
      this.element.requestSubmit();
    }
  }

  /** Files that were dropped or pasted; pasted words go where they would. */
  take(event, brought) {
    if (!brought?.files.length) {
      return;
    }
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of [...(this.more ? this.fileTarget.files : []), ...brought.files]) {
      all.items.add(file);
    }
    this.fileTarget.files = all.files;
    this.fileTarget.dispatchEvent(new Event("change", { bubbles: true }));
  }

  get files() {
    return this.fileTargets.flatMap((target) => [...target.files]);
  }

  fits() {
    const file = this.files.find((each) => this.maxValue > 0 && each.size > this.maxValue);
    const tooLarge = Boolean(file);
    const size = tooLarge ? Math.ceil(file.size / MEGABYTE) : 0;
    const limit = Math.floor(this.maxValue / MEGABYTE);
    this.complain(tooLarge ? say(this.words.tooLarge, { size, limit }) : "");
    return !tooLarge;
  }

  submit(event) {
    event.preventDefault();
    this.more = Boolean(this.request) && this.atOnceValue; // they are sent when the others are
    if (this.request || !this.fits()) {
      return;
    }
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.element.action);
    const ours = headers(this.element, "application/json, text/html;q=0.9");
    for (const [name, value] of Object.entries(ours)) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", (sent) => this.progress(sent));
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.over(this.words.failed));
    request.addEventListener("abort", () => this.over(this.words.stopped));
    this.complain("");
    this.sendingTarget.hidden = false;
    request.send(new FormData(this.element, event.submitter));
  }

  progress({ loaded, total, lengthComputable }) {
    if (!lengthComputable) {
      return;
    }
    this.progressTarget.max = total;
    this.progressTarget.value = loaded;
    const done = Math.round(loaded / MEGABYTE);
    const all = Math.max(1, Math.round(total / MEGABYTE));
    const words = loaded < total ? this.words.sending : this.words.storing;
    this.stateTarget.textContent = say(words, { done, all });
  }

  answered(request) {
    this.request = null;
    const json = request.getResponseHeader("Content-Type")?.includes("json");
    const result = json ? JSON.parse(request.responseText) : {};
    if (request.status < 400) {
      this.element.dispatchEvent(new CustomEvent("stored", { bubbles: true }));
      if (this.swapValue && exchange(parse(request.responseText), this.swapValue)) {
        const { more } = this;
        this.over("");
        if (more) {
          this.element.requestSubmit();
        } else {
          this.element.reset();
        }
        return;
      }
      location.assign(result.url ?? request.responseURL);
    } else if (json || !exchange(parse(request.responseText), this.element.id)) {
      this.over(result.error ?? this.words.failed);
    }
  }

  over(words) {
    this.request = null;
    this.more = false;
    this.sendingTarget.hidden = true;
    this.complain(words);
  }

  cancel() {
    this.request?.abort();
  }

  complain(words) {
    this.mistakeTarget.textContent = words;
  }
}

function say(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
