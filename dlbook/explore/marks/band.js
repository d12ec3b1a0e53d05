import { colour, patch, px } from "../svg.js";

export const band = {
  draw(mark, { X, array, box }) {
    const ends = array(mark.intervals);
    const high = box.bottom - box.top;
    let out = "";
    for (let i = 0; i + 1 < ends.length; i += 2) {
      if (Number.isNaN(ends[i])) continue;
      const [a, b] = [Math.max(box.left, X(ends[i])), Math.min(box.right, X(ends[i + 1]))];
      if (b <= a) continue;
      const place = `x="${px(a)}" y="${box.top}" width="${px(b - a)}" height="${high}"`;
      out += `<rect ${place} fill="${colour(mark.color)}" fill-opacity=".13"/>`;
    }
    return out;
  },
  symbol: patch,
};
