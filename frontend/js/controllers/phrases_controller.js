import { Controller } from "@hotwired/stimulus";
import { parse } from "../exchange.js";
import { clock } from "../moments.js";
import { headers } from "../server.js";

/** A menu of sentences one writes often, fetched when it is opened; a tap puts one into the box. */
export default class extends Controller {
  static targets = ["menu"];
  static values = { box: String, name: String, url: String };

  connect() {
    this.opened = () => this.element.open && this.load();
    this.element.addEventListener("toggle", this.opened);
  }

  disconnect() {
    this.element.removeEventListener("toggle", this.opened);
  }

  async load() {
    const answer = await fetch(this.urlValue, { headers: headers(null, "text/html") }).catch(
      () => null,
    );
    const found = answer?.ok ? parse(await answer.text()).querySelectorAll("#phrases li") : [];
    for (const old of this.menuTarget.querySelectorAll("button")) {
      old.remove();
    }
    this.menuTarget.prepend(...[...found].map(({ textContent }) => this.button(textContent)));
  }

  button(phrase) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "stem", textContent: phrase, dir: "auto" });
    button.addEventListener("click", () => this.insert(phrase));
    return button;
  }

  insert(phrase) {
    const box = document.querySelector(this.boxValue);
    const values = { moment: this.moment(box), name: this.nameValue };
    const words = phrase
      .replace(/\{(moment|name)\}/g, (_, field) => values[field] || "…")
      .replace(/\s*(…|\.\.\.)$/, " ");
    const { selectionStart: at, selectionEnd: end, value } = box;
    const space = at > 0 && !/\s/.test(value[at - 1]) ? " " : "";
    box.setRangeText(space + words, at, end, "end");
    this.element.open = false;
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** What the form says, or else what the film shows. */
  moment(box) {
    const video = this.element.closest('[data-controller~="moments"]')?.querySelector("video");
    return box.form?.elements.start?.value || (video ? clock(video.currentTime) : "");
  }
}
