// The search on a small book: what it finds, in which order, what it says. The built one: tests/book/test_search.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { excerpt, find, prepare, words } from "../../dlbook/site/find.js";

const entry = (kind, page, at, title, text, more = {}) => ({ kind, page, at, in: at, of: page, title, text, ...more });
const book = prepare({
  entries: [
    entry("section", "chapters/a.html", "crops", "What a crop keeps",
      "A crop of a crop is a crop. So is its cross-entropy."),
    entry("section", "chapters/a.html", "cost", "A cost for answers",
      "What does a wrong one cost? The cross-entropy says it."),
    entry("concept", "chapters/a.html", "losses.cross_entropy", "Cross-entropy", "It costs much to be sure and wrong.",
      { in: "cost", names: ["Cross-entropy", "losses.cross_entropy"] }),
    entry("concept", "chapters/b.html", "augmentation.crop", "Crop", "A part of a picture.", { names: ["Crop"] }),
    entry("exercise", "chapters/a.html", "exercise-cost", "Cost by hand", "Compute a cost.", { in: "cost" }),
    entry("section", "reference/sheet.html", "row", "Crop", "A row of a sheet."),
    entry("section", "chapters/b.html", "code", "In code", "It says so.", { code: "BatchNorm1d y_true" }),
  ],
  same: [["cross-entropy", "log loss"], ["fp16", "picture"], ["gone", "not here"]],
});
const hits = (query) => find(book, query).groups.map((group) => group[0].at);

test("words have no accents, capitals and plurals, and a small digit is a digit", () => {
  assert.deepEqual(words("F₁-Scores of Naïve nets, RMS"), ["f1", "score", "of", "naive", "net", "rms"]);
});

test("what is called so stands first, before what only speaks of it, and the sheet that repeats it", () => {
  assert.deepEqual(hits("crop"), ["augmentation.crop", "row", "crops"]);
  assert.deepEqual(hits("cross entropy").slice(0, 1), ["losses.cross_entropy"]);
});

test("a letter too few, too many, another, or two swapped", () => {
  for (const query of ["crossentropy", "cros-entropy", "crosss-entropy", "cross-entorpy", "crossemtrpy"]) {
    assert.equal(hits(query)[0], "losses.cross_entropy", query);
  }
  for (const query of ["crp", "corp", "crrop"]) assert.equal(hits(query)[0], "augmentation.crop", query);
  assert.equal(hits("answrs")[0], "cost", "a word of a heading, too");
});

test("another name finds the same, alone and among words", () => {
  assert.equal(hits("log loss")[0], "losses.cross_entropy");
  assert.deepEqual(hits("log loss crop"), ["crops"]);
  assert.deepEqual(hits("fp16"), ["augmentation.crop"]);
});

test("it says what it looked for instead, and when there is nothing", () => {
  const says = (query, words) => assert.equal(find(book, query).said, words);
  says("crossentrpy", "Nothing for “crossentrpy”; shown: Cross-entropy (2 sections).");
  says("pictore of ansers", "Nothing for “pictore of ansers”; shown: picture answer (2 sections).");
  says("fp16", "Nothing for “fp16”; shown: picture (1 section).");
  says("picture sheet", "No section has all of “picture sheet”; shown: some of its words (2 sections).");
  says("zyxwvut", "Nothing for “zyxwvut”, and nothing that is spelled like it.");
  says("crop", "3 sections for “crop”.");
  assert.equal(find(book, "not here").groups.length, 0);
  assert.deepEqual(find(book, "—").groups, []);
});

test("hits of one section are one result, the best in front", () => {
  const [first] = find(book, "cost").groups;
  assert.deepEqual(first.map(({ at }) => at).sort(), ["cost", "exercise-cost", "losses.cross_entropy"]);
});

test("words of the code are found", () => assert.deepEqual(hits("BatchNorm1d"), ["code"]));

test("an excerpt is the sentence with most of the words, and marks them", () => {
  const text = "A crop costs ….\nA crop is cut. Crops and costs stand here; the rest does not matter.";
  const parts = excerpt(text, ["crop", "cost"]);
  assert.equal(parts.map(([part]) => part).join(""), "Crops and costs stand here; the rest does not matter.");
  assert.deepEqual(parts.filter(([, hit]) => hit).map(([part]) => part), ["Crops", "costs"]);
  const long = excerpt(`${"word ".repeat(100)}crop`, ["word"]).map(([part]) => part).join("");
  assert.ok(long.length < 250 && long.endsWith(" …"));
});
