// What a drawing leads to, computed as the page does: a sketch, frames of the Python room, values of the controls and
// cells on stdin; the frames with the drawing in them.
import { readFileSync } from "node:fs";
import { revive } from "../../dlbook/explore/reading.js";
import { answer, unpack } from "../../dlbook/explore/sketch.js";

const plain = ({ arrays, numbers, texts }) => ({
  arrays: Object.fromEntries(Object.entries(arrays).map(([key, { values }]) => [key, Array.from(values)])),
  numbers,
  texts,
});
const { sketch, questions } = JSON.parse(readFileSync(0, "utf8"));
const answers = questions.map(({ frame, values, drawing }) =>
  plain(answer(sketch, unpack(drawing), revive(frame), values)));
process.stdout.write(JSON.stringify(answers));
