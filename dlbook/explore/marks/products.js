import { colour, px } from "../svg.js";
import { written } from "../writing.js";

const SUM = 26; // the height of the line with the sum

export const products = {
  draw(mark, { surface, box }) {
    const { shape: [rows, columns], values } = surface(mark.values);
    const weights = surface(mark.weights).values;
    const made = Array.from(values, (x, i) => weights[i] * x);
    const size = Math.min((box.right - box.left) / columns, (box.bottom - box.top - SUM) / rows);
    const [wide, left] = [size * columns, (box.left + box.right - size * columns) / 2];
    const most = Math.max(...made.map(Math.abs), Number.MIN_VALUE);
    const text = (name, x, y, words) =>
      `<text class="${name}" x="${px(x)}" y="${px(y)}" text-anchor="middle">${words}</text>`;
    let out = "";
    made.forEach((product, i) => {
      const [x, y] = [left + (i % columns) * size, box.top + Math.floor(i / columns) * size];
      const place = `x="${px(x + 1)}" y="${px(y + 1)}" width="${px(size - 2)}" height="${px(size - 2)}" rx="3"`;
      const share = (0.05 + (0.4 * Math.abs(product)) / most).toFixed(2);
      out += `<rect ${place} fill="${colour(product < 0 ? 1 : 0)}" fill-opacity="${share}"/>`;
      out += text("axis", x + size / 2, y + size / 2 - 6, `${written(weights[i])} · ${written(values[i])}`);
      out += text("value", x + size / 2, y + size / 2 + 14, written(product + 0));
    });
    const sum = made.reduce((a, b) => a + b, 0);
    return out + text("value", left + wide / 2, box.top + size * rows + 19, `sum ${written(sum + 0)}`);
  },
};
