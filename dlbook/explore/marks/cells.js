import { colour, px } from "../svg.js";
import { escape, format } from "../writing.js";

const middle = (x, y, text, name = "") => `<text${name} x="${px(x)}" y="${px(y)}" text-anchor="middle">${text}</text>`;

export const cells = {
  draw(mark, { surface, box }) {
    const { shape: [rows, columns], values } = surface(mark.values);
    const [w, h] = [(box.right - box.left) / columns, (box.bottom - box.top) / rows];
    let out = "";
    for (let i = 0; i < rows; i++) {
      const sum = values.slice(i * columns, (i + 1) * columns).reduce((a, b) => a + (b || 0), 0) || 1;
      for (let j = 0; j < columns; j++) {
        const [x, y, v] = [box.left + j * w, box.top + i * h, values[i * columns + j]];
        const tint = mark.colors ? mark.colors[i][j] : i === j ? 2 : 1;
        const place = `x="${px(x + 1)}" y="${px(y + 1)}" width="${px(w - 2)}" height="${px(h - 2)}" rx="4"`;
        const share = (0.08 + (0.32 * (v || 0)) / sum).toFixed(2);
        out += `<rect ${place} fill="${colour(tint)}" fill-opacity="${share}"/>`;
        out += middle(x + w / 2, y + h / 2 + 7, format(v, "d"), ' class="count"');
      }
      const name = escape(mark.rows[i]);
      out += `<text x="${box.left - 6}" y="${px(box.top + (i + 0.5) * h + 4)}" text-anchor="end">${name}</text>`;
    }
    mark.columns.forEach((name, j) => (out += middle(box.left + (j + 0.5) * w, box.bottom + 16, escape(name))));
    return out;
  },
};
