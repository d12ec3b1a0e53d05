// The cells of a drawing: written as text and read again, and joined by strokes without gaps.
import assert from "node:assert/strict";
import test from "node:test";
import { between, pack, unpack } from "../../dlbook/explore/sketch.js";

test("a drawing is read as it was written, the first cell first", () => {
  assert.deepEqual([...unpack("81")], [1, 0, 0, 0, 0, 0, 0, 1]);
  for (const text of ["00", "ff", "0123456789abcdef"]) assert.equal(pack(unpack(text)), text);
});

test("a stroke joins two cells without a gap", () => {
  assert.deepEqual(between([2, 3], [2, 3]), [[2, 3], [2, 3]]);
  assert.deepEqual(between([0, 0], [0, 3]), [[0, 0], [0, 1], [0, 2], [0, 3]]);
  const slanted = between([7, 1], [2, 3]);
  assert.deepEqual([slanted[0], slanted.at(-1)], [[7, 1], [2, 3]]);
  const far = ([r, c], i) => Math.max(Math.abs(r - slanted[i][0]), Math.abs(c - slanted[i][1]));
  assert.ok(slanted.slice(1).every((cell, i) => far(cell, i) === 1));
});
