// The cells of a page that run: their buttons, what of them is stale, and what the reader keeps.
import "./live.css";
import { judge, numberOf, told } from "../practise/answers.js";
import { editor } from "./editor.js";
import * as keep from "../practise/keep.js";
import { names, needed } from "./names.js";
import * as python from "./python.js";

const page = document.documentElement.dataset.page;
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

/** One cell. Its `text` is what would run now; `shown` says with which texts the output was made, `ran` the same for the names in Python. */
class Cell {
  constructor(box, place) {
    this.box = box;
    this.place = place;
    this.id = box.id.replace(/^cell-/, "");
    this.name = `${page}#${this.id}`;
    this.hidden = !box.querySelector(".cell_input");
    this.source = this.hidden ? JSON.parse(box.querySelector("script.cell-source").textContent) : box.querySelector(".cell_input pre").textContent.replace(/\n$/, "");
    this.text = this.source;
    this.exercise = box.classList.contains("tag_exercise") ? this.source.match(/check\("([\w.]+)"/)[1] : "";
    this.card = this.exercise && document.querySelector(`section.exercise[data-exercise="${this.exercise}"]`);
    this.data = this.card && JSON.parse(this.card.querySelector(".exercise-data").textContent);
    this.output = box.querySelector(":scope > .cell_output") ?? box.appendChild(Object.assign(document.createElement("div"), { className: "cell_output" }));
    this.built = [...this.output.childNodes]; // with whatever other scripts have put there
    this.ran = null;
    this.problem = "";
  }

  /** The answer goes into a field instead of an editor: a number or a choice needs no Python. */
  get isForm() {
    return this.exercise !== "" && this.data.kind !== "code";
  }

  /** What the cell binds and needs, as it stands now. */
  get names() {
    if (this.read !== this.text) [this.read, this.found] = [this.text, names(this.text)];
    return this.found;
  }
}

const boxes = all(".cell:is(.tag_live, .tag_exercise)");
const cells = boxes.map((box, place) => new Cell(box, place));
let running = null; // the cell that runs

const above = (cell) => needed(cells.map((c) => c.names), cell.place).map((place) => cells[place]);
const texts = (cell) => Object.fromEntries([...above(cell), cell].map((c) => [c.id, c.text]));
const same = (a, b) => Boolean(a && b) && JSON.stringify(a) === JSON.stringify(b);

for (const cell of cells) cell.shown = texts(cell); // as the book was built

// ── What the reader sees of a cell ──────────────────────────────────────────────────────────────────────────────────

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
  const what = cell.exercise ? `the exercise “${cell.card.querySelector(".exercise-title").textContent}”` : `the cell “${cell.id}”`;
  cell.bar.setAttribute("aria-label", `For ${what}`);
  cell.bar.insertAdjacentHTML("beforeend", `<span id="${cell.box.id}-what" hidden>${what}</span>`);

  if (cell.isForm) form(cell, frame, what);
  else {
    cell.editor = editor(frame, cell.text, { label: `Code of ${what}`, help: "live-help", run: () => execute(cell), changed: (text) => typed(cell, text) });
    cell.runButton = button(cell, "run", "Run", () => execute(cell, { checking: false }));
    cell.stopButton = button(cell, "stop", "Stop", () => python.stop());
    cell.stopButton.hidden = true;
  }
  if (cell.exercise) button(cell, "check", "Check", () => (cell.isForm ? answer(cell) : execute(cell)));
  button(cell, "reset", "Reset", () => reset(cell));
  if (cell.exercise) {
    button(cell, "hint", "Hint", () => open(cell.card, ["details.hint:not([open])", "details.solution"]));
    button(cell, "solution", "Solution", () => open(cell.card, ["details.solution"]));
  }
  cell.state = cell.bar.appendChild(document.createElement("span"));
  cell.state.className = "live-state";
  cell.state.setAttribute("role", "status");
  cell.loading = cell.bar.appendChild(document.createElement("progress"));
  cell.loading.setAttribute("aria-label", "Loading Python");
  cell.loading.hidden = true;
  cell.offer = input.appendChild(document.createElement("div"));
  restore(cell, keep.cellOf(cell.name));
}

/** A number or a choice: the code with a field in place of its dots. */
function form(cell, frame, what) {
  frame.innerHTML = '<label class="live-answer"><code>answer = </code></label>';
  const choices = cell.data.options;
  cell.field = frame.firstChild.appendChild(document.createElement(choices ? "select" : "input"));
  if (choices) cell.field.innerHTML = `<option value="">...</option>${choices.map((key) => `<option>${key}</option>`).join("")}`;
  else Object.assign(cell.field, { type: "text", inputMode: "decimal", placeholder: "...", autocomplete: "off" });
  cell.field.setAttribute("aria-label", `Your answer to ${what}`);
  cell.field.addEventListener("input", () => typed(cell, withAnswer(cell)));
  cell.field.addEventListener("keydown", (event) => event.key === "Enter" && answer(cell));
}

/** The cell as JupyterLab would have it, with the reader's answer in place of the dots. */
function withAnswer(cell) {
  const value = cell.field.value.trim();
  const written = value === "" ? "..." : cell.data.options || numberOf(value) === null ? JSON.stringify(value) : value.replace(",", ".");
  return cell.source.replace("answer = ...", () => `answer = ${written}`);
}

function show(cell, text) {
  cell.text = text;
  if (cell.editor) cell.editor.set(text);
  else {
    const [, written] = text.match(/^answer = (.*)$/m) ?? [];
    cell.field.value = written === undefined || written === "..." ? "" : written.replace(/^"(.*)"$/, "$1");
  }
}

/** Opens the first of these parts of the card that is there, with all that it lies in. */
function open(card, selectors) {
  const part = selectors.map((selector) => card.querySelector(selector)).find(Boolean);
  for (let box = part; box && box !== card; box = box.parentElement) if (box.localName === "details") box.open = true;
  part.querySelector("summary").focus();
}

function say(cell, text, kind = "") {
  if (!cell.state) return;
  if (cell.state.textContent !== text) cell.state.textContent = text;
  cell.box.dataset.state = kind;
}

/** Says of every cell what its output is worth. */
function mark() {
  for (const cell of cells) {
    if (cell === running) continue;
    const now = texts(cell);
    const edited = cell.shown[cell.id] !== cell.text;
    const stale = !same(now, cell.shown);
    cell.output.toggleAttribute("data-stale", stale && cell.output.childElementCount > 0);
    if (cell.problem) say(cell, cell.problem, "problem");
    else if (edited) say(cell, "Edited: not yet run.", "edited");
    else if (stale) say(cell, "Stale: a cell above has changed.", "stale");
    else if (cell.seconds !== undefined) say(cell, `Yours, in ${seconds(cell.seconds)}.`, "yours");
    else if (cell.exercise && keep.progress()[cell.exercise]?.right) say(cell, "You have solved this.", "solved");
    else if (cell.output.textContent.trim() && !cell.exercise) say(cell, "Output as the book was built.", "built");
    else say(cell, "", "");
  }
}

const seconds = (value) => (value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`);

// ── What the reader wrote ───────────────────────────────────────────────────────────────────────────────────────────

let wait = 0;
/** The reader has changed a cell: keep it at once, mark what is stale when the typing rests. */
function typed(cell, text) {
  cell.text = text;
  cell.problem = "";
  const kept = keep.cellOf(cell.name);
  const stored = keep.keepCell(cell.name, text === cell.source && !kept?.offer ? null : { text, base: kept?.base ?? cell.source, ...(kept?.offer && { offer: kept.offer }) });
  if (!stored) cell.problem = "This browser keeps nothing: save your work to a file.";
  clearTimeout(wait);
  wait = setTimeout(mark, 150);
}

/** Show what is kept of a cell; offer the book's or a file's version where it differs. */
function restore(cell, kept) {
  show(cell, kept?.text ?? cell.source);
  cell.offer.innerHTML = "";
  if (kept?.offer !== undefined && kept.offer !== kept.text) offer(cell, "The file holds another version of this cell.", "Take the file’s", kept.offer, { text: kept.offer, base: cell.source });
  else if (kept && kept.base !== cell.source && kept.text !== cell.source) offer(cell, "The book’s version of this cell has changed since you edited it.", "Take the book’s", cell.source, null);
}

function offer(cell, sentence, label, text, entry) {
  cell.offer.className = "live-offer";
  cell.offer.innerHTML = `<p>${sentence}</p>`;
  const decide = (label, press) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    made.onclick = () => (press(), (cell.offer.innerHTML = ""), (cell.offer.className = ""), cell.editor?.focus(), mark());
    cell.offer.append(made);
  };
  const preview = cell.offer.appendChild(document.createElement("pre"));
  preview.textContent = text;
  preview.tabIndex = 0;
  decide(label, () => (show(cell, text), keep.keepCell(cell.name, entry)));
  decide("Keep mine", () => keep.keepCell(cell.name, { text: cell.text, base: cell.source }));
}

function reset(cell) {
  if (cell === running) python.stop();
  show(cell, cell.source); // Undo brings the reader's version back
  keep.keepCell(cell.name, null);
  cell.offer.innerHTML = "";
  cell.output.replaceChildren(...cell.built);
  Object.assign(cell, { shown: Object.fromEntries([...above(cell), cell].map((c) => [c.id, c.source])), ran: null, problem: "", seconds: undefined });
  cell.editor?.mark(0);
  mark();
}

keep.onOtherPage((name, kept) => {
  const cell = cells.find((c) => c.name === name);
  if (!cell || cell.hidden || (kept?.text ?? cell.source) === cell.text) return;
  restore(cell, kept);
  mark();
});

// ── Running ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const fresh = (cell) => same(cell.ran, texts(cell));

/** Runs a cell, before it those above that it needs, and after it the sentences below that follow from it. */
async function execute(cell, { checking = true } = {}) {
  if (running) return say(cell, "Python is busy with another cell.", cell.box.dataset.state);
  try {
    for (const other of above(cell)) {
      if (fresh(other)) continue;
      const done = await once(other, cell, true);
      if (done.error) return fail(cell, `“${other.id}” above did not run: look there first.`);
    }
    const { error } = await once(cell, cell, checking);
    if (error) return;
    for (const other of cells) {
      if (other.place <= cell.place || !above(other).includes(cell)) continue;
      other.ran = null; // made from what has just been made anew
      if (other.hidden && above(other).every(fresh)) await once(other, cell, true);
    }
  } catch (error) {
    fail(cell, error.message);
  } finally {
    mark();
  }
}

/** One run. `asked` is the cell whose button was pressed: it shows what is going on. */
async function once(cell, asked, checking) {
  const made = texts(cell);
  running = asked;
  busy(asked, true);
  cell.problem = asked.problem = "";
  cell.editor?.mark(0);
  say(asked, "Python is loading …", "running");
  python.onLoading((bytes, of) => {
    asked.loading.hidden = false;
    asked.loading.max = of;
    asked.loading.value = Math.min(bytes, of);
    const left = Math.max(0, of - bytes) / 1e6;
    say(asked, left > 0.05 ? `Python is loading: ${left.toFixed(0)} of ${(of / 1e6).toFixed(0)} MB left.` : "Python is starting …", "running");
  });
  let begun = false;
  const clear = () => {
    if (!begun) cell.output.replaceChildren();
    begun = true;
    cell.output.removeAttribute("data-stale");
  };
  try {
    const job = { cell: cell.id, source: cell.text, progress: JSON.stringify(keep.progress()), checking };
    const done = await python.run(job, {
      begun() {
        asked.loading.hidden = true;
        say(asked, cell === asked ? "Running …" : `Running “${cell.id}” first …`, "running");
      },
      part(html) {
        clear();
        append(cell.output, html);
      },
    });
    if (done.error && cell.hidden) cell.shown = {}; // the sentence holds for the book's own code only: it stays, marked stale
    else {
      clear();
      append(cell.output, done.error);
      cell.shown = made;
    }
    cell.seconds = done.error ? undefined : done.seconds;
    cell.ran = done.error ? null : made;
    cell.editor?.mark(done.line);
    if (Object.keys(done.progress).length) keep.mergeProgress(done.progress);
    counted();
    if (done.error) cell.problem = done.line ? `Stopped by an error in line ${done.line}.` : "Stopped by an error.";
    if (done.memory) python.stop(), (cell.problem = "Python ran out of memory and was ended; the next run starts it afresh.");
    return done;
  } finally {
    reach(cell.output);
    asked.loading.hidden = true;
    running = null;
    busy(asked, false);
  }
}

/** What scrolls sideways can be scrolled with the arrow keys. */
function reach(output) {
  for (const pre of all("pre", output)) {
    if (pre.scrollWidth > pre.clientWidth + 1) pre.tabIndex = 0;
    else pre.removeAttribute("tabindex");
  }
}
addEventListener("resize", () => cells.forEach((cell) => reach(cell.output)));

/** Printed text that comes in pieces is one text. */
function append(output, html) {
  const piece = document.createElement("div");
  piece.innerHTML = html;
  const last = output.lastElementChild;
  if (last?.matches("pre.live-text.printed") && piece.firstElementChild?.matches("pre.live-text.printed")) last.append(piece.firstElementChild.textContent);
  else output.append(...piece.childNodes);
}

function fail(cell, sentence) {
  cell.problem = sentence;
  cell.seconds = undefined;
}

function busy(cell, is) {
  const had = document.activeElement;
  for (const button of all(".live-bar :is([data-action=run], [data-action=check])")) {
    if (is) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
  cell.stopButton.hidden = !is;
  cell.runButton.hidden = is;
  if (had === cell.runButton && is) cell.stopButton.focus();
  if (had === cell.stopButton && !is) cell.runButton.focus();
}

python.onStop(() => cells.forEach((cell) => (cell.ran = null)));

/** A number or a choice is judged here: the page knows the answer, and needs no Python for it. */
function answer(cell) {
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

// ── The reader's work as a whole ────────────────────────────────────────────────────────────────────────────────────

const work = document.querySelector(".your-work");

function counted() {
  const ids = cells.filter((cell) => cell.exercise).map((cell) => cell.exercise);
  const solved = ids.filter((id) => keep.progress()[id]?.right).length;
  work.querySelector(".solved").textContent = `${solved} of this chapter’s ${ids.length} exercises solved.`;
}

function yourWork() {
  work.innerHTML = `<p><strong>Your work</strong> <span class="solved"></span> What you write is kept in this browser and sent nowhere.</p>
    <p><button type="button" data-action="save">Save to a file</button>
    <label class="button">Open a file<input type="file" accept=".json,application/json"></label>
    <span role="status"></span></p>`;
  const status = work.querySelector("[role=status]");
  work.querySelector("button").onclick = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([keep.exported()], { type: "application/json" }));
    link.download = "dlbook-work.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    status.textContent = "Saved. JupyterLab reads your progress from it with import_progress.";
  };
  const input = work.querySelector("input");
  input.onchange = async () => {
    try {
      const { taken, offered } = keep.imported(await input.files[0].text());
      for (const cell of cells) if (!cell.hidden) restore(cell, keep.cellOf(cell.name));
      status.textContent = `Opened: ${taken} cells taken over` + (offered ? `, ${offered} where you wrote something else are offered beside yours.` : ".");
    } catch (error) {
      status.textContent = error.message;
    }
    input.value = "";
    counted();
    mark();
  };
  counted();
}

document.body.insertAdjacentHTML("beforeend", '<p id="live-help" hidden>Tab indents. To leave the editor press Escape, then Tab. Shift-Enter runs the cell.</p>');
cells.forEach(enhance);
yourWork();
mark();
document.documentElement.dataset.cells = "ready";
