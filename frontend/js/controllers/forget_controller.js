import { Controller } from "@hotwired/stimulus";
import { dropAll } from "../copies.js";

/** Signing out takes along what this browser had kept of a person's words. */
export default class extends Controller {
  connect() {
    this.element.addEventListener("submit", dropAll);
  }
}
