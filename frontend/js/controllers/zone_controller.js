import { Controller } from "@hotwired/stimulus";

/** A box for the time zone begins with the browser's own, if it is one of those to choose from. */
export default class extends Controller {
  connect() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const offered = [...(this.element.list?.options ?? [])].some(({ value }) => value === timeZone);
    if (offered && this.element.value === this.element.defaultValue) {
      this.element.value = timeZone;
    }
  }
}
