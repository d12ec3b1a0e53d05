// The parts of live cells that need no browser: which cells a cell needs, numbers as typed, what is kept.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { answered, due, today } from "../../dlbook/practise/repeat.js";
import { judge, numberOf, sixDigits } from "../../dlbook/practise/answers.js";
import { needed } from "../../dlbook/live/needs.js";

test("a cell needs those that made its names, and those that changed them since", () => {
  // import np; a = np.x; b = 1; a[0] = b; c = a; a = 2; d = a
  const cells = [
    { binds: ["np"], needs: [], changes: [] },
    { binds: ["a"], needs: ["np"], changes: [] },
    { binds: ["b"], needs: [], changes: [] },
    { binds: [], needs: ["a", "b"], changes: ["a"] },
    { binds: ["c"], needs: ["a"], changes: [] },
    { binds: ["a"], needs: [], changes: [] },
    { binds: ["d"], needs: ["a"], changes: [] },
  ];
  assert.deepEqual(needed(cells, 2), []);
  assert.deepEqual(needed(cells, 4), [0, 1, 2, 3]);
  assert.deepEqual(needed(cells, 6), [5]); // made anew
});

test("numbers as readers type them", () => {
  const numbers = { 0.25: 0.25, "0,25": 0.25, "−3": -3, "1/4": 0.25, "2e-3": 0.002, " 7 ": 7 };
  for (const [text, value] of Object.entries(numbers)) assert.equal(numberOf(text), value, text);
  const none = ["abc", "1/0", "1/2/3", "", "/2", "NaN", "1e400", "1,2,3"];
  for (const text of none) assert.equal(numberOf(text), null, text);
});

test("six digits as Python's .6g", () => {
  const wanted = {
    0.1: 0.1, "1e+06": 1e6, 999999: 999999, "1.23457e+06": 1234567, 0.0001: 1e-4, "1e-05": 1e-5, 3.14159: Math.PI,
    0: 0, "-2.5": -2.5, "1e+100": 1e100,
  };
  const between = { 0.0976562: 0.09765625, "-0.0976562": -0.09765625, 100000: 100000.5, 100002: 100001.5 };
  Object.assign(wanted, between, { "1e+06": 999999.5 });
  for (const [text, value] of Object.entries(wanted)) assert.equal(sixDigits(value), text);
});

test("a route is recognised before percent, percent before too large", () => {
  const routes = [{ value: 20, tolerance: 1, message: "<p>a route</p>" }];
  const data = { kind: "predict", answer: 0.2, tolerance: 0.01, routes };
  assert.deepEqual(judge(data, "20"), { verdict: "wrong", message: "a route" });
  assert.equal(judge(data, "20.9").message, "a route");
  assert.match(judge(data, "21.1").message, /too large/);
  assert.match(judge({ ...data, routes: [] }, "20").message, /in percent/);
  assert.match(judge({ ...data, routes: [] }, "21.9").message, /too large/);
  assert.equal(judge(data, "0.2").message, "Exactly.");
  const left = { value: 0.8, tolerance: 0.04, message: "<p>what is left of 1</p>" };
  const share = { ...data, routes: [left, { value: 0.01, tolerance: 0.01, message: "<p>near 0</p>" }] };
  assert.equal(judge(share, "80").message, "Give the share, between 0 and 1, not percent. what is left of 1");
  assert.match(judge(share, "1.5").message, /too large/);
  assert.match(judge({ ...share, answer: 2 }, "80").message, /too large/);
  assert.equal(judge(data, "0.205").message, "0.2 it is.");
});

// ── What is kept ──

class Storage {
  #items = new Map();
  getItem = (key) => this.#items.get(key) ?? null;
  setItem = (key, value) => (this.#items.set(key, value), (this[key] = value));
  removeItem = (key) => (this.#items.delete(key), delete this[key]);
}
beforeEach(() => (globalThis.localStorage = new Storage()));
const keep = await import("../../dlbook/practise/keep.js");

test("the same wrong answer twice is one try, and right stays right", () => {
  assert.equal(keep.record("e", false, "1").tries, 1);
  assert.equal(keep.record("e", false, "1").tries, 1);
  assert.equal(keep.record("e", false, "2").tries, 2);
  assert.equal(keep.record("e", true, "3").right, true);
  const repeat = { box: 1, on: today() };
  assert.deepEqual(keep.record("e", false, "4"), { tries: 3, right: true, last: "4", repeat });
});

for (const { why, ours, theirs, merged } of JSON.parse(readFileSync(new URL("../progress.json", import.meta.url)))) {
  test(`progress merges by one rule: ${why}`, () => assert.deepEqual(keep.merged(ours, theirs), merged));
}

for (const { why, entry, day, ...wanted } of JSON.parse(readFileSync(new URL("../repeat.json", import.meta.url)))) {
  test(`a missed exercise comes back: ${why}`, () => {
    assert.equal(due(entry, day), wanted.due);
    for (const right of [true, false]) {
      assert.deepEqual(answered(entry, right, day).repeat ?? null, wanted[right ? "right" : "wrong"]);
    }
  });
}

test("the reader's day begins at the reader's midnight", () => {
  const late = new Date(2026, 10, 29, 23, 59);
  assert.equal(today(late), "2026-11-29");
  assert.equal(today(new Date(2026, 10, 30, 0, 1)), "2026-11-30");
});

test("a hint makes an exercise a missed one, once it is solved", () => {
  keep.lookedUp("e");
  assert.equal(due(keep.progress().e, "2999-01-01"), false, "it was not answered");
  assert.deepEqual(keep.record("e", true, "1").repeat, { box: 1, on: today() });
});

test("an answer given now counts, though a clock was ahead; a file's does not", () => {
  const ahead = { tries: 1, right: true, last: "1", repeat: { box: 3, on: "2999-01-01" } };
  keep.mergeProgress({ e: ahead });
  assert.deepEqual(keep.record("e", true, "2").repeat, { box: 4, on: today() });
  keep.mergeProgress({ e: ahead });
  assert.deepEqual(keep.progress().e.repeat, ahead.repeat);
});

test("a cell that is emptied for one more try keeps all that was written", () => {
  keep.keepCell("p#a", { text: "first", base: "book" });
  keep.emptied("p#a");
  assert.deepEqual(keep.cellOf("p#a"), { text: "book", base: "book", before: ["first"] });
  keep.emptied("p#a"); // nothing new
  keep.keepCell("p#a", { ...keep.cellOf("p#a"), text: "second" });
  keep.emptied("p#a");
  assert.deepEqual(keep.cellOf("p#a").before, ["second", "first"]);
  const file = keep.exported();
  globalThis.localStorage = new Storage();
  keep.keepCell("p#a", { text: "book", base: "book", before: ["other"] });
  keep.imported(file);
  assert.deepEqual(keep.cellOf("p#a").before, ["other", "second", "first"]);
  globalThis.localStorage = new Storage();
  keep.imported(file);
  assert.deepEqual(keep.cellOf("p#a").before, ["second", "first"]);
});

test("what is read is kept page by page, travels in the file, and can be forgotten with all else", () => {
  localStorage.setItem("dlbook-mode", "dark");
  keep.readMore("p", ["one"]);
  keep.readMore("p", ["two", "one"]);
  keep.record("e", true, "1");
  keep.keepCell("p#a", { text: "mine", base: "book" });
  const file = keep.exported();
  keep.forget();
  assert.deepEqual(Object.keys(JSON.parse(keep.exported()).cells), []);
  assert.deepEqual([keep.readOf("p"), keep.progress(), keep.cellOf("p#a")], [[], {}, null]);
  assert.equal(localStorage.getItem("dlbook-mode"), "dark");
  keep.readMore("p", ["three"]);
  keep.imported(file);
  assert.deepEqual(keep.readOf("p"), ["three", "one", "two"]);
  assert.equal(keep.cellOf("p#a").text, "mine");
  keep.imported(JSON.stringify({ exercises: {}, cells: { x: { text: "t", before: 3 } }, read: { p: "?", q: [1] } }));
  assert.deepEqual([keep.readOf("p").length, keep.readOf("q")], [3, []]);
});

test("a file carries everything to another browser, and overwrites nothing there", () => {
  keep.keepCell("p#a", { text: "mine", base: "book" });
  keep.keepCell("p#b", { text: "b", base: "book" });
  keep.record("e", true, "1");
  const file = keep.exported();
  globalThis.localStorage = new Storage();
  keep.keepCell("p#a", { text: "other", base: "book" });
  assert.deepEqual(keep.imported(file), { taken: 1, offered: 1, solved: 1 });
  assert.deepEqual(keep.cellOf("p#a"), { text: "other", base: "book", offer: "mine" });
  assert.deepEqual(keep.cellOf("p#b"), { text: "b", base: "book" });
  assert.equal(keep.progress().e.right, true);
});

test("what is no file of the book's is refused in words", () => {
  for (const text of ["", "[]", "{}", '{"exercises": 3}']) {
    assert.throws(() => keep.imported(text), /no work of this book/);
  }
});

test("damaged entries count as none", () => {
  assert.equal(keep.keepsNothing(), false);
  localStorage.setItem("dlbook:progress", "{");
  localStorage.setItem("dlbook:cell:p#a", "{");
  assert.deepEqual(keep.progress(), {});
  assert.equal(keep.cellOf("p#a"), null);
});

test("where storage is forbidden the page remembers until it is closed, and knows it", () => {
  globalThis.localStorage = undefined;
  assert.equal(keep.keepCell("p#a", { text: "mine", base: "book" }), false);
  assert.equal(keep.cellOf("p#a").text, "mine");
  assert.match(keep.exported(), /mine/);
  assert.equal(keep.keepsNothing(), true);
  keep.keepCell("p#a", null);
});
