import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { open, settled } from "./page.js";

const { default: OrderController } = await import("../js/controllers/order_controller.js");

Application.start().register("order", OrderController);

const row = (name, place) => `
  <li data-order-target="row" id="${name}">
    <select data-action="order#place">${[1, 2, 3].map((n) => `<option${n === place ? " selected" : ""}>${n}</option>`)}</select>
    <span data-order-target="moves" hidden>
      <button type="button" data-action="order#up">Up</button>
      <button type="button" data-action="order#down">Down</button>
    </span>
  </li>`;

async function order() {
  const page = open(`
    <div>
      <ol data-controller="order" data-order-said-value="Number {place} of {of}">
        ${row("ask", 1)}${row("wait", 2)}${row("hear", 3)}
      </ol>
      <p data-order-said></p>
    </div>`);
  await settled();
  const rows = () => [...page.querySelectorAll("li")];
  return {
    page,
    names: () => rows().map(({ id }) => id),
    numbers: () => rows().map((each) => each.querySelector("select").value),
    said: () => page.querySelector("[data-order-said]").textContent,
  };
}

test("a button moves its row, all are numbered anew, and it is said", async () => {
  const { page, names, numbers, said } = await order();
  const down = page.querySelector("#ask [data-action='order#down']");
  assert.equal(down.closest("span").hidden, false);
  down.click();
  assert.deepEqual(names(), ["wait", "ask", "hear"]);
  assert.deepEqual(numbers(), ["1", "2", "3"]);
  assert.equal(said(), "Number 2 of 3");
  assert.equal(document.activeElement, down);
  page.querySelector("#wait [data-action='order#up']").click();
  assert.deepEqual(names(), ["wait", "ask", "hear"], "the first goes no further up");
});

test("a number moves its row to that place", async () => {
  const { page, names, numbers } = await order();
  const select = page.querySelector("#hear select");
  select.value = "1";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  assert.deepEqual(names(), ["hear", "ask", "wait"]);
  assert.deepEqual(numbers(), ["1", "2", "3"]);
});
