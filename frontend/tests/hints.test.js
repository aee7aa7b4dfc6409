import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { open, settled } from "./page.js";

const { default: HintsController } = await import("../js/controllers/hints_controller.js");

Application.start().register("hints", HintsController);

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));

afterEach(async () => {
  open("");
  await settled();
  mock.timers.reset();
});

async function form() {
  const page = open(`
    <form data-controller="hints" data-action="autosave:saved->hints#saved input->hints#typing">
      <textarea></textarea>
      <div data-hints-target="comment" data-id="7">
        <p data-hint="place">Where?</p><p data-hint="reason" hidden>Why?</p>
      </div>
    </form>`);
  await settled();
  const [place, reason] = page.querySelectorAll("[data-hint]");
  const element = page.querySelector("form");
  const saved = (detail) =>
    element.dispatchEvent(new CustomEvent("autosave:saved", { detail, bubbles: true }));
  const type = () =>
    page.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true }));
  return { place, reason, saved, type };
}

test("a hint goes at once, and comes after a pause", async () => {
  const { place, reason, saved, type } = await form();
  saved({ hints: { 7: ["reason"] } });
  assert.deepEqual([place.hidden, reason.hidden], [true, true]);
  mock.timers.tick(2000);
  type();
  mock.timers.tick(2000);
  assert.equal(reason.hidden, true);
  mock.timers.tick(1000);
  assert.equal(reason.hidden, false);
  saved({ hints: {} });
  assert.equal(reason.hidden, true);
});

test("before a save says what is missing, the page stays as the server made it", async () => {
  const { place, reason, saved, type } = await form();
  type();
  saved({ version: 2 });
  mock.timers.tick(9000);
  assert.deepEqual([place.hidden, reason.hidden], [false, true]);
});
