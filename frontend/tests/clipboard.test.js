import assert from "node:assert/strict";
import { test } from "node:test";
import { copyText } from "../js/clipboard.js";
import { open } from "./page.js";

function aLabel(writeText) {
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
  const label = open("<button>Copy</button>").querySelector("button");
  return label;
}

test("what was copied is said on the label, and the label comes back", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const texts = [];
  const label = aLabel(async (text) => texts.push(text));
  await copyText("all of it", label);
  await copyText("again", label);
  assert.deepEqual(texts, ["all of it", "again"]);
  assert.equal(label.textContent, "Copied");
  context.mock.timers.tick(2000);
  assert.equal(label.textContent, "Copy");
});

test("a browser that refuses says so", async () => {
  const label = aLabel(() => Promise.reject(new Error("NotAllowedError")));
  await copyText("all of it", label);
  assert.match(label.textContent, /does not copy/);
});
