// The marks that show a computation, a matrix, a net or a picture, each drawn from arrays by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawPanel } from "../../dlbook/explore/drawing.js";
import { arrays, clicks, drawn, matrix, panel, whole } from "./drawn.mjs";

// ── Step by step: a graph and tables ──

test("a graph shows what is known by now, and what just came", () => {
  const mark = { mark: "graph", nodes: [["x", 0, 0.5], ["y", 1, 0.5]], edges: [[0, 1]], values: "v", lit: "l",
    grads: "g", edge_values: "w", edge_lit: null, size: 19, labels: null, control: "a", steps: [0, 3],
    grad_steps: [0, 7] };
  const held = { arrays: arrays({ l: [1, 2], v: [0.25, NaN], g: [NaN, -3], w: [7] }) };
  const { svg } = drawn([mark], held);
  for (const text of [">x<", ">y<", ">0.25<", ">−3<", ">7<"]) assert.ok(svg.includes(text), text);
  assert.doesNotMatch(svg, /NaN|undefined/);
  assert.match(svg, /stroke="var\(--dl-c1\)" stroke-width="2.5"/, "the line into the node that just came");
  assert.equal(svg.match(/<circle/g).length, 2);
  assert.deepEqual(clicks(svg), [{ a: 3 }, { a: 7 }], "a click on a number goes to the step that made it");
  const renamed = { ...held, texts: { names: ["x", "z"] } };
  assert.match(drawn([{ ...mark, labels: "names" }], renamed).svg, />z</, "a circle is named after what stands in it");
  assert.ok(!svg.includes('class="grid"'), "no axes");
});

test("a number in a table leads to the step that made it; an input leads nowhere", () => {
  const mark = { mark: "tables", values: "v", names: "n", shapes: "s", lit: "l", made: "m", step: "step", row: "r",
    column: "c" };
  const held = { arrays: arrays({ l: [1, 0, 2, 0], v: [1, 2, 3, 4], s: [1, 2, 2, 1, NaN, NaN], m: [0, 5, NaN] }),
    texts: { n: ["A", "Z"] } };
  assert.deepEqual(clicks(drawn([mark], held).svg), [{ step: 5, r: 0, c: 0 }, { step: 5, r: 1, c: 0 }]);
  assert.deepEqual(clicks(drawn([{ ...mark, row: null, column: null }], held).svg), [{ step: 5 }, { step: 5 }]);
});

test("tables stand side by side, and below each other where there is no room", () => {
  const mark = { mark: "tables", values: "v", names: "n", shapes: "s", lit: "l" };
  const held = { arrays: arrays({ l: [1, 0, 0, 0, 2, 0, NaN], v: [1, 2, 3, 4, -5, 6, NaN], s: [2, 2, 2, 1, NaN, NaN] }),
    texts: { n: ["A (2, 2)", "<b>"] } };
  const [wide, narrow] = [400, 150].map((width) => drawn([mark], held, width).svg);
  assert.equal(wide.match(/<rect/g).length, 6);
  assert.ok(wide.includes(">A (2, 2)<") && wide.includes(">&lt;b&gt;<") && wide.includes(">−5<"));
  const title = (svg) => svg.match(/<text x="([\d.]+)" y="([\d.]+)">&lt;b&gt;/).slice(1).map(Number);
  assert.ok(title(wide)[0] > 100 && title(narrow)[0] === 10 && title(narrow)[1] > title(wide)[1] + 60);
  assert.equal(wide.match(/fill-opacity=".25"/g).length, 1);
  assert.equal(wide.match(/stroke="var\(--dl-c1\)"/g).length, 1);
});

test("where there is little room tables are drawn smaller", () => {
  const mark = { mark: "tables", values: "v", names: "n", shapes: "s", lit: "l" };
  const shapes = [3, 2, 3, 2, 1, 3, 3, 3];
  const held = { arrays: arrays({ l: Array(24).fill(0), v: Array(24).fill(-0.0123), s: shapes }),
    texts: { n: ["A0", "W1", "b1", "Z1 ="] }, numbers: {} };
  const lowest = (height) => {
    const { svg } = drawPanel(panel(whole(mark)), 290, height, held, {});
    const boxes = [...svg.matchAll(/<rect[^>]* y="([\d.]+)"[^>]* height="(\d+)"/g)];
    return Math.max(...boxes.map(([, y, h]) => Number(y) + Number(h)));
  };
  for (const height of [330, 250, 200]) assert.ok(lowest(height) <= height, `${lowest(height)} of ${height}`);
  assert.ok(lowest(330) > lowest(200), "but no smaller than need be");
});

// ── Code, heat map, layers, image ──

test("code marks the current line, and a click on a line goes there", () => {
  const lines = ["z = w * x", "a = <b>", "L = a * a"];
  const mark = { mark: "code", lines, now: "t", control: "step" };
  const { svg } = drawn([mark], { numbers: { t: 2 } });
  assert.deepEqual(clicks(svg), [{ step: 1 }, { step: 2 }, { step: 3 }]);
  const groups = svg.split("<g ").slice(1);
  assert.deepEqual(groups.map((g) => g.includes("▸")), [false, true, false]);
  assert.deepEqual(groups.map((g) => g.includes("var(--dl-c1)")), [false, true, false]);
  assert.deepEqual(groups.map((g) => g.includes('style="fill:var(--dl-muted)"')), [false, false, true],
    "it has not run yet");
  assert.ok(svg.includes("a = &lt;b&gt;"));
  const kept = drawn([{ ...mark, lines: "own" }], { numbers: { t: 0 }, texts: { own: ["only one"] } }).svg;
  assert.ok(kept.includes(">only one<") && !kept.includes("▸"));
});

test("of long code what is around the current line is shown, and a long line is broken", () => {
  const lines = Array.from({ length: 40 }, (_, i) => `x${i} = ${i}`);
  const mark = { mark: "code", lines, now: "t", control: "s" };
  const numbers = (t) => clicks(drawn([mark], { numbers: { t } }).svg).map((go) => go.s);
  for (const t of [0, 1, 20, 40]) {
    const seen = numbers(t);
    assert.ok(seen.length >= 10 && seen.length < 13);
    assert.ok(!t || seen.includes(t), `${t} is not among ${seen}`);
    assert.deepEqual(seen, seen.map((_, i) => seen[0] + i));
  }
  const long = "g_w = g_w + g_r * w + g_r * w + g_r * w + g_r * w";
  const { svg } = drawn([{ mark: "code", lines: [long], now: "t", control: null }], { numbers: { t: 1 } }, 240);
  const parts = [...svg.matchAll(/class="code"[^>]*>([^<]*)</g)].map((m) => m[1]);
  assert.ok(parts.length > 1 && parts.every((part) => part.length <= 27), `${parts}`);
  assert.equal(parts.map((part) => part.trim()).join(" "), long);
});

test("a heat map is as dark as its numbers are large, says them, and a click chooses one", () => {
  const mark = { mark: "heat", values: "z", rows: ["r", "<s>"], columns: ["c", "d"], row: "a", column: "b",
    limit: null };
  const held = { arrays: { z: matrix([[0, -2], [4, NaN]]) } };
  const { svg } = drawn([mark], held);
  assert.deepEqual([...svg.matchAll(/fill-opacity="([^"]+)"/g)].map((m) => m[1]), ["0.05", "0.25", "0.45", "0.05"]);
  assert.deepEqual([...svg.matchAll(/fill="var\(--dl-c(\d)\)"/g)].map((m) => m[1]), ["0", "1", "0", "0"]);
  assert.deepEqual(clicks(svg), [{ a: 0, b: 0 }, { a: 0, b: 1 }, { a: 1, b: 0 }, { a: 1, b: 1 }]);
  assert.ok(svg.includes(">−2<") && svg.includes(">&lt;s&gt;<") && !svg.includes("NaN"));
  const rimmed = (more) =>
    drawPanel(panel(whole({ ...mark, ...more })), 360, 240, { ...held, numbers: {}, texts: {} }, { a: 1, b: 0 }).svg;
  assert.equal(rimmed({}).split("stroke-width=\"2\"")[0].match(/<rect/g).length, 3, "the third cell has the rim");
  assert.match(rimmed({ limit: 8 }), /fill-opacity="0.25"\/?[^>]*stroke="var\(--dl-fg\)"/);
  assert.ok(!drawn([mark], { arrays: { z: matrix(Array(30).fill(Array(30).fill(3))) } }).svg.includes(">3<"),
    "no room");
});

test("layers name what flows, in which shape, and how far it is", () => {
  const mark = {
    mark: "layers", names: ["X", "Z"], shapes: "s", ops: ["Linear"], grads: ["", "dZ"], lit: "l", grad_lit: "g",
    control: "a",
    steps: [0, 1], grad_steps: [0, 4],
  };
  const held = { arrays: arrays({ l: [1, 2], g: [0, 0] }), texts: { s: ["(3, 2)", "(3, 4)"] } };
  const { svg } = drawn([mark], held);
  for (const text of [">X (3, 2)<", ">Z (3, 4)<", ">dZ (3, 4)<", ">Linear<"]) assert.ok(svg.includes(text), text);
  assert.deepEqual(clicks(svg), [{ a: 1 }, { a: 4 }]);
  assert.equal(svg.match(/<rect/g).length, 3);
  assert.match(svg, /stroke="var\(--dl-c1\)" stroke-width="2.5"\/><text[^>]*>Z \(3, 4\)/, "it came just now");
  const alone = drawn([{ ...mark, grads: [], grad_lit: null, grad_steps: [] }], held).svg;
  assert.equal(alone.match(/<rect/g).length, 2);
});

/** The pixels of the bitmap in a drawing as [red, green, blue, opacity], row by row from the top. */
function pixelsOf(svg) {
  const bytes = Buffer.from(svg.match(/base64,([^"]+)"/)[1], "base64");
  const [size, from, columns, rows] = [2, 10, 18, 22].map((at) => bytes.readInt32LE(at));
  assert.equal(bytes.toString("latin1", 0, 2), "BM");
  assert.ok(size === bytes.length && rows < 0, "from the top");
  const pixels = Array.from({ length: -rows * columns }, (_, i) => [...bytes.subarray(from + 4 * i, from + 4 * i + 4)]);
  return { columns, rows: -rows, pixels: pixels.map(([b, g, r, a]) => [r, g, b, a]) };
}

test("products are written out cell by cell, with their sum", () => {
  const mark = { mark: "products", weights: "w", values: "x", axes: "" };
  const held = { arrays: { w: matrix([[-1, 0, 0.5]]), x: matrix([[4, 7, 9]]) } };
  const { svg } = drawn([mark], held);
  const said = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((found) => found[1]);
  assert.deepEqual(said.filter((words) => !["", "x", "y"].includes(words)), [
    "−1 · 4", "−4", "0 · 7", "0", "0.5 · 9", "4.5", "sum 0.5"]);
  const looks = [...svg.matchAll(/fill="var\(--dl-c(\d)\)" fill-opacity="([\d.]+)"/g)].map((found) => found.slice(1));
  assert.deepEqual(looks, [["1", "0.41"], ["0", "0.05"], ["0", "0.45"]]);
});

test("an image shows its pixels in squares, grey and in colour, with a window on it", () => {
  const mark = { mark: "image", pixels: "p", window: "w", label: "", color: 1 };
  const held = { arrays: { p: matrix([[0, 1, 0.5], [NaN, 2, -1]]), ...arrays({ w: [1, 0, 1, 2] }) } };
  const { svg } = drawn([mark], held, 330);
  const grey = pixelsOf(svg);
  assert.deepEqual([grey.rows, grey.columns], [2, 3]);
  assert.deepEqual(grey.pixels.slice(0, 3), [[0, 0, 0, 255], [255, 255, 255, 255], [128, 128, 128, 255]]);
  assert.deepEqual(grey.pixels.slice(3), [[0, 0, 0, 0], [255, 255, 255, 255], [0, 0, 0, 255]]);
  const [, x, y, w, h] = svg.match(/<image x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/).map(Number);
  assert.equal(w / 3, h / 2, "squares");
  assert.ok(w % 3 === 0 && w > 300);
  const frame = svg.match(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/).slice(1).map(Number);
  assert.deepEqual(frame, [x, y + h / 2, (2 * w) / 3, h / 2], "row 1, column 0, 1 high, 2 wide");
  const colour = { shape: [1, 2, 3], values: Float64Array.from([1, 0, 0, 0, 0.5, 1]) };
  const plain = drawn([{ ...mark, window: null }], { arrays: { p: colour } }).svg;
  assert.deepEqual(pixelsOf(plain).pixels, [[255, 0, 0, 255], [0, 128, 255, 255]]);
  assert.ok(!plain.includes("<rect"));
});

test("an image of many pixels fills the room that there is, not the next whole number of screen pixels", () => {
  const mark = { mark: "image", pixels: "p", window: null, label: "", color: 1 };
  const { svg } = drawn([mark], { arrays: { p: matrix(Array(100).fill(Array(100).fill(0.5))) } }, 330);
  const [w, h] = svg.match(/<image [^>]*width="([\d.]+)" height="([\d.]+)"/).slice(1).map(Number);
  assert.ok(w === h && w > 210 && w < 230, `${w} × ${h}, where 200 would leave much free`);
});

test("of a window that reads every second pixel each of those has a frame", () => {
  const mark = { mark: "image", pixels: "p", window: "w", label: "", color: 1 };
  const held = { arrays: { p: matrix(Array(4).fill([0, 0, 0, 0, 0])), ...arrays({ w: [1, 2, 3, 3, 2] }) } };
  const { svg } = drawn([mark], held, 330);
  const scale = Number(svg.match(/<image [^>]*width="([\d.]+)"/)[1]) / 5;
  const [, left, top] = svg.match(/<image x="([\d.]+)" y="([\d.]+)"/).map(Number);
  const frames = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)]
    .map((found) => found.slice(1).map(Number)).map(([x, y, w, h]) => [y - top, x - left, h, w].map((n) => n / scale));
  const once = frames.filter((_, i) => i % 2 === 0);
  assert.deepEqual(once, [[1, 2, 3, 3], [1, 2, 1, 1], [1, 4, 1, 1], [3, 2, 1, 1], [3, 4, 1, 1]]);
  const dense = { ...held.arrays, ...arrays({ w: [1, 2, 3, 3, 1] }) };
  assert.equal(drawn([mark], { arrays: dense }, 330).svg.match(/<rect/g).length, 2, "one frame, drawn twice");
});

// ── Words beside places ──

test("words make way for each other, and the last is left out where all sides are taken", () => {
  const mark = { mark: "labels", x: "x", y: "y", words: "names", color: "ink" };
  const at = (x, names, ink = x.map(() => -1)) =>
    drawn([mark], { arrays: arrays({ x, y: x.map(() => 2), ink }), texts: { names } }).svg;
  const word = /<text x="([\d.]+)" y="([\d.]+)" style="[^"]*">(w\d|&lt;b&gt;)</g;
  const places = (svg) => [...svg.matchAll(word)].map(([, x, y, w]) => [w, +x, +y]);
  const [[, x0, y0], [, x1, y1]] = places(at([1, 1], ["w0", "w1"]));
  assert.ok(x1 < x0 && y0 === y1, "the second stands on the left");
  assert.equal(places(at([1, 1, 1, 1, 1], ["w0", "w1", "w2", "w3", "w4"])).length, 4, "four sides, and no fifth");
  assert.equal(places(at([0.2, 1.2], ["w0", "w1"])).length, 2);
  const beside = places(at([1, 1.02], ["w0", "w1"]));
  assert.ok(beside[0][1] < x0 && beside[1][1] > x0, "off the other's place, too: one to the left, one to the right");
  const [[, edge]] = places(at([2], ["w0"]));
  assert.ok(edge < 350, "at the right edge a word stands on the left");
  assert.equal(places(at([1, NaN, 0.3], ["<b>", "w1", ""])).length, 1, "no place, no word");
  assert.match(at([1, 0.3], ["w0", "w1"], [1, -1]), /fill:var\(--dl-c1\)">w0</);
});

// ── A text and its words' numbers ──

test("words run on in lines, each with a ground as strong as its number", () => {
  const mark = { mark: "words", words: "said", parts: "v", full: 2, color: 0, below: 1 };
  const at = (said, v, width) => drawn([mark], { arrays: arrays({ v }), texts: { said } }, width).svg;
  const svg = at(["good", "bad", "<b>", "", "gone"], [1, -4, 0, 1, NaN]);
  const grounds = [...svg.matchAll(/<rect[^>]*fill="var\(--dl-c(\d)\)" fill-opacity="([\d.]+)"/g)];
  assert.deepEqual(grounds.map(([, colour, strength]) => [colour, strength]),
    [["0", "0.28"], ["1", "0.55"], ["0", "0.00"]], "half, beyond full, nothing; no word and no number are left out");
  assert.match(svg, />\+1.00</);
  assert.match(svg, />−4.00</);
  assert.match(svg, />&lt;b&gt;</);
  const rect = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g;
  const lefts = (svg) => [...svg.matchAll(rect)].map((found) => found.slice(1).map(Number));
  const many = lefts(at(Array(24).fill("wonderful"), Array(24).fill(1), 300));
  assert.ok(many.every(([x, , wide]) => x >= 10 && x + wide <= 290), "none leaves the panel");
  const lines = new Set(many.map(([, y]) => y));
  assert.ok(lines.size === 8 && Math.min(...[...lines].slice(1).map((y, i) => y - [...lines][i])) >= 37);
});
