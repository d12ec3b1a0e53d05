// A panel as SVG text: its axes, and what its marks draw between them. Pure: (panel, size, frame, values) -> text, so
// that Node draws the still picture of the first state with the same code.
import { MARKS } from "./marks/index.js";
import { px } from "./svg.js";
import { escape, format } from "./writing.js";

function ticks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const found = [];
  const first = Math.ceil(low / step - 1e-9) * step;
  for (let v = first; v <= high + step * 1e-6; v += step) found.push(Number(v.toPrecision(12)));
  return found;
}

/** Where the axes lie inside a panel, in pixels. */
function boxOf({ marks }, width, height, widest) {
  const bare = marks.some((mark) => mark.axes === "");
  const [left, below] = [0, 1].map((side) => Math.max(...marks.map((mark) => mark.margin[side]), bare ? 10 : 0));
  const beside = bare ? left : Math.max(46, 30 + widest); // the numbers, and left of them what they mean
  return { bare, left: beside, right: width - 10, top: 10, bottom: height - (bare ? below : 40) };
}

/** The numbers along the y axis: where, and what is written. On a logarithmic axis they are whole powers of ten. */
function yticksOf({ yticks, ylim, yscale }) {
  if (!yticks) return [];
  const all = ticks(...ylim, 5);
  if (yscale !== "log") return all.map((t) => [t, format(t), format(t).length]);
  const raised = (t) => `10<tspan dy="-5" font-size="11">${format(t)}</tspan>`;
  return all.filter(Number.isInteger).map((t) => [t, raised(t), 2 + format(t).length]);
}

function axesOf(panel, { X, Y, box, width, height, numbered }) {
  const { xlim } = panel;
  let out = "";
  if (!box.bare) {
    const counted = panel.marks.every((mark) => mark.axes.includes("x"));
    for (const t of counted ? ticks(...xlim, Math.max(3, Math.floor(width / 70))) : []) {
      out += `<path class="grid" d="M${px(X(t))} ${box.top}V${box.bottom}"/>`;
      out += `<text x="${px(X(t))}" y="${box.bottom + 15}" text-anchor="middle">${format(t)}</text>`;
    }
    for (const [t, label] of numbered) {
      out += `<path class="grid" d="M${box.left} ${px(Y(t))}H${box.right}"/>`;
      out += `<text x="${box.left - 5}" y="${px(Y(t) + 4)}" text-anchor="end">${label}</text>`;
    }
  }
  const [across, down] = [px((box.left + box.right) / 2), px((box.top + box.bottom) / 2)];
  out += `<text class="axis" x="${across}" y="${height - 6}" text-anchor="middle">${escape(panel.xlabel)}</text>`;
  const turned = `translate(12 ${down}) rotate(-90)`;
  return `${out}<text class="axis" transform="${turned}" text-anchor="middle">${escape(panel.ylabel)}</text>`;
}

/** The inside of a panel's <svg> of this size, with its scales and the points that can be hovered. */
export function drawPanel(panel, width, height, frame, values) {
  const numbered = yticksOf(panel);
  const box = boxOf(panel, width, height, 6.8 * Math.max(0, ...numbered.map(([, , length]) => length)));
  const [w, h] = [box.right - box.left, box.bottom - box.top];
  const { xlim, ylim } = panel;
  const X = (v) => box.left + ((v - xlim[0]) / (xlim[1] - xlim[0])) * w;
  const Y = (v) => box.bottom - ((v - ylim[0]) / (ylim[1] - ylim[0])) * h;
  const log = panel.yscale === "log";
  const hits = [];
  const context = {
    X, Y, box,
    array: (key) => frame.arrays[key].values,
    surface: (key) => frame.arrays[key],
    control: (name) => values[name],
    value: (key) => (typeof key === "number" ? key : frame.numbers[key]),
    words: (key) => frame.texts[key] ?? format(frame.numbers[key]),
    hit(x, y, label) {
      if (Number.isNaN(y)) return;
      const text = `${label ? `${label}: ` : ""}${format(x, ".3g")}, ${format(log ? 10 ** y : y, ".3g")}`;
      hits.push({ x: X(x), y: Y(y), text });
    },
  };
  const draw = (mark) => MARKS[mark.mark].draw(mark, context);
  const drawn = (clipped) => panel.marks.filter((mark) => mark.clipped === clipped).map(draw).join("");
  // a nested <svg> clips what leaves the axes, without ids that could clash
  const place = `x="${box.left}" y="${box.top}" width="${px(w)}" height="${px(h)}"`;
  const frameOf = `<svg ${place} viewBox="${box.left} ${box.top} ${px(w)} ${px(h)}" overflow="hidden">`;
  return {
    svg: `${axesOf(panel, { X, Y, box, width, height, numbered })}${frameOf}${drawn(true)}</svg>${drawn(false)}`,
    hits,
    unX: (p) => xlim[0] + ((p - box.left) / w) * (xlim[1] - xlim[0]),
    unY: (p) => ylim[0] + ((box.bottom - p) / h) * (ylim[1] - ylim[0]),
  };
}
