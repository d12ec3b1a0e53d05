import { colour, px } from "../svg.js";
import { escape, written } from "../writing.js";

export const graph = {
  draw(mark, { X, Y, array }) {
    const lit = array(mark.lit); // 0: not yet, 1: done, 2: just now
    const given = (key) => (key ? array(key) : []);
    const [values, grads, weights] = [given(mark.values), given(mark.grads), given(mark.edge_values)];
    const at = (i) => [X(mark.nodes[i][1]), Y(mark.nodes[i][2])];
    const number = (name, x, y, value, style = "") =>
      `<text class="${name}" x="${px(x)}" y="${px(y)}" text-anchor="middle"${style}>${written(value)}</text>`;
    const lines = mark.edges.map(([from, to], i) => {
      const [[x0, y0], [x1, y1]] = [at(from), at(to)];
      const now = mark.edge_lit ? array(mark.edge_lit)[i] === 2 : lit[to] === 2;
      const look = `stroke="${now ? colour(1) : "var(--dl-grid)"}" stroke-width="${now ? 2.5 : 1.5}"`;
      return `<path class="line" d="M${px(x0)} ${px(y0)}L${px(x1)} ${px(y1)}" ${look}/>`;
    });
    const labels = [...weights].map((value, i) => {
      const [[x0, y0], [x1, y1]] = mark.edges[i].map(at);
      // near its start, where lines that cross are still apart
      return number("weight", x0 + 0.3 * (x1 - x0), y0 + 0.3 * (y1 - y0) + 4, value);
    });
    const nodes = mark.nodes.map(([label], i) => {
      const [x, y] = at(i);
      const rim = ["var(--dl-grid)", colour(0), colour(1)][lit[i]];
      const look = `fill="var(--dl-bg)" stroke="${rim}" stroke-width="${lit[i] === 2 ? 3 : 2}"`;
      return `<circle cx="${px(x)}" cy="${px(y)}" r="${mark.size}" ${look}/>` +
        `<text x="${px(x)}" y="${px(y - mark.size - 5)}" text-anchor="middle">${escape(label)}</text>` +
        number("value", x, y + 4, values[i] ?? NaN) +
        number("value", x, y + mark.size + 14, grads[i] ?? NaN, ` style="fill:${colour(1)}"`);
    });
    return lines.join("") + labels.join("") + nodes.join("");
  },
};
