import { colour, px } from "../svg.js";
import { escape, format } from "../writing.js";

const [LETTER, LINE, HIGH, GAP] = [8.6, 46, 22, 6]; // of a letter, of a line; the ground of a word, and between two
const LEAST = 37; // of a line where there are many

/** Where each word stands, written from left to right and line below line: its left end, its line, its width. */
export function laid(words, width) {
  let [x, line] = [0, 0];
  return words.map((word) => {
    const wide = Math.max(34, Math.round(LETTER * [...word].length) + 10);
    if (x > 0 && x + wide > width) [x, line] = [0, line + 1];
    const place = { x, line, wide };
    x += wide + GAP;
    return place;
  });
}

/** Two decimals with their sign. */
const signed = (value) => `${value > 0 ? "+" : ""}${format(value, ".2f")}`;

export const words = {
  draw(mark, { array, words, box }) {
    const parts = array(mark.parts);
    const known = words(mark.words).map((word, i) => [word, parts[i]]).filter(([word, v]) => word && !Number.isNaN(v));
    const places = laid(known.map(([word]) => word), box.right - box.left);
    const lines = 1 + Math.max(0, ...places.map(({ line }) => line));
    const step = Math.max(LEAST, Math.min(LINE, (box.bottom - box.top) / lines));
    return known.map(([word, value], i) => {
      const { x, line, wide } = places[i];
      const [left, top] = [box.left + x, box.top + step * line];
      const ground = `fill="${colour(value < 0 ? mark.below : mark.color)}"`;
      const strength = (0.55 * Math.min(1, Math.abs(value) / mark.full)).toFixed(2);
      const middle = px(left + wide / 2);
      return `<rect x="${px(left)}" y="${px(top)}" width="${wide}" height="${HIGH}" rx="4" ${ground} ` +
        `fill-opacity="${strength}"/>` +
        `<text class="count word" x="${middle}" y="${px(top + 16)}" text-anchor="middle">${escape(word)}</text>` +
        `<text x="${middle}" y="${px(top + HIGH + 14)}" text-anchor="middle">${signed(value)}</text>`;
    }).join("");
  },
};
