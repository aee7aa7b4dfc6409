import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { forgetEverything, open, serve, settled, type } from "./page.js";

const { default: AutosaveController } = await import("../js/controllers/autosave_controller.js");
const { showLaidAside } = await import("../js/not_saved.js");

Application.start().register("autosave", AutosaveController);

const KEY = "typed:7:plan-1";

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

async function form({ plan = "", version = 3, more = "", path } = {}) {
  const html = `
    <form method="post" action="/plan" data-controller="autosave" data-autosave-key-value="plan-1">
      <input type="hidden" name="csrf_token" value="t">
      <input type="hidden" name="version" value="${version}">
      <label for="plan">Plan</label><textarea id="plan" name="plan">${plan}</textarea>${more}
      <button data-autosave-target="button">Save</button>
      <p data-autosave-target="state"></p>
    </form>`;
  const page = open(html, path);
  await settled();
  return {
    page,
    box: page.querySelector("textarea"),
    state: page.querySelector("p"),
    panel: () => page.querySelector(".not-saved"),
    press: (text) =>
      [...page.querySelectorAll("button")].find((b) => b.textContent === text).click(),
  };
}

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
}

const copy = () => JSON.parse(sessionStorage.getItem(KEY));
const laidAside = () => JSON.parse(localStorage.getItem(`aside:${KEY}`));

test("a pause in typing saves, and the next save speaks of the new version", async () => {
  const sent = serve([200, { version: 4, saved_at: "16:31" }], [200, { version: 5 }]);
  const { page, box, state } = await form();
  assert.equal(page.querySelector("button").hidden, true);
  type(box, "Count");
  assert.equal(copy().text, "plan=Count");
  await pass(500);
  assert.deepEqual(sent, []);
  await pass(200);
  assert.deepEqual(sent, [{ plan: "Count", version: "3" }]);
  assert.equal(state.textContent, "Saved at 16:31");
  assert.equal(copy(), null);
  type(box, "Count to five");
  await pass(700);
  assert.equal(sent[1].version, "4");
});

test("what cannot be reached is tried again, at longer and longer pauses", async () => {
  const sent = serve([0], [503, {}], [409, { error: "At once." }], [200, { version: 4 }]);
  const { box, state } = await form();
  type(box, "Count");
  await pass(600);
  assert.equal(state.textContent, "Waiting.");
  assert.equal(copy().text, "plan=Count");
  await pass(1200);
  await pass(2399);
  assert.equal(sent.length, 2);
  await pass(1);
  await pass(4800);
  assert.equal(sent.length, 4);
  assert.equal(state.dataset.state, "saved");
  await pass(100_000);
  assert.equal(sent.length, 4);
});

const CHANGED = [409, { reason: "changed", version: 6, values: { plan: "Theirs" } }];

test("another window: both texts, and one's own is kept by one button", async () => {
  const sent = serve(CHANGED, [200, { version: 7 }]);
  const { box, panel, press } = await form();
  type(box, "Mine");
  await pass(600);
  assert.match(panel().textContent, /Both texts are here.*The other text: Plan.*Theirs/);
  await pass(100_000);
  assert.equal(sent.length, 1, "nothing is sent before somebody chose");
  press("Keep mine");
  await pass(0);
  assert.deepEqual(sent[1], { plan: "Mine", version: "6" });
  assert.equal(panel(), null);
});

test("another person: who it was is said", async () => {
  serve([409, { ...CHANGED[1], by: "Ben Silva" }]);
  const { box, panel } = await form();
  type(box, "Mine");
  await pass(600);
  assert.match(panel().textContent, /Ben Silva changed this.*The other text: Plan.*Theirs/);
});

test("two people in different boxes of one form: both texts stay, and nobody is asked", async () => {
  const theirs = { plan: "Plan", why: "Theirs" };
  const changed = [409, { reason: "changed", version: 6, values: theirs, by: "Ben Silva" }];
  const again = [409, { reason: "changed", version: 7, values: { ...theirs, why: "Theirs!" } }];
  const sent = serve(changed, again, [200, { version: 8 }], CHANGED);
  const more = '<label for="why">Why</label><textarea id="why" name="why">Once</textarea>';
  const { page, box, panel } = await form({ plan: "Plan", more });
  type(box, "Mine");
  await pass(600);
  await pass(600);
  await pass(600);
  assert.equal(panel(), null);
  assert.equal(page.querySelector("#why").value, "Theirs!");
  assert.deepEqual(sent[2], { plan: "Mine", why: "Theirs!", version: "7" });
  await pass(100_000);
  assert.equal(sent.length, 3);
  type(box, "Mine, too");
  await pass(700);
  assert.match(panel().textContent, /Both texts are here/, "the same box is asked about");
});

test("another window: the other text is taken, and one's own stays readable", async () => {
  const sent = serve(CHANGED);
  const more = '<input type="checkbox" name="tick" value="1" checked>';
  const { page, box, panel, press } = await form({ more });
  type(box, "Mine");
  await pass(600);
  type(box, "Mine, and more");
  press("Use the other");
  assert.equal(box.value, "Theirs");
  assert.equal(page.querySelector("[name=tick]").checked, true, "other boxes stay as they were");
  assert.match(panel().textContent, /Mine was: Plan.*Mine, and more/);
  await pass(100_000);
  assert.equal(sent.length, 1);
  assert.equal(copy(), null);
});

test("what this page sent itself a moment ago is no other window", async () => {
  const sent = serve([0], [409, { reason: "changed", version: 4, values: { plan: "Count" } }]);
  const { box, panel } = await form();
  type(box, "Count");
  await pass(600);
  type(box, "Count to");
  await pass(700);
  assert.equal(panel(), null);
  await pass(600);
  assert.deepEqual(sent[2], { plan: "Count to", version: "4" });
});

for (const [reason, status] of [
  ["closed", 409],
  ["forbidden", 403],
]) {
  test(`${reason}: the true reason, nothing is sent again, and the words stay`, async () => {
    const sent = serve([status, { reason, error: "It is over." }]);
    const { box, state, panel } = await form();
    type(box, "Too late");
    await pass(600);
    assert.equal(state.textContent, reason === "closed" ? "Not saved." : "Not yours.");
    assert.match(panel().textContent, /It is over\..*Kept in this browser/);
    assert.deepEqual(
      [...panel().querySelectorAll("a, button")].map((each) => each.textContent),
      ["Copy my text", "Show the current version"],
    );
    type(box, "Too late, but here");
    await pass(100_000);
    assert.equal(sent.length, 1);
    assert.equal(copy(), null);
    assert.deepEqual(laidAside().texts, [["Plan", "Too late, but here"]]);

    const page = open("<h1>Closed</h1>");
    await settled();
    showLaidAside();
    assert.match(page.firstElementChild.textContent, /You typed this here.*It is over.*but here/);
    page.querySelector("button:last-child").click();
    assert.equal(page.querySelector(".not-saved"), null);
    assert.equal(laidAside(), null);
  });
}

test("closed, and kept by the server: a way to it, and what is typed on is kept, too", async () => {
  const over = [409, { reason: "closed", error: "It is over.", kept: "/feedback/unsent" }];
  const sent = serve(over, over);
  const { box, panel } = await form();
  type(box, "Too late");
  await pass(600);
  assert.match(panel().textContent, /It is over\./);
  assert.equal(panel().querySelector("a").getAttribute("href"), "/feedback/unsent");
  assert.equal(copy(), null);
  type(box, "Too late, but here");
  await pass(700);
  assert.equal(sent.length, 2);
  assert.equal(sent[1].plan, "Too late, but here");
  assert.deepEqual(laidAside().texts, [["Plan", "Too late, but here"]]);

  const page = open("<h1>Closed</h1>");
  showLaidAside();
  assert.match(page.firstElementChild.textContent, /You typed this here.*It is over.*but here/);
  open('<section id="unsent-3">Not sent</section>');
  showLaidAside();
  assert.equal(document.querySelector(".not-saved"), null);
});

test("a choice without words has nothing to keep", async () => {
  serve([409, { reason: "closed", error: "It is over." }]);
  const more = '<input type="radio" name="decision" value="use">';
  const { page, panel } = await form({ more });
  page.querySelector("[name=decision]").click();
  page.querySelector("[name=decision]").dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
  assert.equal(panel().textContent, "It is over.Show the current version");
  assert.equal(laidAside(), null);
  assert.equal(copy(), null);
});

test("words whose form is gone are shown on the page they were typed on, and there alone", async () => {
  serve([0]);
  const { box } = await form();
  type(box, "Not sent");
  open("");
  await settled();
  open("<h1>Elsewhere</h1>", "/other");
  showLaidAside();
  assert.equal(document.querySelector(".not-saved"), null);
  open("<h1>Closed</h1>");
  showLaidAside();
  assert.match(document.querySelector(".not-saved").textContent, /may not have.*PlanNot sent/);
});

test("what could not be saved is found on every page of the same review", async () => {
  serve([409, { reason: "closed", error: "It is given." }]);
  const { box } = await form({ path: "/feedback/reviews/12" });
  type(box, "Too late");
  await pass(600);
  for (const [path, shown] of [
    ["/feedback/reviews/12/outcome", 1],
    ["/feedback/reviews/12", 1],
    ["/feedback/reviews/120", 0],
    ["/feedback", 0],
  ]) {
    open("<h1>Another page</h1>", path);
    showLaidAside();
    assert.equal(document.querySelectorAll(".not-saved").length, shown, path);
  }
});

test("signed out: a way to sign in, and the words are sent afterwards", async () => {
  const out = [401, { reason: "signed_out", error: "Sign in.", sign_in: "/sign-in" }];
  const sent = serve(out, out, [200, { version: 4 }]);
  const { box, state } = await form();
  type(box, "Count");
  await pass(600);
  const door = state.querySelector("a");
  assert.equal(door.getAttribute("href"), "/sign-in");
  assert.equal(door.target, "_blank");
  document.dispatchEvent(new Event("visibilitychange"));
  await settled();
  assert.equal(state.dataset.state, "saved");
  assert.equal(sent.at(-1).plan, "Count");
});

test("a mistake stands at its box, and is sent again once it was changed", async () => {
  const invalid = { reason: "invalid", error: "Too long.", fields: { plan: "Too long." } };
  const sent = serve([422, invalid], [200, { version: 4 }]);
  const { page, box } = await form();
  type(box, "x".repeat(50));
  await pass(600);
  assert.equal(page.querySelector(".mistake").textContent, "Too long.");
  assert.equal(box.getAttribute("aria-invalid"), "true");
  await pass(100_000);
  assert.equal(sent.length, 1);
  type(box, "x");
  await pass(600);
  assert.equal(page.querySelector(".mistake"), null);
  assert.equal(box.hasAttribute("aria-invalid"), false);
  assert.equal(sent[1].plan, "x");
});

test("what was typed before a page went away is there again, and saved", async () => {
  serve([0], [0]);
  const { box } = await form();
  type(box, "Count");
  const sent = serve([200, { version: 4 }]);
  const again = await form();
  assert.equal(again.box.value, "Count");
  assert.deepEqual(sent.at(-1), { plan: "Count", version: "3" });
});

test("a copy older than what is stored meets it, also when the page is loaded twice", async () => {
  serve([0], [0]);
  const { box } = await form();
  type(box, "Mine");
  open("");
  await settled();
  const sent = serve();
  for (const _time of [1, 2]) {
    const { box: again, panel } = await form({ plan: "Theirs", version: 5 });
    assert.equal(again.value, "Mine");
    assert.match(panel().textContent, /Theirs/);
    assert.deepEqual(sent, []);
  }
});

test("a submit waits for the save under way", async () => {
  let answer;
  const { page, box } = await form();
  globalThis.fetch = () =>
    new Promise((resolve) => {
      answer = () => resolve(Response.json({ version: 4 }));
    });
  const submits = [];
  type(box, "Count");
  await pass(600);
  const sending = page.querySelector("form");
  sending.addEventListener("submit", (event) => submits.push(event.defaultPrevented));
  sending.requestSubmit();
  assert.deepEqual(submits, [true]);
  answer();
  await settled();
  assert.deepEqual(submits, [true, false]);
  assert.equal(page.querySelector("[name=version]").value, "4");
});

test("what another window stored meanwhile comes into its boxes, and is not sent again", async () => {
  const sent = serve([200, { version: 5, values: { "q2-text": ["Theirs"], "q2-was": ["abc"] } }]);
  const more = `<input type="hidden" name="q2-was" value=""><input type="text" name="q2-text">`;
  const { page, box } = await form({ more });
  type(box, "Mine");
  await pass(700);
  assert.equal(page.querySelector("[name=q2-text]").value, "Theirs");
  assert.equal(page.querySelector("[name=q2-was]").value, "abc");
  assert.equal(box.value, "Mine");
  await pass(700);
  assert.equal(sent.length, 1);
});
