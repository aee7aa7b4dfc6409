import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./page.js";

const { passageOf, wholeWords } = await import("../js/passages.js");

function select(root, from, to) {
  const nodes = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    nodes.push(node);
  }
  const range = document.createRange();
  const start = nodes.find((node) => node.data.includes(from));
  const end = nodes.findLast((node) => node.data.includes(to));
  range.setStart(start, start.data.indexOf(from));
  range.setEnd(end, end.data.indexOf(to) + to.length);
  return range;
}

test("a passage is whole words with their neighbours", () => {
  const root = open("<p>Students cut the L-shape\n  in two, and say why.</p>");
  assert.deepEqual(passageOf(select(root, "ut the", "L-sh"), root), {
    quote: "cut the L-shape",
    prefix: "Students",
    suffix: "in two, and say why.",
  });
});

test("a passage goes over marks and from one paragraph to the next", () => {
  const root = open("<p>No <em>formula</em> first.</p><p>Scissors on every table.</p>");
  const { quote, prefix, suffix } = passageOf(select(root, "formula", "Scissors"), root);
  assert.equal(quote, "formula first. Scissors");
  assert.equal(prefix, "No");
  assert.equal(suffix, "on every table.");
});

test("no more than forty letters stand around a passage", () => {
  const root = open(`<p>${"before ".repeat(20)}HERE${" after".repeat(20)}</p>`);
  const { prefix, suffix } = passageOf(select(root, "HERE", "HERE"), root);
  assert.ok(prefix.length <= 40 && prefix.endsWith("before"));
  assert.ok(suffix.length <= 40 && suffix.startsWith("after"));
});

test("a word is taken whole wherever it is touched, and a blank is no word", () => {
  const text = "It’s her mother-in-law’s 3rd idea.";
  const words = (start, end) => text.slice(...wholeWords(text, start, end));
  assert.equal(words(1, 2), "It’s");
  assert.equal(words(12, 14), "mother-in-law’s");
  assert.equal(words(26, 27), "3rd");
  assert.equal(words(4, 5), " ");
});
