import { colour, px } from "../svg.js";

const little = (...numbers) => numbers.flatMap((n) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255]);

/** The pixels as a BMP of 32 bits (blue, green, red, opacity), the one format that needs no compression. */
function bitmap({ shape: [rows, columns, channels = 1], values }) {
  const size = 4 * rows * columns;
  const masks = little(0xff0000, 0xff00, 0xff, 0xff000000 | 0);
  const head = [
    66, 77, ...little(122 + size, 0, 122), ...little(108, columns, -rows), 1, 0, 32, 0, ...little(3, size, 0, 0, 0, 0),
    ...masks, ...Array(52).fill(0),
  ];
  const bytes = [];
  for (let i = 0; i < rows * columns; i++) {
    const rgb = [0, 1, 2].map((c) => values[i * channels + (channels === 1 ? 0 : c)]);
    const [r, g, b] = rgb.map((v) => Math.round(255 * Math.min(1, Math.max(0, v || 0))));
    bytes.push(b, g, r, rgb.some(Number.isNaN) ? 0 : 255);
  }
  return btoa([...head, ...bytes].map((byte) => String.fromCharCode(byte)).join(""));
}

export const image = {
  draw(mark, { surface, array, box }) {
    const picture = surface(mark.pixels);
    const [rows, columns] = picture.shape;
    const [w, h] = [box.right - box.left, box.bottom - box.top];
    const scale = Math.max(1, Math.floor(Math.min(w / columns, h / rows)));
    const [x, y] = [box.left + Math.floor((w - scale * columns) / 2), box.top];
    const place = `x="${px(x)}" y="${px(y)}" width="${scale * columns}" height="${scale * rows}"`;
    const href = `href="data:image/bmp;base64,${bitmap(picture)}"`;
    const pixels = `<image ${place} ${href} preserveAspectRatio="none" style="image-rendering:pixelated"/>`;
    if (!mark.window) return pixels;
    const [row, column, high, wide] = [...array(mark.window)].map((n) => n * scale);
    if ([row, column, high, wide].some(Number.isNaN)) return pixels;
    const frame = `x="${px(x + column)}" y="${px(y + row)}" width="${px(wide)}" height="${px(high)}"`;
    const line = (ink, width) => `<rect ${frame} fill="none" stroke="${ink}" stroke-width="${width}"/>`;
    return pixels + line("var(--dl-bg)", 5) + line(colour(mark.color), 2.5); // seen on black and on white
  },
  symbol: (mark) =>
    `<rect x="6" y="1" width="12" height="10" fill="none" stroke="${colour(mark.color)}" stroke-width="2.5"/>`,
};
