// A text that the reader writes: its place, what is asked about it, and what stands on the page until it is answered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, next } from "../../dlbook/explore/machine.js";
import { markup } from "../../dlbook/explore/markup.js";
import { nearestPlaces, placesOf, textPlace, valuesAt } from "../../dlbook/explore/reading.js";
import { answering } from "../../dlbook/explore/typed.js";

const LEVELS = Buffer.from(new Uint16Array([0, 1]).buffer).toString("base64");
const TEXT = { name: "said", label: "your <text>", kind: "text", values: ['a "b"', "two"], unit: "", start: 0, most: 6,
  answers: "", knows: null };
const SLIDER = { name: "a", label: "a", kind: "slider", values: [0, 1, 2], unit: "", start: 1 };
const PAYLOAD = { slug: "s", title: "t", alt: "", says: "{said} has {n:d}", controls: [TEXT, SLIDER], panels: [],
  presets: [], numbers: [{ key: "n", label: "n", formula: "", digits: 3 }],
  grid: { arrays: {}, texts: {}, numbers: { n: { axes: [0], table: [5, 3], data: LEVELS } } } };

test("a text that the page has is an index, another one stands for itself, cut where it is too long", () => {
  assert.deepEqual(["two", "", "2", "123456", "1234567"].map((text) => textPlace(TEXT, text)),
    [1, "", "2", "123456", "123456"]);
  assert.equal(textPlace(TEXT, "🙂".repeat(9)), "🙂".repeat(6), "no sign is cut in two");
});

test("a text goes into places and comes back, and nothing rounds it", () => {
  const controls = PAYLOAD.controls;
  const places = placesOf(controls, { said: "mine", a: 1.4 }, [0, 1], true);
  assert.deepEqual(places, ["mine", 1.4]);
  assert.deepEqual(valuesAt(controls, places), { said: "mine", a: 1.4 });
  assert.deepEqual(nearestPlaces(places), ["mine", 1]);
  assert.deepEqual(placesOf(controls, { said: 7 }, places), places, "a number is no text");
  assert.deepEqual(placesOf(controls, { said: "two" }, places), [1, 1.4]);
});

test("the grid's states are found, and an own text is left to Python", () => {
  const look = answering(PAYLOAD);
  assert.equal(look([1, 2]).numbers.n, 3);
  assert.equal(look(["mine", 2]), null);
});

test("the machine asks Python for a text as it is, and alone it shows the text's own state", () => {
  const effects = (host, places) => next(begin([0, 1], host), { type: "move", places })[1];
  assert.deepEqual(effects("grid", ["mine", 1.2]), [{ show: ["mine", 1] }]);
  assert.deepEqual(effects("kernel", ["mine", 1.2])[0], { ask: ["mine", 1.2], serial: 1 });
  assert.ok(effects("python", ["", 1]).some(({ ask }) => ask?.[0] === ""), "an empty text is a text");
});

test("the field is labelled, holds the first text and no more than it may", () => {
  const html = markup(PAYLOAD);
  assert.match(html, /<label class="control"><span>your &lt;text&gt;<\/span><input type="text" data-control="0"/);
  assert.match(html, /value="a &quot;b&quot;" maxlength="6"/);
  assert.match(html, /<output[^>]*>a &quot;b&quot; has 5</);
});
