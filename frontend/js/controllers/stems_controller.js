import { Controller } from "@hotwired/stimulus";

/** A tap on a sentence start begins that sentence in the box. */
export default class extends Controller {
  static values = { box: String };

  connect() {
    for (const stem of this.element.querySelectorAll("span.stem")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = stem.className;
      button.textContent = stem.textContent;
      button.addEventListener("click", () => this.begin(stem.textContent));
      stem.replaceWith(button);
    }
  }

  begin(words) {
    const box = document.querySelector(this.boxValue);
    const start = `${words
      .trim()
      .replace(/(…|\.\.\.)$/, "")
      .trimEnd()} `;
    const before = box.value.trimEnd();
    box.value = before ? `${before}\n${start}` : start;
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
