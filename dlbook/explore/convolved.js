// What chapter 14's explorer shows of a drawing: `state` of dlbook/explorers/convolution.py, where no Python runs.
const WHITE = 9;

/** The frame for these cells of 0 and 1, from the frame of another picture at the same places. */
export function convolved(cells, [rows, columns], frame, values) {
  const [stride, padding, dilation] = ["stride", "padding", "dilation"].map((name) => Math.trunc(values[name]));
  const { pixels, weights, here, map } = frame.arrays;
  const n = frame.numbers.size;
  const inside = (r, c) => r >= 0 && c >= 0 && r < rows && c < columns;
  const at = (r, c) => (inside(r, c) ? WHITE * cells[r * columns + c] : 0);
  const patch = (row, column) =>
    Float64Array.from(weights.values, (_, k) =>
      at(stride * row - padding + dilation * Math.floor(k / 3), stride * column - padding + dilation * (k % 3)));
  const sum = (patch) => patch.reduce((total, x, k) => total + weights.values[k] * x, 0);

  const out = Array.from({ length: n * n }, (_, i) => sum(patch(Math.floor(i / n), i % n)));
  const [black, white] = [Math.min(...out), Math.max(...out)];
  const shown = map.values.map(() => NaN);
  out.forEach((y, i) => (shown[Math.floor(i / n) * columns + (i % n)] = (y - black) / (white - black || 1)));
  const ground = pixels.values.slice();
  cells.forEach((v, i) => (ground[(Math.floor(i / columns) + 1) * (columns + 2) + (i % columns) + 1] = v));

  const read = patch(here.values[0], here.values[1]);
  return {
    ...frame,
    arrays: {
      ...frame.arrays,
      pixels: { ...pixels, values: ground },
      patch: { ...frame.arrays.patch, values: read },
      map: { ...map, values: shown },
    },
    numbers: { ...frame.numbers, sum: sum(read), black, white },
  };
}
