import { colour, diamond, disc } from "../svg.js";

/** Colour 1 is drawn as diamonds: colour is never the only difference. */
const shape = (group) => (group === 1 ? diamond : disc);

const look = (mark, ink, opacity) =>
  mark.ring ? `fill="var(--dl-bg)" stroke="${ink}" stroke-width="2.5"` : `fill="${ink}" fill-opacity="${opacity}"`;

export const points = {
  draw(mark, { X, Y, array, hit }) {
    const [x, y] = [array(mark.x), array(mark.y)];
    const group = typeof mark.color === "string" ? array(mark.color) : null;
    const shapes = {};
    for (let i = 0; i < y.length; i++) {
      if (Number.isNaN(x[i]) || Number.isNaN(y[i])) continue;
      const g = group ? Math.round(group[i]) : mark.color;
      hit(x[i], y[i], mark.label);
      shapes[g] = (shapes[g] ?? "") + shape(g)(X(x[i]), Y(y[i]), mark.size);
    }
    const crowd = y.length > 20 ? ".65" : "1"; // dots that lie upon each other shine through
    const drawn = ([g, d]) => `<path d="${d}" ${look(mark, colour(Number(g)), crowd)}/>`;
    return Object.entries(shapes).map(drawn).join("");
  },
  symbol(mark) {
    const group = typeof mark.color === "string" ? 0 : mark.color;
    return `<path d="${shape(group)(12, 6, 4)}" ${look(mark, colour(group), 1)}/>`;
  },
};
