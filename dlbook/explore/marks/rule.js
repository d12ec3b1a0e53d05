import { colour, px } from "../svg.js";

export const rule = {
  draw(mark, { X, Y, value, box }) {
    if (Number.isNaN(value(mark.x ?? mark.y))) return ""; // a place that there is not
    const across = () => `M${box.left} ${px(Y(value(mark.y)))}H${box.right}`;
    const d = mark.x !== null ? `M${px(X(value(mark.x)))} ${box.top}V${box.bottom}` : across();
    return `<path class="line" d="${d}" stroke="${colour(mark.color)}" stroke-dasharray="2 4"/>`;
  },
};
