import { Controller } from "@hotwired/stimulus";

const NAMES = ["left", "top", "width", "height"];

/** A box drawn over a picture fills the numbers of the form; the numbers move the box. */
export default class extends Controller {
  static targets = ["ground", "box", ...NAMES];

  groundTargetConnected(ground) {
    ground.addEventListener("pointerdown", (event) => this.begin(event));
    ground.addEventListener("pointermove", (event) => this.draw(event));
    ground.addEventListener("pointerup", () => this.end());
    ground.addEventListener("pointercancel", () => this.end());
    this.typed();
  }

  begin(event) {
    if (event.button > 0) {
      return;
    }
    event.preventDefault();
    this.groundTarget.setPointerCapture(event.pointerId);
    this.start = this.place(event);
  }

  draw(event) {
    if (!this.start) {
      return;
    }
    const here = this.place(event);
    const [left, top] = [0, 1].map((n) => Math.min(this.start[n], here[n]));
    const [right, bottom] = [0, 1].map((n) => Math.max(this.start[n], here[n]));
    this.show([left, top, right - left, bottom - top]);
    NAMES.forEach((name, n) => {
      this[`${name}Target`].value = [left, top, right - left, bottom - top][n].toFixed(1);
    });
  }

  end() {
    this.start = null;
  }

  typed() {
    this.show(NAMES.map((name) => Number.parseFloat(this[`${name}Target`].value)));
  }

  /** Where the pointer is, in percent of the picture. */
  place(event) {
    const ground = this.groundTarget.getBoundingClientRect();
    const percent = (at, start, length) =>
      Math.min(100, Math.max(0, ((at - start) / length) * 100));
    return [
      percent(event.clientX, ground.left, ground.width),
      percent(event.clientY, ground.top, ground.height),
    ];
  }

  show(numbers) {
    if (!this.hasBoxTarget) {
      return;
    }
    const { style } = this.boxTarget;
    this.boxTarget.hidden = numbers.some(Number.isNaN) || numbers[2] <= 0 || numbers[3] <= 0;
    NAMES.forEach((name, n) => {
      style[name] = `${numbers[n]}%`;
    });
  }
}
