// Terms in a text: which names it says, where, and what each means.
import assert from "node:assert/strict";
import test from "node:test";

globalThis.document = { documentElement: { dataset: {} } }; // the page that the module asks for its place
const { reader } = await import("../../dlbook/site/words/terms.js");

const TERMS = {
  "[Ss]oftmax\\s+over\\s+all\\s+words(?:e?s)?": "22_embedding.html#embedding.full_softmax",
  "[Ss]oftmax(?:e?s)?": "02_activations.html#activations.softmax",
  "Bayes['’]\\s+rule(?:e?s)?": "13_bayes.html#bayes.discrete",
};
const read = reader(TERMS);

test("a text is read from its beginning, the longest name first", () => {
  const text = "Softmaxes differ.\nThe softmax\nover all words is dear; Bayes’ rule is not.";
  assert.deepEqual(read(text).map(({ said, address }) => [said, address.split("#")[1]]), [
    ["Softmaxes", "activations.softmax"],
    ["softmax\nover all words", "embedding.full_softmax"],
    ["Bayes’ rule", "bayes.discrete"],
  ]);
  for (const { at, said } of read(text)) assert.equal(text.slice(at, at + said.length), said);
});

test("a part of a word is no name", () => {
  assert.deepEqual(read("a softmax-like thing, LogSoftmax, softmaxed"), []);
});
