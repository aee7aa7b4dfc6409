import { Controller } from "@hotwired/stimulus";

const NAMES = ["left", "top", "width", "height"];
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A box drawn over a picture, or moved by its arrow keys, fills the numbers of the form; the numbers
    move the box. With several pictures to choose from, the chosen one is shown. */
export default class extends Controller {
  static targets = ["ground", "box", "picture", ...NAMES];

  groundTargetConnected(ground) {
    ground.addEventListener("pointerdown", (event) => this.begin(event));
    ground.addEventListener("pointermove", (event) => this.draw(event));
    ground.addEventListener("pointerup", () => this.end());
    ground.addEventListener("pointercancel", () => this.end());
    ground.addEventListener("keydown", (event) => this.move(event));
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
    this.fill([left, top, right - left, bottom - top]);
  }

  end() {
    if (this.start) {
      this.start = null;
      this.changed();
    }
  }

  /** The arrow keys move the box, with Shift they change its size; the first makes one. */
  move(event) {
    const by = STEPS[event.key];
    if (!by) {
      return;
    }
    event.preventDefault();
    const numbers = this.numbers();
    const [left, top, width, height] = numbers.some(Number.isNaN) ? [35, 35, 30, 30] : numbers;
    const within = (least, number, most) => Math.min(most, Math.max(least, number));
    const moved = event.shiftKey
      ? [left, top, within(2, width + by[0], 100 - left), within(2, height + by[1], 100 - top)]
      : [within(0, left + by[0], 100 - width), within(0, top + by[1], 100 - height), width, height];
    this.fill(moved);
    this.changed();
  }

  /** Shows the picture that is chosen. */
  choose() {
    const { src } = this.pictureTarget.selectedOptions[0].dataset;
    if (src) {
      this.groundTarget.querySelector("img").src = src;
    }
  }

  fill(numbers) {
    this.show(numbers);
    NAMES.forEach((name, n) => {
      this[`${name}Target`].value = numbers[n].toFixed(1);
    });
    if (this.hasPictureTarget && !this.pictureTarget.value) {
      this.pictureTarget.selectedIndex = 1;
    }
  }

  /** Whoever saves what is typed hears of what was drawn. */
  changed() {
    this.leftTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }

  numbers() {
    return NAMES.map((name) => Number.parseFloat(this[`${name}Target`].value));
  }

  typed() {
    this.show(this.numbers());
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
