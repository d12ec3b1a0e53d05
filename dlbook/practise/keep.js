// What the reader read, wrote and solved, kept in this browser in small parts: two pages do not overwrite each other.
import { answered, joined, missed, today } from "./repeat.js";

const CELL = "dlbook:cell:";
const READ = "dlbook:read:";
const PROGRESS = "dlbook:progress";
const EMPTY = { tries: 0, right: false, last: "" };
const memory = new Map(); // stands in where the browser forbids storage

const read = (key) => {
  if (memory.has(key)) return memory.get(key);
  try { return localStorage.getItem(key); } catch { return null; }
};
const write = (key, text) => {
  memory.delete(key);
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
    return true;
  } catch {
    if (text !== null) memory.set(key, text);
    return false;
  }
};
const parsed = (text) => {
  try { return JSON.parse(text); } catch { return null; }
};
const strings = (list) => (Array.isArray(list) ? list.filter((item) => typeof item === "string") : []);
const keys = (beginning) => {
  let stored = [];
  try { stored = Object.keys(localStorage); } catch { /* forbidden */ }
  return [...new Set([...stored, ...memory.keys()])].filter((key) => key.startsWith(beginning));
};
/** All that is kept under such keys, by the rest of the key. */
const under = (beginning) => (
  Object.fromEntries(keys(beginning).map((key) => [key.slice(beginning.length), parsed(read(key))]))
);

/** Whether the browser keeps anything at all. */
export function keepsNothing() {
  const stored = write("dlbook:try", "");
  if (stored) write("dlbook:try", null);
  memory.delete("dlbook:try");
  return !stored;
}

/**
 * The reader's version of a cell: `{ text, base, offer, before }`, `base` the book's text that it began with, `before`
 * what was there before an exercise was repeated, the latest first; null if none.
 */
export const cellOf = (name) => parsed(read(CELL + name));

/** Keeps a cell, or forgets it if nothing of the reader's is in it. Returns whether the browser could store it. */
export function keepCell(name, entry) {
  return write(CELL + name, entry && JSON.stringify(entry));
}

/** Empties a cell for one more try; what was written there is kept before it. */
export function emptied(name) {
  const mine = cellOf(name);
  if (!mine || mine.text === mine.base) return;
  const before = strings(mine.before).filter((text) => text !== mine.text);
  keepCell(name, { ...mine, text: mine.base, before: [mine.text, ...before] });
}

/** Tells of a cell that was changed in another page of this browser. */
export function onOtherPage(changed) {
  addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith(CELL)) changed(key.slice(CELL.length), parsed(newValue));
  });
}

export const progress = () => parsed(read(PROGRESS))?.exercises ?? {};

/**
 * Two entries as one, by the rule of `progress.py`: right anywhere is right, the most tries, the newcomer's last, and
 * the later of two places among the boxes.
 */
export function merged(ours, theirs) {
  const repeat = joined(ours, theirs);
  return {
    tries: Math.max(ours.tries, theirs.tries),
    right: ours.right || theirs.right,
    last: theirs.last || ours.last,
    ...(repeat && { repeat }),
  };
}

/** Joins entries of a file with those kept. */
export const mergeProgress = (entries) => join(entries, merged);

/** Takes in what was answered just now: whatever the clock says, its place is the later one. */
export const answeredNow = (entries) => (
  join(entries, (ours, theirs) => ({ ...merged(ours, theirs), ...(theirs.repeat && { repeat: theirs.repeat }) }))
);

function join(entries, two) {
  const all = progress();
  for (const [id, theirs] of Object.entries(entries)) {
    all[id] = two({ ...EMPTY, ...all[id] }, { ...EMPTY, ...theirs });
  }
  write(PROGRESS, JSON.stringify({ version: 1, exercises: all }));
  return all;
}

/** Notes one try as JupyterLab does: the same wrong answer twice in a row is one try. Returns the entry. */
export function record(id, right, last) {
  const old = { ...EMPTY, ...progress()[id] };
  const tries = old.tries + (!right && last !== old.last ? 1 : 0);
  return answeredNow({ [id]: { ...answered(old, right, today()), tries, right, last } })[id];
}

/** Notes that the reader looked at a hint or the solution before the answer was right. */
export function lookedUp(id) {
  answeredNow({ [id]: missed({ ...EMPTY, ...progress()[id] }, today()) });
}

/** The ids of a page's sections that were read. */
export const readOf = (page) => strings(parsed(read(READ + page)));

/** Notes sections that were read. */
export function readMore(page, ids) {
  write(READ + page, JSON.stringify([...new Set([...readOf(page), ...ids])]));
}

/** Everything as the text of one file; JupyterLab's `import_progress` reads it, too. */
export function exported() {
  return JSON.stringify({ version: 1, exercises: progress(), cells: under(CELL), read: under(READ) }, null, 1);
}

/** Forgets all that is in such a file. */
export function forget() {
  for (const key of [...keys(CELL), ...keys(READ), PROGRESS]) write(key, null);
}

/** Takes in such a file. A cell that differs from the reader's own is offered, not forced. Throws a sentence. */
export function imported(text) {
  const file = parsed(text);
  if (typeof (file?.exercises ?? "") !== "object") throw new Error("This file holds no work of this book.");
  mergeProgress(file.exercises);
  let [taken, offered] = [0, 0];
  for (const [name, theirs] of Object.entries(file.cells ?? {})) {
    if (typeof theirs?.text !== "string") continue;
    const mine = cellOf(name);
    const before = [...new Set([...strings(mine?.before), ...strings(theirs.before)])];
    const more = before.length ? { before } : {};
    if (mine && mine.text !== theirs.text) offered += keepCell(name, { ...mine, ...more, offer: theirs.text }) ? 1 : 0;
    else if (mine) keepCell(name, { ...mine, ...more });
    else taken += keepCell(name, { text: theirs.text, base: theirs.base ?? "", ...more }) ? 1 : 0;
  }
  for (const [page, ids] of Object.entries(file.read ?? {})) readMore(page, strings(ids));
  return { taken, offered, solved: Object.values(file.exercises).filter((entry) => entry.right).length };
}
