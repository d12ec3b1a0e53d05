// What is said of each cell: what its output is worth, and what goes on.
import { cells, same, texts } from "./cell.js";
import * as keep from "../practise/keep.js";
import { due, today } from "../practise/repeat.js";

let running = null; // the cell that runs
export const isBusy = () => running !== null;
export const isRunning = (cell) => cell === running;
export const setRunning = (cell) => (running = cell);
const entry = (cell) => (cell.exercise && keep.progress()[cell.exercise]) || {};
export const isSolved = (cell) => Boolean(entry(cell).right);
export const isDue = (cell) => due(entry(cell), today());

export function say(cell, text, kind = "") {
  if (!cell.state) return;
  if (cell.state.textContent !== text) cell.state.textContent = text;
  cell.box.dataset.state = kind;
}

/** Says of every cell what its output is worth. */
export function mark() {
  for (const cell of cells) {
    if (cell === running) continue;
    const stale = !same(texts(cell), cell.shown);
    cell.output.toggleAttribute("data-stale", stale && cell.output.childElementCount > 0);
    say(cell, ...worth(cell, stale));
  }
}

function worth(cell, stale) {
  if (cell.problem) return [cell.problem, "problem"];
  if (isDue(cell) && !cell.touched) return ["To repeat: try it once more.", "repeat"];
  // Solved before this page was opened: what the reader wrote then has not run here, and need not.
  if (isSolved(cell) && !cell.touched) return ["You have solved this.", "solved"];
  if (cell.shown[cell.id] !== cell.text) return ["Edited: not yet run.", "edited"];
  if (stale) return ["Stale: a cell above has changed.", "stale"];
  if (cell.seconds !== undefined) return [`Yours, in ${seconds(cell.seconds)}.`, "yours"];
  if (isSolved(cell)) return ["You have solved this.", "solved"];
  if (cell.output.textContent.trim() && !cell.exercise) return ["Output as the book was built.", "built"];
  return ["", ""];
}

const seconds = (value) => (value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`);

/** The output as the book was built; but "Not yet tried" is not said of what is solved. */
export function showBuilt(cell) {
  cell.output.replaceChildren(...(isSolved(cell) ? [] : cell.built));
}
