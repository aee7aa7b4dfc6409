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

test("a passage is whole words, and the letters before them are counted", () => {
  const root = open("<p>Students cut the L-shape\n  in two, and say why.</p>");
  assert.deepEqual(passageOf(select(root, "ut the", "L-sh"), root), {
    quote: "cut the L-shape",
    letter: 8,
  });
});

test("a passage goes over marks and from one paragraph to the next", () => {
  const root = open("<p>No <em>formula</em> first.</p><p>Scissors on every table.</p>");
  const { quote, letter } = passageOf(select(root, "formula", "Scissors"), root);
  assert.equal(quote, "formula first. Scissors");
  assert.equal(letter, 2);
});

test("letters are characters, blanks and what shows nothing apart", () => {
  const root = open("<p>\u{1F1E9}\u{1F1EA}\u00a0 cafe\u0301\u200b \u{1D4D0}<br>here</p>");
  assert.deepEqual(passageOf(select(root, "here", "here"), root), { quote: "here", letter: 7 });
});

test("in scripts without blanks what was selected is taken", () => {
  for (const [text, words] of [
    ["学生两人一组讨论五分钟。", "一组"],
    ["考试得分数学都要看。", "分数"],
    ["生徒は二人で話し合います。", "二人"],
    ["นักเรียนพูดคุยกันเป็นคู่", "พูดคุย"],
    ["នាង និងសិស្សរៀនជាគូ", "សិស្ស"],
    ["Das Wort 分数 hier", "分数"],
  ]) {
    const root = open(`<p>${text}</p>`);
    const { quote, letter } = passageOf(select(root, words, words), root);
    assert.equal(quote, words);
    const before = text.slice(0, text.indexOf(words)).replace(/\s/g, "");
    assert.equal(letter, Array.from(before).length);
  }
});

test("no character is cut", () => {
  const words = (text, start, end) => text.slice(...wholeWords(text, start, end));
  assert.equal(words("ที่นี่", 1, 2), "ที่");
  assert.equal(
    words("\u{1F468}\u200D\u{1F469}\u200D\u{1F467} here", 2, 4),
    "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}",
  );
  assert.equal(words("किताब है", 1, 2), "किताब");
  assert.equal(words("كَتَبَ الدرس", 1, 2), "كَتَبَ");
  assert.equal(words("두 명씩 이야기해요", 3, 4), "명씩");
});

test("a word is taken whole wherever it is touched, and a blank is no word", () => {
  const text = "It’s her mother-in-law’s 3rd idea.";
  const words = (start, end) => text.slice(...wholeWords(text, start, end));
  assert.equal(words(1, 2), "It’s");
  assert.equal(words(12, 14), "mother-in-law’s");
  assert.equal(words(26, 27), "3rd");
  assert.equal(words(4, 5), " ");
});
