import { colour, go, px } from "../svg.js";
import { escape, written } from "../writing.js";

const LOOKS = [ // not looked at; went in; came out
  'fill="var(--dl-muted)" fill-opacity=".1"',
  `fill="${colour(0)}" fill-opacity=".25"`,
  `fill="${colour(1)}" fill-opacity=".3" stroke="${colour(1)}"`,
];
const SIZES = [[58, 24, 18], [48, 20, 10], [44, 16, 4]]; // width and height of a cell, and the space between tables
const NAME = 20; // the height of a heading

/** Where each table stands: beside the one before it, or below where there is no room; and how low they reach. */
function places(names, shapes, [wide, high, gap], box) {
  let [x, y, next] = [box.left, box.top, box.top];
  const found = names.map((name, k) => {
    const [rows, columns] = shapes.slice(2 * k, 2 * k + 2);
    const width = Math.max(columns * wide, 7 * name.length);
    if (x > box.left && x + width > box.right) [x, y] = [box.left, next];
    const place = { x, y, rows, columns };
    next = Math.max(next, y + NAME + rows * high + gap);
    x += width + gap;
    return place;
  });
  return { found, end: next - gap };
}

export const tables = {
  draw(mark, { array, words, box }) {
    const [names, values, shapes, lit] = [words(mark.names), array(mark.values), array(mark.shapes), array(mark.lit)];
    const made = mark.made ? array(mark.made) : [];
    const fits = (size) => places(names, shapes, size, box).end <= box.bottom;
    const size = SIZES.find(fits) ?? SIZES.at(-1);
    const [wide, high] = size;
    let [i, out] = [0, ""];
    places(names, shapes, size, box).found.forEach(({ x, y, rows, columns }, k) => {
      out += `<text x="${px(x)}" y="${px(y + 14)}">${escape(names[k])}</text>`;
      for (let cell = 0; cell < rows * columns; cell++, i++) {
        const [r, c] = [Math.floor(cell / columns), cell % columns];
        const [a, b] = [x + c * wide, y + NAME + r * high];
        const place = `x="${px(a + 1)}" y="${px(b + 1)}" width="${wide - 2}" height="${high - 2}" rx="3"`;
        const text = `x="${px(a + wide / 2)}" y="${px(b + high / 2 + 4)}" text-anchor="middle"`;
        const number = `<text class="value${size === SIZES[0] ? "" : " small"}" ${text}>${written(values[i])}</text>`;
        const shown = `<rect ${place} ${LOOKS[lit[i]]}/>${number}`;
        out += made[k] ? `<g${go({ [mark.step]: made[k], [mark.row]: r, [mark.column]: c })}>${shown}</g>` : shown;
      }
    });
    return out;
  },
};
