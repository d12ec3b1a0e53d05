// What chapter 21's explorer shows of a sequence: `state` of dlbook/explorers/lstm.py, where no Python runs.
import { filled } from "./reading.js";

const NUMBER = /([-−+]?)([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(\*?)/g;

/** The numbers of a text, cut to −1 and 1, and a 1 for each that an asterisk marks. */
function sequence(text, most) {
  const found = [...text.matchAll(NUMBER)].slice(0, most);
  const signed = ([, sign, size]) => Math.min(Number(size), 1) * (sign === "-" || sign === "−" ? -1 : 1);
  return found.length ? [found.map(signed), found.map(([, , , mark]) => Number(mark === "*"))] : [[0], [0]];
}

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** Gates, cell and answer after every step of a unit with these weights, rows in the order i, f, g, o. */
function stepped(values, marks, { W, U, b, out: [weight, shift] }) {
  const steps = { i: [], f: [], o: [], c: [], answer: [] };
  let [h, c] = [0, 0];
  for (let t = 0; t < values.length; t++) {
    const z = b.map((b, k) => W[k][0] * values[t] + W[k][1] * marks[t] + U[k] * h + b);
    const [i, f, g, o] = [sigmoid(z[0]), sigmoid(z[1]), Math.tanh(z[2]), sigmoid(z[3])];
    c = f * c + i * g;
    h = o * Math.tanh(c);
    for (const [name, value] of Object.entries({ i, f, o, c, answer: weight * h + shift })) steps[name].push(value);
  }
  return steps;
}

const orNone = (best, values) => (values.length ? best(...values) : NaN);

/** The frame for this text, from the frame of another one. */
export function gates(text, { bias }, frame, { b, ...weights }) {
  const most = frame.arrays.t.values.length;
  const [values, marks] = sequence(text, most);
  const steps = stepped(values, marks, { ...weights, b: b.map((b, k) => b + (k === 1 ? bias : 0)) });
  const marked = values.map((v, t) => (marks[t] ? v : NaN));
  const [first, last] = [marks.indexOf(1), marks.lastIndexOf(1)];
  const shown = Object.entries({ values, marked, ...steps });
  const arrays = Object.fromEntries(shown.map(([key, values]) => [key, filled(values, most)]));
  return {
    arrays: { ...frame.arrays, ...arrays },
    numbers: {
      ...frame.numbers,
      read: values.length,
      last: steps.answer.at(-1),
      wanted: last < 0 ? NaN : values[last],
      left: first < 0 ? NaN : steps.f.slice(first + 1).reduce((product, f) => product * f, 1),
      lowest: orNone(Math.min, steps.f.filter((_, t) => !marks[t])),
      closed: orNone(Math.max, steps.f.filter((_, t) => marks[t])),
    },
    texts: frame.texts,
  };
}
