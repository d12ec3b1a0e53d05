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

/** What lies on the cells that the reader may paint, and takes the pointer. */
const sheetOf = ([row, column, high, wide], x, y) =>
  `<rect class="sheet" x="${px(x + column)}" y="${px(y + row)}" width="${wide}" height="${high}" fill="none"` +
  ' pointer-events="all"/>';

export const image = {
  draw(mark, { surface, array, box }) {
    const picture = surface(mark.pixels);
    const [rows, columns] = picture.shape;
    const [w, h] = [box.right - box.left, box.bottom - box.top];
    const fits = Math.min(w / columns, h / rows);
    const scale = fits < 4 ? fits : Math.floor(fits); // of small pixels, whole ones would leave much room
    const [x, y] = [box.left + Math.floor((w - scale * columns) / 2), box.top];
    const place = `x="${px(x)}" y="${px(y)}" width="${px(scale * columns)}" height="${px(scale * rows)}"`;
    const href = `href="data:image/bmp;base64,${bitmap(picture)}"`;
    const pixels = `<image ${place} ${href} preserveAspectRatio="none" style="image-rendering:pixelated"/>`;
    const sheet = mark.sheet ? sheetOf(mark.sheet.map((v) => v * scale), x, y) : "";
    if (!mark.window) return pixels + sheet;
    const [row, column, high, wide, apart = 1] = array(mark.window);
    if ([row, column, high, wide].some(Number.isNaN)) return pixels + sheet;
    const frame = (r, c, h, w, thick) => {
      const place = [x + c * scale, y + r * scale, w * scale, h * scale].map(px);
      const rect = `<rect x="${place[0]}" y="${place[1]}" width="${place[2]}" height="${place[3]}" fill="none"`;
      const line = (ink, width) => `${rect} stroke="${ink}" stroke-width="${width}"/>`;
      return line("var(--dl-bg)", 2 * thick) + line(colour(mark.color), thick); // seen on black and on white
    };
    let out = pixels + frame(row, column, high, wide, 2.5);
    for (let r = 0; apart > 1 && r < high; r += apart)
      for (let c = 0; c < wide; c += apart) out += frame(row + r, column + c, 1, 1, 1.5);
    return out + sheet;
  },
  symbol: (mark) =>
    `<rect x="6" y="1" width="12" height="10" fill="none" stroke="${colour(mark.color)}" stroke-width="2.5"/>`,
};
