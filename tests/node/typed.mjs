// What a text leads to, computed as the page does: a control, frames of the Python room and values of the controls on
// stdin; the frames with the text in them.
import { readFileSync } from "node:fs";
import { revive } from "../../dlbook/explore/reading.js";
import { answered } from "../../dlbook/explore/typed.js";

const plain = ({ arrays, numbers, texts }) => ({
  arrays: Object.fromEntries(Object.entries(arrays).map(([key, { values }]) => [key, Array.from(values)])),
  numbers,
  texts,
});
const { control, questions } = JSON.parse(readFileSync(0, "utf8"));
const answers = questions.map(({ frame, values }) => plain(answered(control, values, revive(frame))));
process.stdout.write(JSON.stringify(answers));
