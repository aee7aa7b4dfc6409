import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.js";

const { markdownOfHtml, withListMarks } = await import("../js/paste.js");

test("lists keep their marks, their numbers and their levels", () => {
  assert.equal(
    markdownOfHtml("<ul><li>Warm-up<ul><li>5 minutes</li></ul></li><li>Pair talk</li></ul>"),
    "- Warm-up\n  - 5 minutes\n- Pair talk",
  );
  assert.equal(markdownOfHtml("<ol start='3'><li>Cut</li><li>Fold</li></ol>"), "3. Cut\n4. Fold");
  assert.equal(
    markdownOfHtml("<ol><li><p>First</p><p>more</p></li><li><p>Second</p></li></ol>"),
    "1. First\n\n   more\n2. Second",
  );
});

test("headings, emphasis and links stay; looks and pictures go", () => {
  const html =
    '<h2>Aim</h2><p style="color:red">Say <b>why</b>, <i>slowly</i>: <a href="https://x.example/">here</a><img src="x.png"></p>';
  assert.equal(markdownOfHtml(html), "## Aim\n\nSay **why**, _slowly_: [here](https://x.example/)");
});

test("a document of Google's is not bold as a whole", () => {
  const html =
    '<b style="font-weight:normal"><p><span style="font-weight:700">Exit</span><span> slip</span></p></b>';
  assert.equal(markdownOfHtml(html), "**Exit** slip");
});

test("the lists that Word writes as paragraphs are lists", () => {
  const item = (level, mark, text) =>
    `<p class="MsoListParagraph" style="text-indent:-.25in;mso-list:l0 level${level} lfo1"><span style="mso-list:Ignore">${mark}<span>&nbsp;&nbsp;</span></span>${text}</p>`;
  const html = `<p>Plan</p>${item(1, "1.", "Read")}${item(2, "·", "alone")}${item(2, "·", "in pairs")}${item(1, "2.", "Write")}<p>Then home.</p>`;
  assert.equal(
    markdownOfHtml(html),
    "Plan\n\n1. Read\n   - alone\n   - in pairs\n2. Write\n\nThen home.",
  );
});

test("two lists of Word's with a paragraph between them stay two", () => {
  const item = (mark, text) =>
    `<p style="mso-list:l1 level1 lfo2"><span style="mso-list:Ignore">${mark}</span>${text}</p>`;
  assert.equal(
    markdownOfHtml(`${item("·", "one")}<p>between</p>${item("·", "two")}`),
    "- one\n\nbetween\n\n- two",
  );
});

test("a table is a line for each row", () => {
  assert.equal(
    markdownOfHtml(
      "<table><tr><th>Min</th><th>What</th></tr><tr><td>5</td><td>Read</td></tr></table>",
    ),
    "Min | What\n5 | Read",
  );
});

test("where plain text says as much, plain text is pasted", () => {
  assert.equal(markdownOfHtml("<div><span>only words</span></div>"), "");
});

test("what looks like Markdown but was not meant so is kept as words", () => {
  assert.equal(markdownOfHtml("<ul><li>3 * 4 and 2 * 5</li></ul>"), "- 3 \\* 4 and 2 \\* 5");
});

test("bullets of plain text become list items, dashes inside a line do not", () => {
  assert.equal(
    withListMarks("• Read\n\t◦ alone\nWrite – slowly"),
    "- Read\n\t- alone\nWrite – slowly",
  );
});
