// The page's cells come alive: an editor or a field, buttons, and what the reader has kept.
import "./live.css";
import "./work.css";
import { cells } from "./cell.js";
import { reset, restore, typed } from "./edit.js";
import { editor } from "./editor.js";
import { answer, form } from "./form.js";
import { execute } from "./run.js";
import { counted } from "./solved.js";
import { isDue, isRunning, isSolved, mark } from "./state.js";
import { yourWork } from "./work.js";
import * as keep from "../practise/keep.js";
import * as python from "./python.js";

const HELP = "Tab indents. To leave the editor press Escape, then Tab. Shift-Enter runs the cell.";
const WAY_OUT = "Escape, then Tab: out of the code";

function button(cell, name, label, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label, onclick: press });
  made.dataset.action = name;
  made.setAttribute("aria-describedby", `${cell.box.id}-what`);
  cell.bar.append(made);
  return made;
}

function enhance(cell) {
  cell.output.setAttribute("aria-live", "polite");
  if (cell.hidden) return;
  const input = cell.box.querySelector(".cell_input");
  input.innerHTML = "";
  const frame = input.appendChild(document.createElement("div"));
  frame.className = "live-frame highlight";
  cell.bar = input.appendChild(document.createElement("div"));
  cell.bar.className = "live-bar";
  cell.bar.setAttribute("role", "group");
  const title = cell.exercise && cell.card.querySelector(".exercise-title").textContent;
  const what = cell.exercise ? `the exercise “${title}”` : `the cell “${cell.id}”`;
  cell.bar.setAttribute("aria-label", `For ${what}`);
  cell.bar.insertAdjacentHTML("beforeend", `<span id="${cell.box.id}-what" hidden>${what}</span>`);
  if (cell.isForm) form(cell, frame, what);
  else edited(cell, frame, what);
  buttons(cell);
  cell.state = cell.bar.appendChild(document.createElement("span"));
  cell.state.className = "live-state";
  cell.state.setAttribute("role", "status");
  cell.loading = cell.bar.appendChild(document.createElement("progress"));
  cell.loading.setAttribute("aria-label", "Loading Python");
  cell.loading.hidden = true;
  cell.offer = input.appendChild(document.createElement("div"));
  restore(cell, keep.cellOf(cell.name));
  if (cell.card) cell.card.addEventListener("toggle", ({ target }) => target.open && lookedUp(cell), true);
}

/** Whoever looks at a hint or the solution before the answer is right has missed the exercise. */
function lookedUp(cell) {
  if (!isSolved(cell) || isDue(cell)) keep.lookedUp(cell.exercise);
}

function edited(cell, frame, what) {
  const heard = { run: () => execute(cell), changed: (text) => typed(cell, text) };
  cell.editor = editor(frame, cell.text, { label: `Code of ${what}`, help: "live-help", ...heard });
  frame.insertAdjacentHTML("beforeend", `<p class="live-keys" aria-hidden="true">${WAY_OUT}</p>`);
  cell.runButton = button(cell, "run", "Run", () => execute(cell, { checking: false }));
  cell.stopButton = button(cell, "stop", "Stop", () => python.stop());
  cell.stopButton.hidden = true;
}

function buttons(cell) {
  if (cell.exercise) button(cell, "check", "Check", () => (cell.isForm ? answer(cell) : execute(cell)));
  button(cell, "reset", "Reset", () => {
    if (isRunning(cell)) python.stop();
    reset(cell);
  });
  if (!cell.exercise) return;
  button(cell, "hint", "Hint", () => open(cell.card, ["details.hint:not([open])", "details.solution"]));
  button(cell, "solution", "Solution", () => open(cell.card, ["details.solution"]));
}

/** Opens the first of these parts of the card that is there, with all that it lies in. */
function open(card, selectors) {
  const part = selectors.map((selector) => card.querySelector(selector)).find(Boolean);
  for (let box = part; box && box !== card; box = box.parentElement) if (box.localName === "details") box.open = true;
  part.querySelector("summary").focus();
}

document.body.insertAdjacentHTML("beforeend", `<p id="live-help" hidden>${HELP}</p>`);
cells.forEach(enhance);
const book = `${document.documentElement.dataset.content_root}reference/progress.html`;
const line = `<strong>Your work</strong> <span class="solved"></span> <a href="${book}">The whole book</a>.`;
yourWork(document.querySelector(".your-work"), line, () => {
  for (const cell of cells) if (!cell.hidden) restore(cell, keep.cellOf(cell.name));
  counted();
  mark();
});
counted();
mark();
document.documentElement.dataset.cells = "ready";
