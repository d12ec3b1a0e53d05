// A predicted number or a choice: a field instead of an editor, judged in the page without Python.
import { all, texts } from "./cell.js";
import { typed, withAnswer } from "./edit.js";
import { counted } from "./solved.js";
import { mark } from "./state.js";
import { judge, told } from "../practise/answers.js";
import * as keep from "../practise/keep.js";

/** The code with a field in place of its dots. */
export function form(cell, frame, what) {
  frame.innerHTML = '<label class="live-answer"><code>answer = </code></label>';
  const choices = cell.data.options;
  cell.field = frame.firstChild.appendChild(document.createElement(choices ? "select" : "input"));
  if (choices) {
    const options = choices.map((key) => `<option>${key}</option>`).join("");
    cell.field.innerHTML = `<option value="">...</option>${options}`;
  } else Object.assign(cell.field, { type: "text", inputMode: "decimal", placeholder: "...", autocomplete: "off" });
  cell.field.setAttribute("aria-label", `Your answer to ${what}`);
  cell.field.addEventListener("input", () => typed(cell, withAnswer(cell)));
  cell.field.addEventListener("keydown", (event) => event.key === "Enter" && answer(cell));
}

export function answer(cell) {
  const text = cell.field.value;
  const found = judge(cell.data, text);
  let hint = null;
  if (found.verdict === "right" || found.verdict === "wrong") {
    const { tries } = keep.record(cell.exercise, found.verdict === "right", text.trim());
    if (found.verdict === "wrong") hint = hintOf(cell, Math.max(tries, 1));
  }
  cell.output.innerHTML = told(cell.exercise, found, hint);
  cell.shown = texts(cell);
  cell.problem = "";
  cell.touched = true;
  counted();
  mark();
}

/** The hint that so many tries have earned, copied from the card without what is folded inside it. */
function hintOf(cell, tries) {
  const number = Math.min(tries, cell.data.hints);
  const copy = cell.card.querySelector(`details.hint[data-hint="${number}"]`).cloneNode(true);
  all("summary, details", copy).forEach((inner) => inner.remove());
  return { number, html: copy.innerHTML.trim(), last: tries > cell.data.hints };
}
