// What chapter 23's explorer shows of a sentence: `state` of dlbook/explorers/sentiment.py, where no Python runs.
import { filled } from "./reading.js";

const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[^\p{L}\p{N}_\s]|_/gu; // text.tokenize
export const tokenize = (text) => text.toLowerCase().match(WORD) ?? [];

const tables = new Map();
/** The place of each word, made once. */
function placesOf(words) {
  if (!tables.has(words)) tables.set(words, new Map(words.split("\n").map((word, i) => [word, i])));
  return tables.get(words);
}

const listed = (pairs) =>
  pairs.map(([word, v]) => `${word} ${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(2)}`).join(", ") || "none";

/** The frame for this text, from the frame of another one. */
export function wordParts(text, { model }, frame, { words, models }) {
  const { weights, bias, mean, scale } = models[model];
  const [place, room] = [placesOf(words), frame.arrays.part.values.length];
  const said = tokenize(text).slice(0, room);
  const ids = said.map((word) => place.get(word) ?? place.get("<unk>"));
  const part = ids.map((id) => weights[id] / scale / (mean ? said.length : 1));
  const score = part.reduce((sum, v) => sum + v, bias / scale);
  const order = part.map((_, i) => i).sort((a, b) => Math.abs(part[b]) - Math.abs(part[a]) || a - b);
  const top = order.slice(0, frame.arrays.height.values.length);
  const most = Math.abs(part[top[0]] ?? 0) || 1;
  const { height } = frame.arrays;
  return {
    arrays: {
      ...frame.arrays,
      part: filled(part, room),
      heavy: filled(top.map((i) => part[i] / most), height.shape[0]),
    },
    numbers: {
      ...frame.numbers,
      score,
      good: 1 / (1 + Math.exp(-score)),
      bias: bias / scale,
      read: said.length,
      unknown: said.filter((word) => !place.has(word)).length,
    },
    texts: {
      ...frame.texts,
      said: said.length ? said : [""],
      heaviest: top.length ? top.map((i) => said[i]) : [""],
      verdict: score > 0 ? "good" : "bad",
      list: listed(top.slice(0, 3).map((i) => [said[i], part[i]])),
    },
  };
}
