import { Controller } from "@hotwired/stimulus";
import { post } from "../server.js";

/** Shows at once how text would look, and stores it for this device. */
export default class extends Controller {
  static targets = ["save"];

  connect() {
    this.saveTarget.hidden = true;
  }

  changed(event) {
    const { name, value, form } = event.target;
    if (value === "plain") {
      delete document.documentElement.dataset[name];
    } else {
      document.documentElement.dataset[name] = value;
    }
    post(form.action, new FormData(form), { form, accept: "text/html" }).catch(() => {
      this.saveTarget.hidden = false;
    });
  }
}
