import assert from "node:assert/strict";
import { test } from "node:test";
import { outcome } from "../js/outcome.js";

test("every answer to a save has one meaning", () => {
  const meanings = [
    [200, "", "saved"],
    [204, "", "saved"],
    [409, "changed", "changed"],
    [409, "closed", "ended"],
    [404, "closed", "ended"],
    [403, "forbidden", "ended"],
    [404, "", "ended"],
    [401, "", "signed_out"],
    [400, "signed_out", "signed_out"],
    [422, "invalid", "invalid"],
    [413, "", "invalid"],
    [409, "", "retry"],
    [429, "", "retry"],
    [503, "", "retry"],
    [500, "", "retry"],
  ];
  for (const [status, reason, meaning] of meanings) {
    assert.equal(outcome(status, reason), meaning, `${status} ${reason}`);
  }
});
