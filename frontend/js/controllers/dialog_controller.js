import { Controller } from "@hotwired/stimulus";

/** Makes a modal dialog of what is a popover where no script runs. */
export default class extends Controller {
  static targets = ["dialog"];

  connect() {
    this.dialogTarget.removeAttribute("popover");
    for (const button of document.querySelectorAll(`[popovertarget="${this.dialogTarget.id}"]`)) {
      const closes = button.getAttribute("popovertargetaction") === "hide";
      button.removeAttribute("popovertarget");
      button.setAttribute("aria-haspopup", "dialog");
      button.addEventListener("click", () =>
        closes ? this.dialogTarget.close() : this.dialogTarget.showModal(),
      );
    }
    this.dialogTarget.addEventListener("click", (event) => {
      if (event.target === this.dialogTarget) {
        this.dialogTarget.close();
      }
    });
    if (this.dialogTarget.querySelector('[aria-invalid="true"]')) {
      this.dialogTarget.showModal();
    }
  }
}
