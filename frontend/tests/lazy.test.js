import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { open, settled } from "./page.js";

const source = await readFile(new URL("../js/lazy.js", import.meta.url), "utf8");

test("each behaviour that comes later is in the file that is said to have it", async () => {
  open("");
  const files = [...source.matchAll(/import\("(\.\/\w+\.js)"\),([^\]]*)\]/g)];
  assert.ok(files.length > 5);
  for (const [, file, names] of files) {
    const said = [...names.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name);
    const there = Object.keys(await import(`../js/${file}`));
    assert.deepEqual(there, said.sort(), file);
  }
});

test("what comes into a page later works, too", async () => {
  const row = '<li data-order-target="row"><select><option>1</option></select></li>';
  const main = open("<p>Nothing yet.</p>");
  await import("../js/main.js");
  const { parse } = await import("../js/exchange.js");
  const part = parse(
    `<ol data-controller="order" data-order-said-value="{place}">${row}
       <button data-order-target="moves" hidden></button></ol>`,
  );
  main.replaceChildren(part.body.firstElementChild);
  await settled();
  assert.equal(main.querySelector("button").hidden, false);
});
