// Running a cell: before it those above that it needs, after it the sentences below that follow from it.
import { above, all, cells, fresh, texts } from "./cell.js";
import { read } from "./edit.js";
import { counted } from "./solved.js";
import { isBusy, mark, say, setRunning } from "./state.js";
import * as keep from "../practise/keep.js";
import * as python from "./python.js";

export async function execute(cell, { checking = true } = {}) {
  if (isBusy()) return say(cell, "Python is busy with another cell.", cell.box.dataset.state);
  begin(cell);
  try {
    await python.start();
    await read();
    for (const other of above(cell)) {
      if (fresh(other)) continue;
      const done = await once(other, cell, true);
      if (done.error) return fail(cell, `“${other.id}” above did not run: look there first.`);
    }
    const { error } = await once(cell, cell, checking);
    if (!error) await follow(cell);
  } catch (error) {
    fail(cell, error.message);
  } finally {
    cell.loading.hidden = true;
    setRunning(null);
    busy(cell, false);
    mark();
  }
}

function begin(cell) {
  setRunning(cell);
  busy(cell, true);
  cell.problem = "";
  cell.touched = true;
  cell.editor?.mark(0);
  say(cell, "Python is loading …", "running");
  python.onLoading((bytes, of) => {
    cell.loading.hidden = false;
    cell.loading.max = of;
    cell.loading.value = Math.min(bytes, of);
    const left = Math.max(0, of - bytes) / 1e6;
    const words = `Python is loading: ${left.toFixed(0)} of ${(of / 1e6).toFixed(0)} MB left.`;
    say(cell, left > 0.05 ? words : "Python is starting …", "running");
  });
}

/** What lies below a cell that has run was made from older names; a sentence among it is made anew. */
async function follow(cell) {
  for (const other of cells) {
    if (other.place <= cell.place || !above(other).includes(cell)) continue;
    other.ran = null;
    if (other.hidden && above(other).every(fresh)) await once(other, cell, true);
  }
}

/** One run. `asked` is the cell whose button was pressed: it shows what is going on. */
async function once(cell, asked, checking) {
  const made = texts(cell);
  cell.problem = "";
  cell.editor?.mark(0);
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
    if (done.error && cell.hidden) cell.shown = {}; // it holds for the book's own code only: it stays, marked stale
    else {
      clear();
      append(cell.output, done.error);
      cell.shown = made;
    }
    ended(cell, done, made);
    return done;
  } finally {
    reach(cell.output);
  }
}

function ended(cell, done, made) {
  cell.seconds = done.error ? undefined : done.seconds;
  cell.ran = done.error ? null : made;
  cell.editor?.mark(done.line);
  if (Object.keys(done.progress).length) keep.answeredNow(done.progress);
  counted();
  if (done.error) cell.problem = done.line ? `Stopped by an error in line ${done.line}.` : "Stopped by an error.";
  if (!done.memory) return;
  python.stop();
  cell.problem = "Python ran out of memory and was ended; the next run starts it afresh.";
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
  const [last, first] = [output.lastElementChild, piece.firstElementChild];
  const isText = (element) => element?.matches("pre.live-text.printed");
  if (isText(last) && isText(first)) last.append(first.textContent);
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
