import { colour, px } from "../svg.js";
import { escape } from "../writing.js";

export const text = {
  draw(mark, { X, Y, value, words }) {
    const [x, y] = [px(X(value(mark.x))), px(Y(value(mark.y)))];
    return `<text x="${x}" y="${y}" style="fill:${colour(mark.color)}">${escape(words(mark.words))}</text>`;
  },
};
