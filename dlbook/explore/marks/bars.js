import { colour, px } from "../svg.js";
import { escape } from "../writing.js";

export const bars = {
  draw(mark, { array, Y, box }) {
    const height = array(mark.height);
    const wide = (box.right - box.left) / height.length;
    const one = (h, i) => {
      const x = box.left + i * wide;
      const [top, high] = [px(Y(h)), px(Math.max(0, box.bottom - Y(h)))];
      const place = `x="${px(x + 0.15 * wide)}" y="${top}" width="${px(0.7 * wide)}" height="${high}"`;
      const below = `x="${px(x + wide / 2)}" y="${box.bottom + 15}" text-anchor="middle"`;
      const bar = `<rect ${place} fill="${colour(mark.color)}" fill-opacity=".6"/>`;
      return `${bar}<text ${below}>${escape(mark.names[i])}</text>`;
    };
    return [...height].map(one).join("");
  },
};
