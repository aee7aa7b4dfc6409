import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { open, settled } from "./page.js";

const { default: BoxController } = await import("../js/controllers/box_controller.js");

Application.start().register("box", BoxController);

const SIDES = ["left", "top", "width", "height"];

async function part() {
  const page = open(`
    <form data-controller="box">
      <select data-box-target="picture" data-action="box#choose">
        <option value="">None</option>
        <option value="a:1" data-src="/one.jpg">One</option>
        <option value="a:2" data-src="/two.jpg">Two</option>
      </select>
      <div data-box-target="ground" tabindex="0"><img src="/one.jpg"><div data-box-target="box" hidden></div></div>
      ${SIDES.map((side) => `<input name="${side}" data-box-target="${side}" data-action="box#typed">`).join("")}
    </form>`);
  await settled();
  let heard = 0;
  page.addEventListener("input", () => {
    heard += 1;
  });
  const ground = page.querySelector("[data-box-target=ground]");
  return {
    page,
    ground,
    box: page.querySelector("[data-box-target=box]"),
    press: (key, shiftKey = false) =>
      ground.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true })),
    numbers: () => SIDES.map((side) => Number(page.querySelector(`[name=${side}]`).value)),
    heard: () => heard,
  };
}

test("the arrow keys make a box, move it and change its size, within the picture", async () => {
  const { page, box, press, numbers, heard } = await part();
  assert.equal(box.hidden, true);
  press("Tab");
  assert.equal(heard(), 0);
  press("ArrowRight");
  assert.deepEqual(numbers(), [36, 35, 30, 30]);
  assert.equal(box.hidden, false);
  assert.equal(page.querySelector("select").value, "a:1");
  press("ArrowUp", true);
  assert.deepEqual(numbers(), [36, 35, 30, 29]);
  for (let n = 0; n < 60; n += 1) press("ArrowLeft");
  assert.deepEqual(numbers(), [0, 35, 30, 29]);
  assert.ok(heard() > 0, "whoever saves what is typed hears of it");
});

test("numbers that are typed show the box, and a picture that is chosen is shown", async () => {
  const { page, ground, box } = await part();
  for (const [side, value] of [
    ["left", 10],
    ["top", 20],
    ["width", 30],
    ["height", 40],
  ]) {
    const input = page.querySelector(`[name=${side}]`);
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  assert.equal(box.hidden, false);
  assert.equal(box.style.width, "30%");
  const select = page.querySelector("select");
  select.selectedIndex = 2;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  assert.ok(ground.querySelector("img").src.endsWith("/two.jpg"));
});
