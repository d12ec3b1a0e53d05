import { colour, px } from "../svg.js";
import { escape } from "../writing.js";

const [WIDE, HIGH, AWAY, DOT] = [7.2, 13, 6, 4]; // of a letter; how far a word stands from its place; half of a dot
// Where a word may stand, the best first: right, left, above, below. Its left end and its base line.
const SIDES = [
  (x, y) => [x + AWAY, y + 4],
  (x, y, width) => [x - AWAY - width, y + 4],
  (x, y, width) => [x - width / 2, y + 4 - HIGH],
  (x, y, width) => [x - width / 2, y + 4 + HIGH],
];

const apart = (a, b) => a.x + a.width < b.x || b.x + b.width < a.x || Math.abs(a.y - b.y) >= HIGH;

/** The first side on which the word lies inside and upon nothing that is taken, or nothing. */
function free(x, y, width, taken, box) {
  for (const side of SIDES) {
    const [left, base] = side(x, y, width);
    const place = { x: left, y: base, width };
    const inside = left >= box.left && left + width <= box.right && base - HIGH >= box.top && base <= box.bottom;
    if (inside && taken.every((other) => apart(place, other))) return place;
  }
  return null;
}

export const labels = {
  draw(mark, { X, Y, array, words, box }) {
    const [x, y, names] = [array(mark.x), array(mark.y), words(mark.words)];
    const group = typeof mark.color === "string" ? array(mark.color) : null;
    const taken = [];
    const dots = names.map((_, i) => ({ x: X(x[i]) - DOT, y: Y(y[i]) + DOT, width: 2 * DOT }))
      .filter((dot) => !Number.isNaN(dot.x + dot.y));
    let out = "";
    names.forEach((name, i) => {
      if (!name || Number.isNaN(x[i]) || Number.isNaN(y[i])) return;
      const [left, top, width] = [X(x[i]), Y(y[i]), WIDE * name.length];
      const place = free(left, top, width, [...taken, ...dots], box) ?? free(left, top, width, taken, box);
      if (!place) return;
      taken.push(place);
      const ink = colour(group ? Math.round(group[i]) : mark.color);
      out += `<text x="${px(place.x)}" y="${px(place.y)}" style="fill:${ink}">${escape(name)}</text>`;
    });
    return out;
  },
};
