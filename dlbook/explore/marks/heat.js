import { colour, go, px } from "../svg.js";
import { escape, written } from "../writing.js";

const [WIDE, HIGH] = [34, 16]; // what a number needs

export const heat = {
  draw(mark, { surface, control, box }) {
    const { shape: [rows, columns], values } = surface(mark.values);
    const [w, h] = [(box.right - box.left) / columns, (box.bottom - box.top) / rows];
    const limit = mark.limit ?? Math.max(...values.map((v) => Math.abs(v) || 0), Number.MIN_VALUE);
    const chosen = [mark.row, mark.column].map((name) => (name ? Math.round(control(name)) : -1));
    let out = "";
    values.forEach((v, place) => {
      const [i, j] = [Math.floor(place / columns), place % columns];
      const [x, y] = [box.left + j * w, box.top + i * h];
      const share = Math.min(1, Math.abs(v) / limit) || 0;
      const rim = i === chosen[0] && j === chosen[1] ? ' stroke="var(--dl-fg)" stroke-width="2"' : "";
      const cell = `x="${px(x + 1)}" y="${px(y + 1)}" width="${px(w - 2)}" height="${px(h - 2)}" rx="2"`;
      const click = mark.row || mark.column ? go({ [mark.row]: i, [mark.column]: j }) : "";
      const text = `class="value" x="${px(x + w / 2)}" y="${px(y + h / 2 + 4)}" text-anchor="middle"`;
      const look = `fill="${colour(v < 0 ? 1 : 0)}" fill-opacity="${(0.05 + 0.4 * share).toFixed(2)}"${rim}`;
      out += `<g${click}><rect ${cell} ${look}/>`;
      out += `${w >= WIDE && h >= HIGH ? `<text ${text}>${written(v)}</text>` : ""}</g>`;
    });
    const named = (x, y, anchor, name) =>
      `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escape(name)}</text>`;
    mark.rows.forEach((name, i) => (out += named(box.left - 6, box.top + (i + 0.5) * h + 4, "end", name)));
    mark.columns.forEach((name, j) => (out += named(box.left + (j + 0.5) * w, box.bottom + 16, "middle", name)));
    return out;
  },
};
