// What the payload says at a place. Words: a *place* is the index of a control's value (between two of them where
// Python answers); *values* are what the controls say, by name; a *frame* is one state, {arrays, numbers, texts}.

const GAP = 65535; // stands for NaN among the levels of a quantised array

const words = (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
};

/** JSON has neither NaN nor infinity: null and words stand for them. */
const real = (value) => (value === null ? NaN : Number(value));

/** What finds the frame at one place per control; arrays are decoded once. */
export function reader(payload) {
  const sizes = payload.controls.map((c) => c.values.length);
  const data = {};
  for (const group of ["arrays", "numbers", "texts"])
    for (const [key, entry] of Object.entries(payload.grid[group])) data[`${group}.${key}`] = words(entry.data);
  const offset = (axes, places) => axes.reduce((sum, axis) => sum * sizes[axis] + places[axis], 0);
  const decoded = new Map();

  const array = (key, places) => {
    const { axes, shape, low, step, table } = payload.grid.arrays[key];
    const length = shape.reduce((a, b) => a * b, 1);
    const at = offset(axes, places);
    const name = `${key} ${at}`;
    if (!decoded.has(name)) {
      const levels = data[`arrays.${key}`].subarray(at * length, (at + 1) * length);
      const number = table ? (q) => real(table[q]) : (q) => (q === GAP ? NaN : low + step * q);
      decoded.set(name, { shape, values: Float64Array.from(levels, number) });
    }
    return decoded.get(name);
  };
  return (places) => {
    const frame = { arrays: {}, numbers: {}, texts: {} };
    for (const key in payload.grid.arrays) frame.arrays[key] = array(key, places);
    for (const group of ["numbers", "texts"])
      for (const [key, { axes, table }] of Object.entries(payload.grid[group]))
        frame[group][key] = table[data[`${group}.${key}`][offset(axes, places)]];
    return revive(frame);
  };
}

/** An array of this length, with gaps behind its values; null among them is a gap, too. */
export const filled = (values, length) => ({
  shape: [length],
  values: Float64Array.from({ length }, (_, i) => values[i] ?? NaN),
});

/** A frame as a kernel sends it, with its numbers as they were computed. */
export function revive(frame) {
  for (const [key, value] of Object.entries(frame.numbers)) frame.numbers[key] = real(value);
  for (const array of Object.values(frame.arrays))
    if (Array.isArray(array.values)) array.values = Float64Array.from(array.values, real);
  return frame;
}

// ── Controls ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const valuesAt = (controls, places) =>
  Object.fromEntries(controls.map((c, i) => [c.name, valueAt(c, places[i])]));

/** The value of a control at a place: an index, between two of them while Python answers, or a text of the reader's. */
function valueAt(control, place) {
  if (typeof place === "string") return place;
  const low = Math.floor(place);
  if (low === place || control.kind !== "slider") return control.values[low];
  const [a, b, t] = [control.values[low], control.values[low + 1], place - low];
  return Number((a + t * (b - a)).toPrecision(6));
}

const IS_VALUE = {
  slider: (_, value) => Number.isFinite(value),
  choice: ({ values }, value) => values.includes(value),
  text: (_, value) => typeof value === "string",
};
const isValue = (control, value) => IS_VALUE[control.kind](control, value);

/** The places of these values; a control that is not among them, or has no such value, stays where it is. */
export const placesOf = (controls, values, places, between = false) =>
  controls.map((c, i) => (isValue(c, values[c.name]) ? placeOf(c, values[c.name], between) : places[i]));

/** The index of a text that the page has, or the text itself, cut where it is too long. */
export function textPlace({ values, most }, text) {
  const cut = [...text].slice(0, most).join("");
  return values.includes(cut) ? values.indexOf(cut) : cut;
}

/** The index of the nearest state in the grid; a text of the reader's stays what it is. */
export const nearestPlaces = (places) => places.map((place) => (typeof place === "string" ? place : Math.round(place)));

/** The index of the value nearest to `value`; `between` two of them where Python can answer there. */
function placeOf(control, value, between) {
  const all = control.values;
  if (control.kind === "choice") return all.indexOf(value);
  if (control.kind === "text") return textPlace(control, value);
  let best = 0;
  all.forEach((v, i) => Math.abs(v - value) < Math.abs(all[best] - value) && (best = i));
  if (!between) return best;
  const next = value > all[best] ? best + 1 : best - 1;
  if (next < 0 || next >= all.length) return best;
  return best + ((next - best) * (value - all[best])) / (all[next] - all[best]);
}
