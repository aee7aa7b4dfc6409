import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "@hotwired/stimulus";
import { open, settled, type } from "./page.js";

const { clock, share } = await import("../js/moments.js");
const { default: MomentsController } = await import("../js/controllers/moments_controller.js");

Application.start().register("moments", MomentsController);

const CLIP = `
  <div data-controller="moments">
    <video data-moments-target="video"></video>
    <svg data-moments-target="timeline">
      <a data-moment="30" data-moment-end="60" visibility="hidden">
        <rect class="span"></rect><svg class="dot"></svg>
      </a>
    </svg>
    <a id="link" href="#comment-1" data-moment="65" data-moment-end="70">1:05</a>
    <article id="comment-1" class="comment"></article>
    <input type="text" data-moments-target="start">
    <button hidden data-moments-target="now" data-action="moments#now">Now</button>
    <textarea data-action="input->moments#typing"></textarea>
  </div>`;

async function clip() {
  const page = open(CLIP);
  const video = page.querySelector("video");
  const state = { currentTime: 0, duration: 120, paused: true };
  for (const name of ["currentTime", "duration", "paused"]) {
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
  return { page, video, tell: (event) => video.dispatchEvent(new Event(event)) };
}

test("a moment is read in minutes, and in hours where there are some", () => {
  assert.deepEqual([0, 9.9, 65, 3661].map(clock), ["0:00", "0:09", "1:05", "1:01:01"]);
  assert.equal(share(30, 120), "25%");
});

test("a link plays its moment, and no further than it goes", async () => {
  const { page, video, tell } = await clip();
  page.querySelector("#link").click();
  assert.equal(video.currentTime, 65);
  assert.equal(video.paused, false);
  assert.ok(page.querySelector("#comment-1").classList.contains("lit"));
  video.currentTime = 70.1;
  tell("timeupdate");
  assert.equal(video.paused, true);
});

test("marks stand at their share of the length", async () => {
  const { page, tell } = await clip();
  tell("loadedmetadata");
  const mark = page.querySelector("svg a");
  assert.equal(mark.querySelector(".dot").getAttribute("x"), "25%");
  assert.equal(mark.querySelector(".span").getAttribute("width"), "25%");
  assert.equal(mark.hasAttribute("visibility"), false);
});

test("whoever begins to type stops the clip there, unless they said where", async () => {
  const { page, video } = await clip();
  const [start, words] = [page.querySelector("input"), page.querySelector("textarea")];
  await video.play();
  video.currentTime = 42;
  type(words, "Look at");
  assert.equal(video.paused, true);
  assert.equal(start.value, "0:42");
  video.currentTime = 50;
  type(words, "Look at her hands");
  assert.equal(start.value, "0:42");
  page.querySelector("button").click();
  assert.equal(start.value, "0:50");
});

test("keys move in the clip, but not where somebody types", async () => {
  const { page, video } = await clip();
  const press = (target, key) =>
    target.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true }));
  press(page, "l");
  assert.equal(video.currentTime, 5);
  press(page, "j");
  press(page, "j");
  assert.equal(video.currentTime, 0);
  press(page.querySelector("textarea"), "l");
  assert.equal(video.currentTime, 0);
  press(page, "k");
  assert.equal(video.paused, false);
});

test("a moment in the address is where the clip stands, and its words are marked", async () => {
  const page = open(`
    <figure data-controller="moments" data-moments-name-value="">
      <video data-moments-target="video"></video>
      <div class="transcript">
        <a data-moment="1" href="x#t=1">One</a> <a data-moment="40" href="x#t=40">Two</a>
      </div>
    </figure>
    <figure data-controller="moments" data-moments-name-value="talk">
      <video data-moments-target="video"></video>
    </figure>`);
  const [first, second] = page.querySelectorAll("video");
  first.scrollIntoView = () => {};
  for (const video of [first, second]) {
    Object.defineProperty(video, "currentTime", { value: 0, writable: true });
  }
  location.hash = "#t=42";
  await settled();
  assert.equal(first.currentTime, 42);
  assert.equal(second.currentTime, 0);
  first.dispatchEvent(new Event("timeupdate"));
  const said = [...page.querySelectorAll("[aria-current]")].map((words) => words.textContent);
  assert.deepEqual(said, ["Two"]);
  location.hash = "";
});

test("a player whose address has run out begins again where it was", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const main = open(`<div data-controller="moments"><div data-life="300">
    <video data-moments-target="video"></video></div>
    <p data-moments-target="unplayed" hidden></p></div>`);
  await settled();
  const video = main.querySelector("video");
  const loaded = [];
  video.load = () => loaded.push(video.currentTime);
  video.currentTime = 42;
  video.dispatchEvent(new Event("waiting"));
  assert.deepEqual(loaded, [], "it is good for a while");
  context.mock.timers.setTime(1_300_000);
  for (const name of ["waiting", "seeking", "play"]) {
    video.dispatchEvent(new Event(name));
  }
  assert.deepEqual([loaded, video.currentTime], [[42], 42]);
  video.dispatchEvent(new Event("error"));
  assert.equal(main.querySelector("p").hidden, false, "that was something else");
});
