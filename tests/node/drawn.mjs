// What the tests of drawings share: marks as their classes describe them, and panels drawn from arrays by hand.
import { drawPanel } from "../../dlbook/explore/drawing.js";

/** A mark with what its class says of it. */
const BARE = { axes: "", clipped: false };
const OVER = { clipped: false };
const SAID = { handle: OVER, labels: OVER, bars: { axes: "y", clipped: false }, cells: { ...BARE, margin: [62, 40] } };
for (const name of ["code", "graph", "heat", "image", "layers", "tables", "words"]) SAID[name] = BARE;
export const whole = (mark) => ({ axes: "xy", clipped: true, margin: [0, 0], legend: "", ...SAID[mark.mark], ...mark });

export const panel = (...marks) => ({ marks, title: "", xlabel: "x", ylabel: "y", xlim: [0, 2], ylim: [0, 4],
  yscale: "linear", height: 240, yticks: true });
export const arrays = (entries) =>
  Object.fromEntries(Object.entries(entries).map(([k, v]) => [k, { shape: [v.length], values: Float64Array.from(v) }]));
export const drawn = (marks, frame, width = 360, more = {}) =>
  drawPanel({ ...panel(...marks.map(whole)), ...more }, width, 240, { arrays: {}, numbers: {}, texts: {}, ...frame },
    { a: 1, b: 2 });
export const LINE = { mark: "line", x: "x", y: "y", label: "", color: 0, dash: false, width: 2, step: false };

export const matrix = (rows) => ({ shape: [rows.length, rows[0].length], values: Float64Array.from(rows.flat()) });

/** Where the clicks on a drawing lead. */
export const clicks = (svg) =>
  [...svg.matchAll(/data-go="([^"]*)"/g)].map(([, text]) => JSON.parse(text.replaceAll("&quot;", '"')));
