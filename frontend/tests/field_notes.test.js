import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { forgetEverything, open, serve, settled, type } from "./page.js";

const { default: AutosaveController } = await import("../js/controllers/autosave_controller.js");
const { default: FieldNotesController } = await import(
  "../js/controllers/field_notes_controller.js"
);

const app = Application.start();
app.register("autosave", AutosaveController);
app.register("field-notes", FieldNotesController);

beforeEach(() => {
  forgetEverything();
  mock.timers.enable({ apis: ["setTimeout"] });
});

afterEach(async () => {
  serve();
  open("");
  await settled();
  mock.timers.reset();
});

async function notes(clock = "") {
  const page = open(`
    <section data-controller="field-notes" ${clock} data-action="autosave:saved->field-notes#saved">
      <ol data-field-notes-target="list"></ol>
      <form method="post" action="/notes" data-controller="autosave"
            data-autosave-key-value="visit-notes-1" data-autosave-lasting-value="true">
        <textarea name="lines" data-field-notes-target="rows" hidden></textarea>
        <span data-field-notes-target="time"></span>
        <textarea name="text" data-field-notes-target="box" data-action="input->field-notes#typing"></textarea>
        ${["", "teacher"].map((tag) => `<input type="radio" name="tag" value="${tag}" data-field-notes-target="tag" data-action="field-notes#typing">`).join("")}
        <button type="button" data-field-notes-target="now" data-action="field-notes#now" hidden></button>
        <p data-autosave-target="state"></p>
      </form>
    </section>`);
  await settled();
  const [rows, box] = page.querySelectorAll("textarea");
  return {
    box,
    rows: () =>
      rows.value ? rows.value.split("\n").map((row) => row.split(" ").slice(3).join(" ")) : [],
    times: () => rows.value.split("\n").map((row) => row.split(" ")[2]),
    listed: () => [...page.querySelectorAll("li span")].map((item) => item.textContent),
    clocks: () => [...page.querySelectorAll("li time")].map((item) => item.textContent),
    now: page.querySelector("button"),
    teacher: page.querySelector("[value=teacher]"),
  };
}

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
}

const lasting = () => Object.keys(localStorage).filter((key) => key.startsWith("lasting:"));

test("Enter begins a new line; what is confirmed is sent no more, but for the last", async () => {
  const page = await notes();
  const sent = serve();
  type(page.box, "Three hands");
  type(page.box, "Three hands go up\n");
  assert.deepEqual(page.listed(), ["Three hands go up"]);
  assert.equal(page.box.value, "");
  page.teacher.checked = true;
  type(page.box, "Why?");
  assert.deepEqual(page.rows(), ["- Three hands go up", "teacher Why?"]);
  globalThis.fetch = async (_url, { body }) => {
    sent.push(body.get("lines"));
    return Response.json({ version: 1, values: { lines: [body.get("lines").split("\n").at(-1)] } });
  };
  await pass(700);
  assert.deepEqual(page.rows(), ["teacher Why?"]);
  assert.deepEqual(lasting(), []);
  type(page.box, "Why? And why not?\nNobody answers");
  await pass(700);
  assert.deepEqual(page.rows(), ["- Nobody answers"]);
  assert.deepEqual(page.listed(), ["Three hands go up", "Why? And why not?"]);
  assert.equal(sent.length, 2);
});

test("with the line gone a closed tab loses nothing, and two tabs lose nothing of one another", async () => {
  serve([0], [0], [0], [0]);
  const first = await notes();
  type(first.box, "One\nTwo");
  await pass(700);
  sessionStorage.clear(); // the tab is closed
  const second = await notes();
  assert.deepEqual(second.rows(), ["- One", "- Two"]);
  assert.deepEqual(second.listed(), ["One", "Two"]);
  type(second.box, "Three");
  await pass(700);
  assert.equal(lasting().length, 2);
  sessionStorage.clear();
  const third = await notes();
  assert.deepEqual(third.rows(), ["- One", "- Two", "- Three"]);
  const sent = serve([200, { version: 1, values: { lines: [""] } }]);
  await pass(60_000);
  assert.match(sent[0].lines, /One\n.*Two\n.*Three$/);
  assert.deepEqual(third.rows(), []);
  assert.deepEqual(lasting(), []);
});

test("Now is when the next line begins, whenever it is typed", async () => {
  serve();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1000 });
  const page = await notes();
  assert.equal(page.now.hidden, false);
  type(page.box, "Before");
  mock.timers.tick(5);
  page.now.click();
  mock.timers.tick(50);
  type(page.box, "After");
  assert.deepEqual(page.rows(), ["- Before", "- After"]);
  assert.deepEqual(page.times(), ["1000", "1005"]);
});

test("a tablet with another clock notes by the portal's, and shows its reader's zone", async () => {
  serve([0]);
  mock.timers.reset();
  const wrong = Date.UTC(2020, 0, 1, 3, 4);
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: wrong });
  const right = Date.UTC(2026, 4, 4, 14, 30);
  const zone = 'data-field-notes-zone-value="America/New_York"';
  const page = await notes(`data-field-notes-now-value="${right}" ${zone}`);
  mock.timers.tick(60_000);
  type(page.box, "Three hands\n");
  assert.deepEqual(page.times(), [String(right + 60_000)]);
  assert.match(page.clocks()[0], /^10:31\sAM$/);

  open("");
  const slow = await notes(`data-field-notes-now-value="${wrong + 59_000}" ${zone}`);
  type(slow.box, "And more\n");
  const [, at] = slow.times();
  assert.equal(Number(at), wrong + 60_000, "a slow load is no other clock");
});
