// What the reader writes into a cell: kept at once, offered where two versions differ, taken back by Reset.
import { above, cells, unread } from "./cell.js";
import { mark, showBuilt } from "./state.js";
import * as keep from "../practise/keep.js";
import { numberOf } from "../practise/answers.js";
import * as python from "./python.js";

const before = (kept) => (kept?.before ? { before: kept.before } : {});

let wait = 0;
/** The reader has changed a cell: keep it at once, mark what is stale when the typing rests. */
export function typed(cell, text) {
  cell.text = text;
  cell.problem = "";
  cell.touched = true;
  const kept = keep.cellOf(cell.name);
  const entry = { text, base: kept?.base ?? cell.source, ...(kept?.offer && { offer: kept.offer }), ...before(kept) };
  const stored = keep.keepCell(cell.name, text === cell.source && !kept?.offer && !kept?.before ? null : entry);
  if (!stored) cell.problem = "This browser keeps nothing: save your work to a file.";
  clearTimeout(wait);
  wait = setTimeout(rested, 150);
}

async function rested() {
  mark();
  if (!python.isReady() || !unread().length) return; // until Python is there, a cell counts as needing what it did
  await read().catch(() => {}); // Python was stopped meanwhile: the next run reads
  mark();
}

/** Has Python read the names of every text that it has not read yet. */
export async function read() {
  const waiting = unread();
  const sources = waiting.map((cell) => cell.text);
  if (!waiting.length) return;
  const found = await python.names(sources);
  waiting.forEach((cell, i) => cell.known.set(sources[i], found[i] ?? cell.found));
}

/** The cell as JupyterLab would have it, with the reader's answer in place of the dots. */
export function withAnswer(cell) {
  const value = cell.field.value.trim();
  const isText = cell.data.options || numberOf(value) === null;
  const written = value === "" ? "..." : isText ? JSON.stringify(value) : value.replace(",", ".");
  return cell.source.replace("answer = ...", () => `answer = ${written}`);
}

function show(cell, text) {
  cell.text = text;
  if (cell.editor) return cell.editor.set(text);
  const [, written] = text.match(/^answer = (.*)$/m) ?? [];
  cell.field.value = written === undefined || written === "..." ? "" : written.replace(/^"(.*)"$/, "$1");
}

/** Show what is kept of a cell; offer the book's or a file's version where it differs. */
export function restore(cell, kept) {
  show(cell, kept?.text ?? cell.source);
  cell.touched = false; // the editor has said that it was changed
  if (cell.exercise && cell.output.childNodes[0] === cell.built[0]) showBuilt(cell);
  cell.offer.innerHTML = cell.offer.className = "";
  if (kept?.offer !== undefined && kept.offer !== kept.text) {
    const entry = { text: kept.offer, base: cell.source, ...before(kept) };
    offer(cell, "The file holds another version of this cell.", "Take the file’s", kept.offer, entry);
  } else if (kept && kept.base !== cell.source && kept.text !== cell.source) {
    const sentence = "The book’s version of this cell has changed since you edited it.";
    offer(cell, sentence, "Take the book’s", cell.source, kept.before ? emptyWith(cell, kept) : null);
  } else if (kept?.before?.length) offerBefore(cell, kept.before);
}

const emptyWith = (cell, kept) => ({ text: cell.source, base: cell.source, ...before(kept) });

/** What the reader wrote before the exercise was repeated: folded, since it may be the answer. */
function offerBefore(cell, texts) {
  cell.offer.className = "live-offer";
  cell.offer.innerHTML = "<details><summary>What you wrote before</summary></details>";
  for (const text of texts) {
    const preview = cell.offer.firstChild.appendChild(document.createElement("pre"));
    preview.textContent = text;
    preview.tabIndex = 0;
    const take = Object.assign(document.createElement("button"), { type: "button", textContent: "Bring it back" });
    take.onclick = () => {
      const rest = texts.filter((other) => other !== text && other !== cell.text);
      const left = cell.text === cell.source ? rest : [cell.text, ...rest];
      const entry = { text, base: cell.source, ...(left.length && { before: left }) };
      keep.keepCell(cell.name, entry);
      restore(cell, entry);
      mark();
      cell.editor?.focus();
    };
    cell.offer.firstChild.append(take);
  }
}

function offer(cell, sentence, label, text, entry) {
  cell.offer.className = "live-offer";
  cell.offer.innerHTML = `<p>${sentence}</p>`;
  const decide = (label, press) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    made.onclick = () => {
      press();
      cell.offer.innerHTML = cell.offer.className = "";
      cell.editor?.focus();
      mark();
    };
    cell.offer.append(made);
  };
  const preview = cell.offer.appendChild(document.createElement("pre"));
  preview.textContent = text;
  preview.tabIndex = 0;
  decide(label, () => (show(cell, text), keep.keepCell(cell.name, entry)));
  const mine = () => ({ text: cell.text, base: cell.source, ...before(keep.cellOf(cell.name)) });
  decide("Keep mine", () => keep.keepCell(cell.name, mine()));
}

export function reset(cell) {
  show(cell, cell.source); // Undo brings the reader's version back
  const kept = keep.cellOf(cell.name);
  keep.keepCell(cell.name, kept?.before ? emptyWith(cell, kept) : null);
  cell.offer.innerHTML = cell.offer.className = "";
  showBuilt(cell);
  const shown = Object.fromEntries([...above(cell), cell].map((c) => [c.id, c.source]));
  Object.assign(cell, { shown, ran: null, problem: "", seconds: undefined, touched: false });
  cell.editor?.mark(0);
  mark();
}

keep.onOtherPage((name, kept) => {
  const cell = cells.find((c) => c.name === name);
  if (!cell || cell.hidden || (kept?.text ?? cell.source) === cell.text) return;
  restore(cell, kept);
  mark();
});
