import { colour, go, px } from "../svg.js";
import { escape, written } from "../writing.js";

const RIMS = ["var(--dl-grid)", colour(0), colour(1)]; // not yet, done, just now

const number = (name, x, y, value, style = "") =>
  `<text class="${name}" x="${px(x)}" y="${px(y)}" text-anchor="middle"${style}>${written(value)}</text>`;

/** Lines, and the numbers on them near their start, where lines that cross are still apart. */
function edgesOf(mark, at, lit, array) {
  const now = mark.edge_lit ? array(mark.edge_lit) : mark.edges.map(([, to]) => lit[to]);
  const weights = mark.edge_values ? array(mark.edge_values) : [];
  const lines = mark.edges.map((ends, i) => {
    const [[x0, y0], [x1, y1]] = ends.map(at);
    const [ink, width] = now[i] === 2 ? [colour(1), 2.5] : ["var(--dl-grid)", 1.5];
    const d = `M${px(x0)} ${px(y0)}L${px(x1)} ${px(y1)}`;
    return `<path class="line" d="${d}" stroke="${ink}" stroke-width="${width}"/>`;
  });
  const labels = Array.from(weights, (value, i) => {
    const [[x0, y0], [x1, y1]] = mark.edges[i].map(at);
    return number("weight", x0 + 0.3 * (x1 - x0), y0 + 0.3 * (y1 - y0) + 4, value);
  });
  return lines.join("") + labels.join("");
}

/** Two nodes come so close that circles with numbers below them have no room. */
const crowded = (mark, at) => mark.nodes.some((_, i) => mark.nodes.slice(0, i).some((_, j) => {
  const [[x0, y0], [x1, y1]] = [at(i), at(j)];
  return Math.abs(x0 - x1) < 3 * mark.size && Math.abs(y0 - y1) < 2 * mark.size + 30;
}));

export const graph = {
  draw(mark, { X, Y, array, words }) {
    const lit = array(mark.lit); // 0: not yet, 1: done, 2: just now
    const given = (key) => (key ? array(key) : []);
    const [values, grads] = [given(mark.values), given(mark.grads)];
    const labels = mark.labels ? words(mark.labels) : mark.nodes.map(([label]) => label);
    const at = (i) => [X(mark.nodes[i][1]), Y(mark.nodes[i][2])];
    const click = (step) => (mark.control && step ? go({ [mark.control]: step }) : "");
    const small = mark.values && crowded(mark, at);
    const size = small ? 4 : mark.size;
    const above = small ? 7 : size + 5;
    const nodes = labels.map((label, i) => {
      const [x, y] = at(i);
      const look = `fill="var(--dl-bg)" stroke="${RIMS[lit[i]]}" stroke-width="${lit[i] === 2 ? 3 : 2}"`;
      const circle = `<circle cx="${px(x)}" cy="${px(y)}" r="${size}" ${look}/>`;
      const place = `x="${px(x)}" y="${px(y - above)}" text-anchor="middle"`;
      const name = `<text class="${small ? "weight" : "name"}" ${place}>${escape(label)}</text>`;
      const [value, grad] = [values[i] ?? NaN, grads[i] ?? NaN];
      const tint = ` style="fill:${colour(1)}"`;
      if (small) {
        const both = `<tspan${click(mark.steps[i])}>${written(value)}</tspan> ` +
          `<tspan${click(mark.grad_steps[i])}${tint}>${written(grad)}</tspan>`;
        const under = `x="${px(x)}" y="${px(y + 14)}" text-anchor="middle"`;
        return `${circle}${name}<text class="weight" ${under}>${both}</text>`;
      }
      return `<g${click(mark.steps[i])}>${circle}${name}${number("value", x, y + 4, value)}</g>` +
        `<g${click(mark.grad_steps[i])}>${number("value", x, y + size + 14, grad, tint)}</g>`;
    });
    return edgesOf(mark, at, lit, array) + nodes.join("");
  },
};
