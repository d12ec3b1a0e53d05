import { colour, go, px } from "../svg.js";
import { escape, written } from "../writing.js";

const LOOKS = [ // not looked at; went in; came out
  'fill="var(--dl-muted)" fill-opacity=".1"',
  `fill="${colour(0)}" fill-opacity=".25"`,
  `fill="${colour(1)}" fill-opacity=".3" stroke="${colour(1)}"`,
];

export const tables = {
  draw(mark, { array, words, box }) {
    const [values, shapes, lit] = [array(mark.values), array(mark.shapes), array(mark.lit)];
    const made = mark.made ? array(mark.made) : [];
    const [wide, high, gap] = [58, 24, 18];
    let [x, y, next, i, out] = [box.left, box.top, box.top, 0, ""];
    words(mark.names).forEach((name, k) => {
      const [rows, columns] = shapes.slice(2 * k, 2 * k + 2);
      const width = Math.max(columns * wide, 7 * name.length);
      if (x > box.left && x + width > box.right) [x, y] = [box.left, next]; // no room: the next line
      out += `<text x="${px(x)}" y="${px(y + 14)}">${escape(name)}</text>`;
      const explain = (r, c) => go({ [mark.step]: made[k], [mark.row]: r, [mark.column]: c });
      for (let cell = 0; cell < rows * columns; cell++, i++) {
        const [r, c] = [Math.floor(cell / columns), cell % columns];
        const [a, b] = [x + c * wide, y + 20 + r * high];
        const place = `x="${px(a + 1)}" y="${px(b + 1)}" width="${wide - 2}" height="${high - 2}" rx="3"`;
        const text = `class="value" x="${px(a + wide / 2)}" y="${px(b + 16)}" text-anchor="middle"`;
        const shown = `<rect ${place} ${LOOKS[lit[i]]}/><text ${text}>${written(values[i])}</text>`;
        out += made[k] ? `<g${explain(r, c)}>${shown}</g>` : shown;
      }
      next = Math.max(next, y + 20 + rows * high + gap);
      x += width + gap;
    });
    return out;
  },
};
