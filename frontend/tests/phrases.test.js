import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { open, settled } from "./page.js";

const { default: PhrasesController } = await import("../js/controllers/phrases_controller.js");

Application.start().register("phrases", PhrasesController);

test("a phrase is put in where one types, with its fields filled in", async () => {
  const page = open(`
    <form>
      <input name="start" value="1:05"><textarea id="text">First. </textarea>
      <details data-controller="phrases" data-phrases-box-value="#text"
               data-phrases-name-value="Ada" data-phrases-url-value="/phrases">
        <summary>Phrases</summary><div data-phrases-target="menu"></div>
      </details>
    </form>`);
  globalThis.fetch = async () =>
    new Response("<ul id=phrases><li>{name}, at {moment} I saw …</li></ul>");
  await settled();
  const details = page.querySelector("details");
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  await settled();
  const box = page.querySelector("textarea");
  box.setSelectionRange(box.value.length, box.value.length);
  page.querySelector("button").click();
  assert.equal(box.value, "First. Ada, at 1:05 I saw ");
  assert.equal(details.open, false);
});
