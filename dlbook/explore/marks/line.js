import { colour, polyline, stroke } from "../svg.js";

export const line = {
  draw(mark, { X, Y, array, hit }) {
    const [x, y] = [array(mark.x), array(mark.y)];
    for (let i = 0; i < y.length; i++) hit(x[i], y[i], mark.label);
    const d = polyline(y.length, (i) => X(x[i]), (i) => Y(y[i]), mark.step);
    const dash = mark.dash ? ' stroke-dasharray="6 4"' : "";
    return `<path class="line" d="${d}" stroke="${colour(mark.color)}" stroke-width="${mark.width}"${dash}/>`;
  },
  symbol: stroke,
};
