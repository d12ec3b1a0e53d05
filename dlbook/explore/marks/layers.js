import { colour, go, px } from "../svg.js";
import { escape } from "../writing.js";

const RIMS = ["var(--dl-grid)", colour(0), colour(1)]; // not yet, done, just now

const rim = (lit) => `stroke="${RIMS[lit]}" stroke-width="${lit === 2 ? 2.5 : 1.5}"`;

/** An arrow from one box to the next, down or up, with what is done on the way. */
function arrow(x, from, to, lit, op = "") {
  const tip = to > from ? -5 : 5;
  const head = `M${px(x - 4)} ${px(to + tip)}L${px(x)} ${px(to)}L${px(x + 4)} ${px(to + tip)}`;
  const line = `<path class="line" d="M${px(x)} ${px(from)}V${px(to)}${head}" ${rim(lit)}/>`;
  return `${line}<text class="axis" x="${px(x + 10)}" y="${px((from + to) / 2 + 4)}">${escape(op)}</text>`;
}

export const layers = {
  draw(mark, { array, words, box }) {
    const shapes = words(mark.shapes);
    const gap = Math.min(24, (box.bottom - box.top) / mark.names.length / 2.4);
    const high = (box.bottom - box.top - gap * (mark.names.length - 1)) / mark.names.length;
    const wide = (box.right - box.left) / (mark.grads.length ? 2 : 1) - 6;
    const top = (i) => box.top + i * (high + gap);
    const boxOf = (name, i, left, lit, step) => {
      const place = `x="${px(left)}" y="${px(top(i))}" width="${px(wide)}" height="${px(high)}" rx="5"`;
      const look = `fill="${lit === 2 ? colour(1) : "var(--dl-muted)"}" fill-opacity=".12" ${rim(lit)}`;
      const text = `x="${px(left + wide / 2)}" y="${px(top(i) + high / 2 + 4)}" text-anchor="middle"`;
      const click = mark.control && step ? go({ [mark.control]: step }) : "";
      return `<g${click}><rect ${place} ${look}/><text ${text}>${escape(`${name} ${shapes[i]}`)}</text></g>`;
    };
    const column = (names, left, lit, steps, way) => names.map((name, i) => {
      if (!name) return "";
      const link = i === 0 || !names[i - 1] ? "" : way(left + wide / 2, top(i - 1) + high, top(i), i);
      return link + boxOf(name, i, left, lit[i], steps[i]);
    });
    const lit = array(mark.lit);
    const back = mark.grad_lit ? array(mark.grad_lit) : [];
    const forward = (x, from, to, i) => arrow(x, from, to, lit[i], mark.ops[i - 1]);
    const backward = (x, from, to, i) => arrow(x, to, from, back[i - 1]);
    return [
      ...column(mark.names, box.left, lit, mark.steps, forward),
      ...column(mark.grads, box.right - wide, back, mark.grad_steps, backward),
    ].join("");
  },
};
