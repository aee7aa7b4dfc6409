import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { forgetEverything, open, settled, type } from "./page.js";

const { default: MomentsController } = await import("../js/controllers/moments_controller.js");
const { default: PlayerController } = await import("../js/controllers/player_controller.js");

const app = Application.start();
app.register("moments", MomentsController);
app.register("player", PlayerController);

const card = (id, moment, more = "") => `
  <article id="comment-${id}" class="comment">
    <header class="comment-head"><a data-moment="${moment}" ${more}>at</a></header>
  </article>`;

const PAGE = `
  <div data-controller="moments player">
    <video data-moments-target="video" data-player-target="video"></video>
    <svg class="timeline" data-moments-target="timeline">
      <rect class="drawn"></rect>
      <a href="#comment-1" data-moment="10"></a><a href="#comment-2" data-moment="30"></a>
    </svg>
    <div data-player-target="bar" hidden>
      <button id="here" data-action="player#act" data-player-act-param="comment">Comment</button>
      <select data-player-target="speed" data-action="player#speed">
        <option>0.5</option><option selected>1</option><option>2</option>
      </select>
      <p data-player-target="said" data-posted="Posted." data-at="At {moment}." data-speed="Speed {speed}"></p>
    </div>
    <input type="checkbox" name="keys" data-player-target="choice" data-action="player#choose">
    <div id="talk">
      <form id="new-comment">
        <input name="start" data-moments-target="start"><input name="end">
        <textarea name="text" data-action="input->moments#typing"></textarea>
      </form>
      ${card(1, 10)}${card(2, 30, 'data-moment-end="40"')}
    </div>
  </div>`;

async function clip() {
  forgetEverything();
  const page = open(PAGE);
  const video = page.querySelector("video");
  const state = { currentTime: 0, duration: 120, paused: true };
  for (const name of Object.keys(state)) {
    Object.defineProperty(video, name, {
      get: () => state[name],
      set: (value) => {
        state[name] = value;
      },
    });
  }
  video.play = async () => {
    state.paused = false;
  };
  video.pause = () => {
    state.paused = true;
  };
  await settled();
  const press = (key, target = page) =>
    target.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true }));
  return { page, video, press, said: page.querySelector("[data-player-target=said]") };
}

test("a comment is begun at what is shown, and the film plays on once it is posted", async () => {
  const { page, video, press, said } = await clip();
  const form = page.querySelector("form");
  assert.equal(page.querySelector("[data-player-target=bar]").hidden, false);
  video.play();
  video.currentTime = 65;
  press("c");
  assert.deepEqual([form.elements.start.value, video.paused], ["1:05", true]);
  assert.equal(said.textContent, "At 1:05.");
  form.dispatchEvent(new CustomEvent("stored", { bubbles: true }));
  assert.deepEqual([said.textContent, video.paused], ["Posted.", false]);
  form.elements.start.value = "";
  video.currentTime = 70;
  type(form.elements.text, "Look");
  assert.deepEqual([form.elements.start.value, video.paused], ["1:10", true]);
  form.dispatchEvent(new CustomEvent("stored", { bubbles: true }));
  assert.equal(video.paused, false);
});

test("the button says what it does: play, or pause while the film plays", async () => {
  const { page, video } = await clip();
  const { classList } = page.querySelector("[data-player-target=bar]");
  for (const [act, plays] of [
    ["play", true],
    ["pause", false],
  ]) {
    video[act]();
    video.dispatchEvent(new window.Event(act));
    assert.equal(classList.contains("playing"), plays);
  }
});

test("keys go to comments, single frames and other speeds, unless they are switched off", async () => {
  const { page, video, press, said } = await clip();
  press("n");
  assert.equal(video.currentTime, 10);
  press("n");
  assert.deepEqual([video.currentTime, said.textContent], [30, "At 0:30."]);
  press("p");
  assert.equal(video.currentTime, 10);
  press(".");
  assert.ok(video.currentTime > 10 && video.currentTime < 10.1);
  press(">");
  assert.deepEqual([video.playbackRate, said.textContent], [2, "Speed 2"]);
  press(">");
  press("j");
  assert.ok(video.currentTime < 6);
  press("n", page.querySelector("textarea"));
  assert.ok(video.currentTime < 6);
  const box = page.querySelector("[name=keys]");
  assert.equal(box.checked, true);
  box.click();
  press("n");
  assert.ok(video.currentTime < 6);
  const { keys, speed } = JSON.parse(localStorage.getItem("films"));
  assert.deepEqual([keys, speed], [false, "2"]);
});

test("the comments that are playing are marked", async () => {
  const { page, video } = await clip();
  const marked = (now) => {
    video.currentTime = now;
    video.dispatchEvent(new Event("timeupdate"));
    return [...page.querySelectorAll(".comment[aria-current]")].map((each) => each.id);
  };
  assert.deepEqual([5, 12, 20, 35].map(marked), [[], ["comment-1"], [], ["comment-2"]]);
});

test("a part that is drawn on the time line is where a comment begins and ends", async () => {
  const { page, video } = await clip();
  const line = page.querySelector(".timeline");
  line.getBoundingClientRect = () => ({ left: 0, width: 120 });
  const point = (type, clientX, target) =>
    target.dispatchEvent(new window.MouseEvent(type, { clientX, bubbles: true }));
  point("pointerdown", 60, line);
  point("pointermove", 30, window);
  point("pointerup", 30, window);
  const { start, end } = page.querySelector("form").elements;
  assert.deepEqual([start.value, end.value, video.currentTime], ["0:30", "1:00", 30]);
});

test("a film that is taken back while it plays leaves no keys behind", async () => {
  const { page, video, press } = await clip();
  const complaints = [];
  const { error } = console;
  console.error = (...words) => complaints.push(words);
  video.remove();
  await settled();
  press("k");
  press("c");
  video.dispatchEvent(new window.Event("timeupdate"));
  console.error = error;
  assert.deepEqual(complaints, []);
  assert.equal(page.querySelector("[name=start]").value, "");
});
