import { Controller } from "@hotwired/stimulus";
import { canCopy, copyText } from "../clipboard.js";
import { wordsOf } from "../words.js";

const WIDE = ".table-wrap, pre, math[display='block']";

/** What is wider than a page can be scrolled by keyboard, and code can be copied. */
export default class extends Controller {
  connect() {
    this.observer = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        reach(target);
      }
    });
    for (const box of this.element.querySelectorAll(WIDE)) {
      this.observer.observe(box);
    }
    if (canCopy()) {
      for (const code of this.element.querySelectorAll("pre.highlight")) {
        offerCopy(code);
      }
    }
  }

  disconnect() {
    this.observer.disconnect();
  }
}

/** A box that scrolls takes the focus, and says what it is. */
function reach(box) {
  const isWide = box.scrollWidth > box.clientWidth + 1;
  box.classList.toggle("is-wide", isWide);
  set(box, "tabindex", isWide && "0");
  if (box.matches(".table-wrap")) {
    const head = box.querySelector("caption, th");
    set(box, "role", isWide && "region");
    set(box, "aria-label", isWide && (head?.textContent.trim() ?? ""));
  }
}

function set(box, name, value) {
  if (value === false) {
    box.removeAttribute(name);
  } else {
    box.setAttribute(name, value);
  }
}

function offerCopy(code) {
  if (code.parentElement.matches(".code")) {
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-small copy-code no-print";
  button.textContent = wordsOf().copyCode;
  button.addEventListener("click", () => copyText(code.textContent, button));
  const frame = document.createElement("div");
  frame.className = "code";
  code.replaceWith(frame);
  frame.append(button, code);
}
