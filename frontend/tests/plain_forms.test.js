import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { open } from "./page.js";

const { restore, start } = await import("../js/plain_forms.js");

const QUESTION = `
  <form class="question" method="post" action="/learn/wait/one/nervous/answer">
    <textarea name="text"></textarea>
  </form>`;
const COMMENT = QUESTION.replace('class="question"', "").replaceAll("answer", "comment");

start();

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});

function opened(html) {
  const page = open(html, "/learn/wait/one");
  restore(document);
  return page.querySelector("form");
}

function type(form, words) {
  form.elements.text.value = words;
  form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

function closeTab() {
  sessionStorage.clear();
}

test("an answer that was typed and never sent is there after its tab was closed", () => {
  type(opened(QUESTION), "I told them why.");
  closeTab();
  const form = opened(QUESTION);
  assert.equal(form.elements.text.value, "I told them why.");
  form.dispatchEvent(new CustomEvent("stored", { bubbles: true }));
  assert.equal(localStorage.length, 0);
  closeTab();
  assert.equal(opened(QUESTION).elements.text.value, "");
});

test("the next tab takes over what a closed one kept, so that it is kept once", () => {
  type(opened(QUESTION), "First.");
  closeTab();
  opened(QUESTION);
  assert.equal(localStorage.length, 1);
});

test("what is typed into other forms stays in its tab", () => {
  type(opened(COMMENT), "Half a thought");
  assert.equal(opened(COMMENT).elements.text.value, "Half a thought");
  closeTab();
  assert.equal(localStorage.length, 0);
  assert.equal(opened(COMMENT).elements.text.value, "");
});
