import { Controller } from "@hotwired/stimulus";
import { dropLasting, keyOf, lastingCopies } from "../copies.js";

const A_LOAD = 60_000;
const ROW = /^([0-9a-f]+) (\d+) (\d+) ([a-z-]+) (.*)$/;

/**
 * Notes line by line: a line begins with its first letter, or with Now, and ends with Enter. Lines
 * that the server has not confirmed are rows of a hidden box, which the form's autosave keeps and sends.
 * A line begins by the portal's clock, as it went when the page came, and is shown in its reader's
 * zone: a tablet of the school may have another time, and the line to the portal may be gone.
 */
export default class extends Controller {
  static targets = ["rows", "box", "list", "time", "tag", "now"];
  static values = { now: Number, zone: String };

  connect() {
    this.nowTarget.hidden = false;
    const off = this.hasNowValue ? this.nowValue - Date.now() : 0;
    this.off = Math.abs(off) < A_LOAD ? 0 : off;
    this.current = null;
    this.began = 0;
    queueMicrotask(() => this.adopt()); // autosave has put back by then what this tab kept
  }

  get form() {
    return this.boxTarget.form;
  }

  /** Lines that were typed in another tab, or in one that was closed, and not confirmed there. */
  adopt() {
    this.others = lastingCopies(keyOf(this.form));
    const rows = this.others.flatMap(([, copy]) =>
      read(new URLSearchParams(copy.text).get("lines")),
    );
    if (rows.length > 0) {
      this.write(rows);
      this.changed();
    }
    for (const row of this.rows()) {
      this.show(row);
    }
  }

  typing() {
    const lines = this.boxTarget.value.split("\n");
    const text = lines.pop();
    for (const line of lines) {
      this.put(line);
      this.end();
    }
    if (lines.length > 0) {
      this.boxTarget.value = text;
    }
    this.put(text);
  }

  /** The line that is being typed, as it is now; none begins with blanks. */
  put(text) {
    const tag = this.tagTargets.find((box) => box.checked)?.value || "-";
    this.current ??= this.restored(text);
    if (!this.current && text.trim()) {
      this.current = { key: newKey(), begun: this.began || this.moment() };
    }
    if (this.current && (this.current.text !== text || this.current.tag !== tag)) {
      Object.assign(this.current, { text, tag, changed: Date.now() });
      this.write([this.current]);
    }
    this.timeTarget.textContent = this.current ? this.clock(this.current.begun) : "";
  }

  /** What was put back into the box is the last of the rows. */
  restored(text) {
    const last = this.rows().at(-1);
    return text.trim() && last?.text === text ? last : null;
  }

  end() {
    if (this.current) {
      this.show(this.current);
    }
    this.current = null;
    this.began = 0;
    this.boxTarget.value = "";
    for (const box of this.tagTargets) {
      box.checked = box.value === "";
    }
  }

  /** This very moment is when the next line begins; whatever is in the box ends. */
  now() {
    this.end();
    this.began = this.moment();
    this.timeTarget.textContent = this.clock(this.began);
    this.boxTarget.focus();
    this.changed();
  }

  saved() {
    if (this.rows().length <= 1) {
      this.others = dropLasting(this.others);
    }
  }

  changed() {
    this.rowsTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }

  show({ key, begun, text }) {
    let item = this.listTarget.querySelector(`[data-key="${key}"]`);
    if (!item) {
      item = this.listTarget.appendChild(document.createElement("li"));
      item.dataset.key = key;
      item.append(document.createElement("time"), document.createElement("span"));
      item.lastElementChild.dir = "auto";
    }
    item.querySelector("time").textContent = this.clock(begun);
    item.querySelector("span").textContent = text;
  }

  /** Now, by the clock of the portal; what passes within a load of the page is no difference. */
  moment() {
    return Math.round(Date.now() + this.off);
  }

  clock(moment) {
    const where = this.zoneValue ? { timeZone: this.zoneValue } : {};
    const language = document.documentElement.lang || [];
    return new Date(moment).toLocaleTimeString(language, { timeStyle: "short", ...where });
  }

  rows() {
    return read(this.rowsTarget.value);
  }

  /** Put rows among those that wait, each key once, as it was last typed. */
  write(rows) {
    const all = new Map(this.rows().map((row) => [row.key, row]));
    for (const row of rows) {
      if (!(all.get(row.key)?.changed > row.changed)) {
        all.set(row.key, row);
      }
    }
    this.rowsTarget.value = [...all.values()]
      .map(({ key, changed, begun, tag, text }) => `${key} ${changed} ${begun} ${tag} ${text}`)
      .join("\n");
  }
}

function read(rows) {
  return (rows ?? "").split("\n").flatMap((row) => {
    const [, key, changed, begun, tag, text] = ROW.exec(row) ?? [];
    return key ? [{ key, changed: Number(changed), begun: Number(begun), tag, text }] : [];
  });
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
