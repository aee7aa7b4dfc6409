import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { forgetEverything, open, settled, type } from "./page.js";

const { default: AutosaveController } = await import("../js/controllers/autosave_controller.js");
const { default: MeetingController } = await import("../js/controllers/meeting_controller.js");
const { default: SwapController } = await import("../js/controllers/swap_controller.js");
const { start } = await import("../js/presses.js");

const app = Application.start();
app.register("autosave", AutosaveController);
app.register("meeting", MeetingController);
app.register("swap", SwapController);
start();

const TICK = 2500;

/** The page of a meeting in a stage, with what somebody has typed; `version` counts the meeting. */
const room = ({ stage, version, draft = "", saves = 0, notes = "" }) => `
  <div id="flash"></div>
  <div data-controller="meeting" data-meeting-url-value="/now" data-meeting-here-value="/here">
    <p data-meeting-target="lost" hidden></p>
    <p data-meeting-target="out" hidden></p>
    <p data-meeting-target="said"></p>
    <section id="meeting-now" data-stage="${stage}" data-state="${version}.2" data-version="${version}">
      <h2 class="meeting-stage">${stage}</h2>
      <form method="post" action="/run" data-controller="swap" data-swap-target-value="#meeting-now">
        <button id="next">Next</button>
      </form>
    </section>
    <section id="meeting-box" data-stage="${stage}" data-version="${saves}">
      <form method="post" action="/draft" data-controller="autosave swap"
            data-swap-target-value="#meeting-now" data-autosave-key-value="meeting-1">
        <input type="hidden" name="version" value="${saves}">
        <input type="hidden" name="stage" value="${stage}">
        <textarea name="text">${draft}</textarea>
        <button id="post" formaction="/note">Post</button>
        <p data-autosave-target="state"></p>
        <p data-meeting-target="late" hidden>You began this in ${stage}.</p>
      </form>
    </section>
    <section id="meeting-notes" data-swap-too>${notes}</section>
  </div>`;

/** A server whose answers come when the test says so. */
function server() {
  const asked = [];
  globalThis.fetch = (url, { body, headers } = {}) => {
    if (url === "/here") {
      return Promise.resolve(new Response(null, { status: 204 }));
    }
    return new Promise((resolve, reject) => {
      const answer = (content, status = 200) => {
        const json = typeof content === "object";
        const type = json ? "application/json" : "text/html";
        const text = json ? JSON.stringify(content) : content;
        const empty = status === 304;
        const more = { status, headers: { "Content-Type": type } };
        resolve(new Response(empty ? null : text, more));
        return settled();
      };
      const form = body ? Object.fromEntries(body) : null;
      asked.push({ url, form, headers, answer, fail: () => reject(new TypeError()) });
    });
  };
  return {
    next: (url) => {
      const at = asked.findIndex((each) => each.url === url);
      assert.notEqual(at, -1, `nobody asked for ${url}, but ${asked.map((each) => each.url)}`);
      return asked.splice(at, 1)[0];
    },
    waiting: () => asked.map(({ url }) => url),
  };
}

const $ = (name) => document.querySelector(name);
const text = () => $("#meeting-box textarea");
const press = async (name) => {
  $(name).click();
  await settled();
};
const pass = async (milliseconds) => {
  mock.timers.tick(milliseconds);
  await settled();
};

let portal;

beforeEach(async () => {
  forgetEverything();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  portal = server();
  open(room({ stage: "Warm", version: 5 }));
  await settled();
});

afterEach(async () => {
  open("");
  await settled();
  mock.timers.reset();
});

test("whoever is signed out is told so, keeps what is typed, and goes on when they are back", async () => {
  const told = $('[data-meeting-target="out"]');
  type(text(), "Ten minutes");
  await pass(TICK);
  await portal.next("/now").answer({ reason: "signed_out" }, 401);
  assert.equal(told.hidden, false);
  assert.equal(text().value, "Ten minutes");
  await pass(TICK);
  await portal.next("/now").answer("", 304);
  assert.equal(told.hidden, true);
});

test("the stage and the box for notes change in one step, with what was typed", async () => {
  type(text(), "Ten minutes are");
  await pass(600);
  await portal.next("/draft").answer({ version: 1 });
  await press("#next");
  const moved = room({ stage: "Cool", version: 6, draft: "Ten minutes are", saves: 1 });
  await portal.next("/run").answer(moved);
  assert.equal($("#meeting-now h2").textContent, "Cool");
  assert.equal(text().value, "Ten minutes are");
  assert.equal($("#meeting-box").dataset.stage, "Cool");
  type(text(), "Ten minutes are short.");
  await press("#post");
  assert.equal(portal.next("/note").form.stage, "Cool");
});

test("what is not saved yet keeps its box, and Post says what it was written in", async () => {
  type(text(), "Ten");
  await press("#next");
  await portal.next("/run").answer(room({ stage: "Cool", version: 6 }));
  assert.deepEqual([text().value, $("#meeting-box").dataset.stage], ["Ten", "Warm"]);
  assert.equal($('[data-meeting-target="late"]').hidden, false);
  await press("#post");
  assert.equal(portal.next("/note").form.stage, "Warm");
});

test("a box that was kept follows as soon as its words are saved", async () => {
  type(text(), "Ten");
  await pass(600);
  await press("#next");
  await portal.next("/run").answer(room({ stage: "Cool", version: 6 }));
  await portal.next("/draft").answer({ version: 1 });
  await pass(TICK);
  const tick = portal.next("/now");
  assert.equal(tick.headers["If-None-Match"], undefined);
  await tick.answer(room({ stage: "Cool", version: 6, draft: "Ten", saves: 1 }));
  assert.deepEqual([text().value, $("#meeting-box").dataset.stage], ["Ten", "Cool"]);
  await pass(TICK);
  assert.equal(portal.next("/now").headers["If-None-Match"], '"6.2"');
});

test("Post waits for the save under way, whatever the room does meanwhile", async () => {
  type(text(), "Ten minutes");
  await pass(600);
  await press("#post");
  assert.deepEqual(portal.waiting(), ["/draft"]);
  await pass(TICK);
  await portal.next("/now").answer(room({ stage: "Cool", version: 6 }));
  await portal.next("/draft").answer({ version: 1 });
  const posted = portal.next("/note");
  assert.deepEqual([posted.form.text, posted.form.stage], ["Ten minutes", "Warm"]);
  type(text(), "Ten minutes And cards");
  await posted.answer(room({ stage: "Cool", version: 7, saves: 2, notes: "Ten minutes" }));
  await pass(0);
  assert.equal($("#meeting-notes").textContent, "Ten minutes");
  assert.equal(text().value, "And cards");
  assert.equal($(".not-saved"), null);
  await pass(600);
  assert.equal(portal.next("/draft").form.text, "And cards");
});

test("a tick that was asked before Post and comes after it changes nothing back", async () => {
  type(text(), "Ten minutes");
  await pass(600);
  await portal.next("/draft").answer({ version: 1 });
  await pass(TICK);
  await press("#post");
  const posted = portal.next("/note");
  await posted.answer(room({ stage: "Warm", version: 7, saves: 2, notes: "Ten minutes" }));
  const before = room({ stage: "Warm", version: 6, draft: "Ten minutes", saves: 1 });
  await portal.next("/now").answer(before);
  assert.equal(text().value, "");
  assert.equal($("#meeting-notes").textContent, "Ten minutes");
});

test("a note that is refused or lost on the way is still there, and saved on", async () => {
  type(text(), "Ten minutes");
  await press("#post");
  await portal.next("/note").answer({ error: "Now is the time to listen." }, 422);
  assert.equal($("#flash").textContent, "Now is the time to listen.");
  assert.equal(text().value, "Ten minutes");
  await pass(600);
  assert.equal(portal.next("/draft").form.text, "Ten minutes");
  type(text(), "Ten minutes are");
  await press("#post");
});

test("without a connection the words stay, and are saved when it is back", async () => {
  type(text(), "Ten minutes");
  await press("#post");
  portal.next("/note").fail();
  await settled();
  assert.match($("#flash").textContent, /did not reach us/);
  await pass(600);
  await portal.next("/draft").answer({ version: 1 });
  assert.equal(text().value, "Ten minutes");
});

test("a button that is held down is not replaced under the finger", async () => {
  const next = $("#next");
  next.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  await pass(TICK);
  await portal.next("/now").answer(room({ stage: "Warm", version: 6 }));
  assert.equal($("#next"), next);
  next.dispatchEvent(new Event("pointerup", { bubbles: true }));
  await press("#next");
  assert.deepEqual(portal.waiting(), ["/run"]);
  await pass(0);
  assert.notEqual($("#next"), next);
  assert.equal($("#meeting-now").dataset.version, "6");
});

test("who is at a button by keyboard stays there when the room changes", async () => {
  $("#next").focus();
  await pass(TICK);
  await portal.next("/now").answer(room({ stage: "Warm", version: 6 }));
  assert.equal($("#meeting-now").dataset.version, "6");
  assert.equal(document.activeElement, $("#next"));
});
