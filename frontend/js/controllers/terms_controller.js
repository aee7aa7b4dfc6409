import { Controller } from "@hotwired/stimulus";

const pages = new Map();

/**
 * A word that is explained shows its meaning beside it. Without a script, or where the meaning
 * cannot be had, its link leads there.
 */
export default class extends Controller {
  connect() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.element.addEventListener("click", (event) => this.asked(event), { signal });
    for (const link of this.element.querySelectorAll("a.term")) {
      link.setAttribute("aria-haspopup", "dialog");
    }
  }

  disconnect() {
    this.listeners.abort();
    this.box?.remove();
  }

  async asked(event) {
    const link = event.target.closest("a.term");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (!link || elsewhere || !HTMLElement.prototype.showPopover) {
      return;
    }
    event.preventDefault();
    try {
      this.show(link, await meaningOf(link));
    } catch {
      location.assign(link.href);
    }
  }

  show(link, meaning) {
    this.box?.remove();
    const box = document.createElement("div");
    box.className = "term-box";
    box.popover = "auto";
    box.tabIndex = -1;
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", meaning.name);
    const name = document.createElement("p");
    name.className = "term-name";
    name.textContent = meaning.name;
    const more = document.createElement("a");
    more.className = "small";
    more.href = link.href;
    more.textContent = meaning.title;
    box.append(name, ...meaning.parts, more);
    link.after(box);
    box.addEventListener("toggle", (event) => {
      if (event.newState === "closed" && box.contains(document.activeElement)) {
        link.focus();
      }
    });
    box.showPopover();
    place(box, link);
    box.focus();
    this.box = box;
  }
}

/** Below the word where there is room, else above it, within the window. */
function place(box, link) {
  const [word] = link.getClientRects();
  const { width, height } = box.getBoundingClientRect();
  const isBelow = word.bottom + 8 + height <= innerHeight || word.top < height + 16;
  const left = Math.max(12, Math.min(word.left, innerWidth - width - 12));
  box.style.setProperty("left", `${left}px`);
  box.style.setProperty("top", `${isBelow ? word.bottom + 8 : word.top - height - 8}px`);
}

/** The definition that the address of a link leads to, on this page or on another. */
async function meaningOf(link) {
  const { pathname, hash } = new URL(link.href);
  const page = pathname === location.pathname ? document : await read(pathname);
  const term = page.getElementById(decodeURIComponent(hash.slice(1)));
  const parts = [];
  for (let next = term.nextElementSibling; next?.tagName === "DD"; next = next.nextElementSibling) {
    const part = document.createElement("div");
    part.append(...document.importNode(next, true).childNodes);
    parts.push(part);
  }
  if (parts.length === 0) {
    throw new Error("no meaning");
  }
  const title = page.querySelector("h1").textContent.trim();
  return { name: term.textContent.trim(), parts, title };
}

async function read(address) {
  if (!pages.has(address)) {
    const answer = await fetch(address);
    if (!answer.ok) {
      throw new Error(answer.statusText);
    }
    pages.set(address, new DOMParser().parseFromString(await answer.text(), "text/html"));
  }
  return pages.get(address);
}
