import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesLeft } from "../src/limits.ts";

test("the limit counts bytes, not letters", () => {
  assert.equal(bytesLeft(""), 4096);
  assert.equal(bytesLeft("a".repeat(4096)), 0);
  assert.equal(bytesLeft("é".repeat(2049)), -2);
  assert.equal(bytesLeft("🚀".repeat(1024)), 0);
  assert.equal(bytesLeft("👩‍🚀"), 4096 - 11);
});
