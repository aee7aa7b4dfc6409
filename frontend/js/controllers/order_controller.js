import { Controller } from "@hotwired/stimulus";

/** Rows with a number each: buttons and the number itself move a row, and all are numbered anew. */
export default class extends Controller {
  static targets = ["row", "moves"];
  static values = { said: String };

  connect() {
    for (const moves of this.movesTargets) {
      moves.hidden = false;
    }
    queueMicrotask(() => this.sort()); // when all that fills a form in has done so
  }

  /** Put the rows in the order of their numbers, if each has one. */
  sort() {
    const place = (row) => Number(row.querySelector("select").value);
    const rows = [...this.rowTargets].sort((one, other) => place(one) - place(other));
    if (rows.every((row, index) => place(row) === index + 1)) {
      this.element.append(...rows);
    }
  }

  up({ currentTarget }) {
    this.move(currentTarget, -1);
  }

  down({ currentTarget }) {
    this.move(currentTarget, 1);
  }

  /** The row goes to the place of its new number. */
  place({ currentTarget }) {
    const row = currentTarget.closest("li");
    const others = this.rowTargets.filter((each) => each !== row);
    others.splice(Number(currentTarget.value) - 1, 0, row);
    this.arrange(others, row, currentTarget);
  }

  move(button, by) {
    const rows = [...this.rowTargets];
    const row = button.closest("li");
    const from = rows.indexOf(row);
    const to = Math.min(Math.max(from + by, 0), rows.length - 1);
    rows.splice(to, 0, ...rows.splice(from, 1));
    this.arrange(rows, row, button);
  }

  arrange(rows, moved, focused) {
    rows.forEach((row, index) => {
      this.element.append(row);
      row.querySelector("select").value = String(index + 1);
    });
    focused.focus();
    const said = this.element.parentElement.querySelector("[data-order-said]");
    said.textContent = this.saidValue
      .replace("{place}", rows.indexOf(moved) + 1)
      .replace("{of}", rows.length);
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
