import { Controller } from "@hotwired/stimulus";

/** In a list too long for its room, the place one is at is in view. */
export default class extends Controller {
  connect() {
    const list = this.element;
    const current = list.querySelector("[aria-current]");
    if (!current) return;
    if (list.scrollWidth > list.clientWidth) {
      list.scrollLeft = current.offsetLeft - list.clientWidth / 2;
    }
    if (list.scrollHeight > list.clientHeight) {
      list.scrollTop = current.offsetTop - list.clientHeight / 2;
    }
  }
}
