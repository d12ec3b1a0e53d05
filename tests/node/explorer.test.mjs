// The module of the explorers without a browser: what it reads, writes, draws and asks.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { drawPanel } from "../../dlbook/explore/drawing.js";
import { levelPaths } from "../../dlbook/explore/marks/contour.js";
import { markup } from "../../dlbook/explore/markup.js";
import { placesOf, reader, revive, valuesAt } from "../../dlbook/explore/reading.js";
import { fill, format, written } from "../../dlbook/explore/writing.js";
import { arrays, drawn, LINE, matrix, whole } from "./drawn.mjs";

const base64 = (levels) => Buffer.from(new Uint16Array(levels).buffer).toString("base64");
const GAP = 65535;

// ── A payload by hand: a slider of three values, a choice of two ──

const PAYLOAD = {
  slug: "demo",
  title: "A <demo>",
  alt: "One line & one matrix.",
  says: "At a = {a} it is {word}: {n:.2f}.",
  controls: [
    { name: "a", label: "slope α", kind: "slider", values: [0, 0.5, 2], unit: "m", start: 1 },
    { name: "kind", label: "kind", kind: "choice", values: ["up", 'do"wn'], unit: "", start: 0 },
  ],
  panels: [
    { marks: [whole({ mark: "line", x: "x", y: "y", legend: "<y>", color: 0, dash: false, width: 2, step: false }),
      whole({ mark: "handle", x: "a", y: null, color: -1 })],
      title: "One", xlabel: "x", ylabel: "y", xlim: [0, 2], ylim: [0, 4], yscale: "linear", height: 280, yticks: true },
  ],
  numbers: [{ key: "n", label: "n", formula: "{a} / 4", digits: 3 },
    { key: "none", label: "none", formula: "0 / 0", digits: 3 }],
  presets: [{ label: "Flat", places: { a: 0 } }],
  grid: {
    arrays: {
      x: { axes: [], shape: [3], low: 0, step: 1, data: base64([0, 1, 2]) },
      y: { axes: [0], shape: [3], low: 0, step: 0.5, data: base64([0, 0, 0, 0, GAP, 2, 0, 4, 8]) },
      exact: { axes: [0], shape: [2], table: [0.1, null, 1e-9], data: base64([0, 0, 0, 1, 2, 0]) },
    },
    numbers: {
      n: { axes: [0], table: [0, 0.125, "Infinity"], data: base64([0, 1, 2]) },
      none: { axes: [], table: [null], data: base64([0]) },
    },
    texts: { word: { axes: [0, 1], table: ["flat", "rising", "falling"], data: base64([0, 0, 1, 2, 1, 2]) } },
  },
};

test("the reader finds a frame at one place per control", () => {
  const look = reader(PAYLOAD);
  const { arrays, numbers, texts } = look([2, 1]);
  assert.deepEqual([...arrays.x.values], [0, 1, 2]);
  assert.deepEqual([...arrays.y.values], [0, 2, 4]);
  assert.equal(numbers.n, Infinity);
  assert.equal(texts.word, "falling");
  assert.deepEqual([...look([1, 0]).arrays.y.values], [0, NaN, 1]);
  assert.equal(look([1, 0]).numbers.n, 0.125);
  assert.deepEqual([...look([2, 0]).arrays.exact.values], [1e-9, 0.1], "what is written out is exact");
  assert.deepEqual([...look([1, 0]).arrays.exact.values], [0.1, NaN]);
  assert.ok(Number.isNaN(look([0, 0]).numbers.none));
  assert.equal(look([0, 0]).texts.word, "flat");
});

test("what a kernel sends is revived", () => {
  const frame = revive({ arrays: { y: { shape: [2], values: [1.5, null] } },
    numbers: { a: null, b: "-Infinity", c: 0.1 }, texts: {} });
  assert.deepEqual([...frame.arrays.y.values], [1.5, NaN]);
  assert.deepEqual(frame.numbers, { a: NaN, b: -Infinity, c: 0.1 });
});

test("a value finds its place, between two of them where Python answers", () => {
  const at = (values, between) => placesOf(PAYLOAD.controls, values, [1, 0], between);
  assert.deepEqual(at({ a: 1.25 }, true), [1.5, 0]);
  assert.deepEqual(at({ a: 1.2 }, false), [1, 0]);
  assert.deepEqual(at({ a: 9, kind: 'do"wn' }, true), [2, 1]);
  assert.deepEqual(at({ a: NaN, kind: "sideways" }, true), [1, 0],
    "what is no value of a control leaves it where it is");
  assert.deepEqual(valuesAt(PAYLOAD.controls, [1.5, 1]), { a: 1.25, kind: 'do"wn' });
});

// ── Numbers and sentences ──

for (const [value, spec, expected] of [
  [0.83333, ".2f", "0.83"], [-0.5, ".2f", "−0.50"], [46, "d", "46"], [0.256, ".0%", "26 %"], [1234.5678, ".3g", "1230"],
  [0.0000123, ".3g", "1.23 × 10⁻⁵"], [1.5e21, ".3g", "1.5 × 10²¹"], [0.00123, ".1e", "1.2 × 10⁻³"], [0, ".3g", "0"],
  [0.1 + 0.2, "", "0.3"], [-3, "", "−3"], [NaN, ".2f", "undefined"], [Infinity, ".2f", "∞"], [-Infinity, "", "−∞"],
  ["word", ".2f", "word"], [999999.9, ".7g", "999999.9"],
])
  test(`${value} is written as ${expected} for "${spec}"`, () => assert.equal(format(value, spec), expected));

test("numbers are rounded as Python rounds them, an exact half to the even digit", () => {
  const specs = [".0f", ".1f", ".2f", ".3f", ".1g", ".2g", ".3g", ".1e", ".0%"];
  const code = `
import json, random
random.seed(0)
values = [i / 2**k for k in range(8) for i in range(-20, 200, 3)]
values += [random.gauss(0, 10 ** random.uniform(-6, 6)) for _ in range(400)]
specs = ${JSON.stringify(specs)}
print(json.dumps([[v, spec, float(format(v, spec).rstrip("%"))] for v in values for spec in specs]))`;
  const { stdout } = spawnSync("python3", ["-c", code], { encoding: "utf8", maxBuffer: 1e8 });
  const raised = (text) => [...text].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c)).map((i) => (i < 0 ? "-" : i)).join("");
  const read = (text) => {
    const [head, power] = text.replace("−", "-").replace(" %", "").split(" × 10");
    return Number(power ? `${head}e${raised(power)}` : head);
  };
  const cases = JSON.parse(stdout);
  assert.ok(cases.length > 5000);
  for (const [value, spec, expected] of cases) {
    assert.equal(read(format(value, spec)) + 0, expected + 0, `${value} as ${spec}`);
  }
});

test("a number in a drawing is written as the recorder writes it", () => {
  const code = `
import json, random
from dlbook.explore.recorder import written
random.seed(0)
values = [0, -0.0, 999.4, 999.5, 1e-3, 9.99e-4, 1e6, 999999.5, 0.125, -2.5]
values += [random.gauss(0, 10 ** random.uniform(-9, 9)) for _ in range(2000)]
print(json.dumps([[v, written(v)] for v in values]))`;
  const { stdout } = spawnSync("python", ["-c", code], { encoding: "utf8", maxBuffer: 1e8 });
  const cases = JSON.parse(stdout);
  assert.ok(cases.length > 2000);
  for (const [value, expected] of cases) assert.equal(written(value), expected);
  assert.deepEqual([NaN, Infinity, -Infinity].map(written), ["", "∞", "−∞"]);
});

test("a sentence is filled from texts, numbers and controls", () => {
  const frame = { texts: { word: "rising" }, numbers: { n: 0.125, none: NaN } };
  assert.equal(fill("{word} by {n:.1%} at {a}, {none:.2f}", frame, { a: -2 }), "rising by 12.5 % at −2, undefined");
});

// ── Drawing ──

test("drawing is pure: the same in, the same out, nothing changed", () => {
  const frame = { arrays: arrays({ x: [0, 1, 2], y: [0, 1, 4] }) };
  const before = JSON.stringify(frame);
  assert.equal(drawn([LINE], frame).svg, drawn([LINE], frame).svg);
  assert.equal(JSON.stringify(frame), before);
});

test("a line runs from corner to corner of the axes", () => {
  const { svg, unX, unY } = drawn([LINE], { arrays: arrays({ x: [0, 2], y: [0, 4] }) });
  const [, left, bottom, right, top] = svg.match(/class="line" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/).map(Number);
  assert.ok(left < right && top < bottom);
  assert.ok(Math.abs(unX(left)) < 0.01 && Math.abs(unX(right) - 2) < 0.01, "and the pointer finds its way back");
  assert.ok(Math.abs(unY(bottom)) < 0.01 && Math.abs(unY(top) - 4) < 0.01);
});

test("NaN is a gap", () => {
  const { svg, hits } = drawn([LINE], { arrays: arrays({ x: [0, 0.5, 1, 1.5, 2], y: [1, 1, NaN, 1, 1] }) });
  assert.equal(svg.match(/class="line" d="([^"]+)"/)[1].match(/M/g).length, 2);
  assert.equal(hits.length, 4);
  const rule = { mark: "rule", x: null, y: "wanted", label: "", color: -1 };
  const dotted = (wanted) => drawn([rule], { numbers: { wanted } }).svg.includes("stroke-dasharray");
  assert.deepEqual([dotted(1), dotted(NaN)], [true, false], "a rule at no place is none");
});

test("a path ends in a dot where its last finite point is", () => {
  const way = { shape: [4, 2], values: Float64Array.from([0, 0, 1, 2, 2, 4, NaN, NaN]) };
  const { svg, hits, unX, unY } = drawn([{ mark: "path", xy: "way", label: "", color: 0 }], { arrays: { way } });
  const [, cx, cy] = svg.match(/<circle cx="([\d.]+)" cy="([\d.]+)" r="5"/).map(Number);
  assert.ok(Math.abs(unX(cx) - 2) < 0.01 && Math.abs(unY(cy) - 4) < 0.02);
  assert.deepEqual(hits.map((h) => h.text), ["step 0: 0, 0", "step 1: 1, 2", "step 2: 2, 4"]);
});

test("a handle names the controls that it moves, and is easily grabbed", () => {
  const both = drawn([{ mark: "handle", x: "a", y: "b", label: "", color: 1 }], {}).svg;
  assert.match(both, /class="grab" data-x="a" data-y="b"/);
  assert.ok(2 * Number(both.match(/class="grab"[^>]* r="(\d+)"/)[1]) >= 24);
  assert.match(drawn([{ mark: "handle", x: null, y: "b", label: "", color: 1 }], {}).svg,
    /class="grab" data-x="" data-y="b"/);
});

test("numbers on a logarithmic axis are powers of ten, and what is hovered is not", () => {
  const { svg, hits } = drawn([LINE], { arrays: arrays({ x: [0, 2], y: [-2, 3] }) }, 360,
    { yscale: "log", ylim: [-2, 3] });
  assert.match(svg, />10<tspan[^>]*>−2</);
  assert.equal(hits[1].text, "2, 1000");
});

test("each colour group has its own shape", () => {
  const { svg } = drawn([{ mark: "points", x: "x", y: "y", label: "", color: "g", size: 4, ring: false }],
    { arrays: arrays({ x: [0, 1], y: [0, 1], g: [0, 1] }) });
  assert.match(svg, /d="M[^"]*a4 4[^"]*" fill="var\(--dl-c0\)"/);
  assert.match(svg, /d="M[^"]*l4-4 4 4-4 4z" fill="var\(--dl-c1\)"/);
});

const FRAME = {
  arrays: { ...arrays({ x: [0, NaN, 2], y: [1, 2, NaN], ends: [0, 0.5, NaN, NaN], h: [1, 3] }),
    z: matrix([[0, 1, 2], [1, 2, 3], [2, NaN, 4]]), xy: matrix([[0, 1], [NaN, NaN]]) },
  numbers: { n: 1, none: NaN },
  texts: { word: "<b>" },
};
const MARKS = {
  line: LINE, path: { xy: "xy" }, points: { x: "x", y: "y", size: 4 }, area: { x: "x", y: "y" },
  band: { intervals: "ends" },
  rule: { x: "n", y: null }, bars: { height: "h", names: ["one", "<two>"] },
  contour: { z: "z", extent: [0, 2, 0, 4], levels: 4 },
  cells: { values: "z", rows: ["r", "<s>", "t"], columns: ["c", "d", "<e>"], colors: null },
  text: { x: "n", y: 2, words: "word" },
  handle: { x: "a", y: null },
};
for (const [mark, given] of Object.entries(MARKS))
  test(`${mark} draws something, no matter what is missing`, () => {
    const { svg } = drawn([{ mark, label: "", color: 0, ...given }], FRAME);
    assert.notEqual(svg, drawn([], FRAME).svg);
    assert.doesNotMatch(svg.replace(/>undefined</g, "><"), /NaN|undefined|Infinity|<b>|<two>|<s>|<e>/);
  });

test("a cell is as dark as its share of its row", () => {
  const mark = { mark: "cells", values: "z", rows: ["r", "s"], columns: ["c", "d"], colors: null };
  const { svg } = drawn([mark], { arrays: { z: matrix([[1, 3], [NaN, 2]]) } });
  assert.deepEqual([...svg.matchAll(/fill-opacity="([^"]+)"/g)].map((m) => m[1]), ["0.16", "0.32", "0.08", "0.40"]);
});

for (const width of [240, 360, 900])
  test(`text keeps inside a panel of ${width} px`, () => {
    const { svg } = drawn([LINE], { arrays: arrays({ x: [0, 2], y: [0, 4] }) }, width);
    const at = [...svg.matchAll(/<text[^>]* x="([\d.]+)"/g)].map((m) => Number(m[1]));
    assert.ok(at.length > 5 && Math.max(...at) <= width - 8);
  });

// ── Level lines ──

const grid = (f, n = 9) => matrix(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => f(j, i))));
const ends = (d) => [...d.matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

test("level lines lie where the surface has that height", () => {
  const found = ends(levelPaths(grid((x, y) => x + 2 * y), [7.25]).lines);
  assert.ok(found.length >= 8);
  for (const [x, y] of found) assert.ok(Math.abs(x + 2 * y - 7.25) < 0.02, `${x} ${y}`);
});

const area = (d) => d.split("z").reduce((sum, ring) => {
  const p = ends(ring);
  const after = (i) => p[(i + 1) % p.length];
  return sum + Math.abs(p.reduce((a, [x, y], i) => a + x * after(i)[1] - y * after(i)[0], 0)) / 2;
}, 0);

test("the ground is what lies above a level", () => {
  const [all, right, none] = levelPaths(grid((x) => x), [-1, 5.5, 9]).grounds.map(area);
  assert.deepEqual([all, none], [64, 0]);
  assert.ok(Math.abs(right - 2.5 * 8) < 1e-9);
});

test("equal runs of rows below each other are one piece of ground", () => {
  const [plain, rising] = [() => 1, (x, y) => y].map((f) => levelPaths(grid(f), [0.5]).grounds[0]);
  assert.equal(plain, "M0 0L8 0L8 8L0 8z");
  assert.ok(rising.includes("M0 1L8 1L8 8L0 8z") && Math.abs(area(rising) - 7.5 * 8) < 1e-9);
});

test("counted levels follow the ranks of the surface", () => {
  const { grounds } = levelPaths(grid((x, y) => Math.exp(x + y)), 5);
  assert.equal(grounds.length, 5);
  const sizes = grounds.map(area);
  for (let l = 1; l < 5; l++) assert.ok(sizes[l] < sizes[l - 1] - 3, `${sizes}`);
  assert.ok(sizes[0] > 50 && sizes.at(-1) > 15, "even of an exponential every level is seen");
});

test("a hole in the surface stays one", () => {
  const { lines, grounds } = levelPaths(grid((x, y) => (x === 4 && y === 4 ? NaN : x)), [4.5]);
  assert.ok(ends(lines).every(([x, y]) => !(x > 3 && x < 5 && y > 3.01 && y < 4.99)));
  assert.doesNotMatch(lines + grounds, /NaN/);
});

test("level lines are made once for a surface and its levels", () => {
  const z = grid((x) => x);
  assert.equal(levelPaths(z, 3), levelPaths(z, 3));
  assert.equal(levelPaths(z, 4).grounds.length, 4);
});

// ── Markup ──

test("the still picture holds the first state, in words, numbers and lines", () => {
  const html = markup(PAYLOAD);
  assert.match(html, /<output class="says" aria-live="polite">At a = 0.5 it is rising: 0.12.<\/output>/);
  assert.match(html, /data-number="n" data-value="0.125">0.125<\/span><span class="formula">0.5 \/ 4</);
  assert.match(html, /data-number="none" data-value="NaN">undefined</);
  assert.match(html, /<svg data-panel="0" role="img" aria-label="One"/);
  assert.match(html, /<label class="control"><span>slope α<\/span><input type="range"[^>]* aria-valuetext="0.5 m">/);
  assert.match(html, /<option value="1">do&quot;wn<\/option>/);
  assert.ok(!html.includes("<demo>") && !html.includes("<y>") && html.includes("One line &amp; one matrix."));
  assert.doesNotMatch(html, / id=/, "ids would clash where a notebook shows an explorer twice");
});

test("an explorer without a slider has nothing to play", () => {
  const [, kind] = PAYLOAD.controls;
  const one = { ...PAYLOAD, controls: [kind], panels: [], numbers: [], says: "",
    grid: { arrays: {}, numbers: {}, texts: {} } };
  assert.ok(!markup(one).includes("Play"));
  assert.ok(markup(PAYLOAD).includes(">Play</button>"));
});

// ── The book's own explorers, as the build gives them to a page ──

const code = `
import json
from dlbook import explorers
print(json.dumps([getattr(explorers, slug).explorer().payload() for slug in explorers.slugs()]))`;
const book = spawnSync("python", ["-c", code],
  { encoding: "utf8", maxBuffer: 1e8, env: { ...process.env, DLBOOK_STATIC: "1" } });

test("every explorer of the book is drawn whole", () => {
  assert.equal(book.status, 0, book.stderr);
  const payloads = JSON.parse(book.stdout);
  assert.ok(payloads.length >= 3);
  for (const payload of payloads) {
    const html = markup(payload);
    assert.doesNotMatch(html, /NaN|Infinity|\[object|="undefined|undefined"/, payload.slug);
    assert.doesNotMatch(html, /\{\w+(:[^}]*)?\}/, `${payload.slug}: a field is not filled`);
    for (const control of payload.controls) assert.ok(html.includes(control.label), `${control.name} has no label`);
    assert.equal(html.match(/data-number=/g).length, payload.numbers.length);
    assert.equal(html.match(/role="img" aria-label="[^"]+"/g).length, payload.panels.length);
    const ends = payload.controls.map((c) => c.values.length - 1);
    const values = Object.fromEntries(payload.controls.map((c) => [c.name, c.values.at(-1)]));
    for (const panel of payload.panels) {
      const { svg } = drawPanel(panel, 300, panel.height, reader(payload)(ends), values);
      assert.doesNotMatch(svg, /NaN|undefined/, payload.slug);
    }
  }
});
