import { colour, go, px } from "../svg.js";
import { escape } from "../writing.js";

const [HIGH, LEFT, SIZE] = [19, 26, 12];
const WIDE = 0.61 * SIZE; // of one character

/** A line in pieces of at most so many characters, broken at spaces; all but the first are set further in. */
function broken(line, most) {
  if (line.length <= most) return [line];
  const at = line.lastIndexOf(" ", most);
  if (at <= 4) return [line];
  return [line.slice(0, at), ...broken(`    ${line.slice(at + 1)}`, most)];
}

export const code = {
  draw(mark, { words, value, box }) {
    const lines = typeof mark.lines === "string" ? words(mark.lines) : mark.lines;
    const now = value(mark.now);
    const most = Math.floor((box.right - box.left - LEFT) / WIDE);
    const rows = lines.flatMap((line, i) => broken(line, most).map((text, k) => ({ text, number: i + 1, first: !k })));
    const room = Math.floor((box.bottom - box.top) / HIGH);
    const current = rows.findIndex((row) => row.number === now);
    // where not all rows have room, the current one stands in the middle
    const from = Math.max(0, Math.min(current - Math.floor(room / 2), rows.length - room));
    return rows.slice(from, from + room).map((row, k) => rowOf(mark, row, now, box, box.top + k * HIGH)).join("");
  },
};

function rowOf(mark, { text, number, first }, now, box, y) {
  const look = number === now ? `fill="${colour(1)}" fill-opacity=".2"` : 'fill="transparent"';
  const ground = `<rect x="${box.left}" y="${px(y)}" width="${px(box.right - box.left)}" height="${HIGH}" ${look}/>`;
  const ink = number > now ? ' style="fill:var(--dl-muted)"' : "";
  const name = number === now ? "▸" : number;
  const place = `x="${box.left + LEFT - 8}" y="${px(y + 14)}" text-anchor="end"`;
  const label = first ? `<text class="axis" ${place}>${name}</text>` : "";
  const line = `<text class="code" x="${box.left + LEFT}" y="${px(y + 14)}"${ink}>${escape(text)}</text>`;
  return `<g${mark.control ? go({ [mark.control]: number }) : ""}>${ground}${label}${line}</g>`;
}
