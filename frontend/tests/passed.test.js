import assert from "node:assert/strict";
import { test } from "node:test";
import { passed } from "../js/passed.js";

function at(top, height = 20) {
  return { id: String(top), getBoundingClientRect: () => ({ top, height }) };
}

globalThis.innerHeight = 1000;

test("a reader is at the last place that came up to the reading line", () => {
  assert.equal(passed([at(-900), at(-10), at(399), at(401)]).id, "399");
});

test("at the top of a page a reader is at none of its places", () => {
  assert.equal(passed([at(500), at(900)]), null);
  assert.equal(passed([]), null);
});

test("what is not shown is no place to be at", () => {
  assert.equal(passed([at(-50), at(0, 0)]).id, "-50");
});
