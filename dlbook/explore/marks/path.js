import { colour, disc, polyline, px, stroke } from "../svg.js";

export const path = {
  draw(mark, { X, Y, array, hit }) {
    const xy = array(mark.xy);
    const n = xy.length / 2;
    const [x, y] = [(i) => X(xy[2 * i]), (i) => Y(xy[2 * i + 1])];
    let last = -1;
    let dots = "";
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(xy[2 * i])) continue;
      hit(xy[2 * i], xy[2 * i + 1], `step ${i}`);
      dots += `M${px(x(i))} ${px(y(i))}h0`;
      last = i;
    }
    const ink = colour(mark.color);
    const end = last < 0 ? "" : `<circle cx="${px(x(last))}" cy="${px(y(last))}" r="5" fill="${ink}"/>`;
    return `<path class="line" d="${polyline(n, x, y)}" stroke="${ink}" stroke-width="1.5"/>` +
      `<path class="line" d="${dots}" stroke="${ink}" stroke-width="5" stroke-linecap="round"/>${end}`;
  },
  symbol: (mark) => `${stroke({ ...mark, width: 1.5 })}<path d="${disc(20, 6, 3)}" fill="${colour(mark.color)}"/>`,
};
