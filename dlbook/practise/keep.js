// What the reader wrote and solved, kept in this browser, cell by cell: two open pages do not overwrite each other.

const CELL = "dlbook:cell:";
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
const keys = () => {
  try { return [...new Set([...Object.keys(localStorage), ...memory.keys()])]; } catch { return [...memory.keys()]; }
};

/** The reader's version of a cell: `{ text, base, offer }`, `base` the book's text that it began with; null if none. */
export const cellOf = (name) => parsed(read(CELL + name));

/** Keeps a cell, or forgets it if nothing of the reader's is in it. Returns whether the browser could store it. */
export function keepCell(name, entry) {
  return write(CELL + name, entry && JSON.stringify(entry));
}

/** Tells of a cell that was changed in another page of this browser. */
export function onOtherPage(changed) {
  addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith(CELL)) changed(key.slice(CELL.length), parsed(newValue));
  });
}

export const progress = () => parsed(read(PROGRESS))?.exercises ?? {};

/** Two entries as one, by the rule of `progress.py`: right anywhere is right, the most tries, the newcomer's last. */
export const merged = (ours, theirs) => ({
  tries: Math.max(ours.tries, theirs.tries),
  right: ours.right || theirs.right,
  last: theirs.last || ours.last,
});

/** Joins entries with those kept. */
export function mergeProgress(entries) {
  const all = progress();
  for (const [id, theirs] of Object.entries(entries)) {
    all[id] = merged({ ...EMPTY, ...all[id] }, { ...EMPTY, ...theirs });
  }
  write(PROGRESS, JSON.stringify({ version: 1, exercises: all }));
  return all;
}

/** Notes one try as JupyterLab does: the same wrong answer twice in a row is one try. Returns the entry. */
export function record(id, right, last) {
  const old = { ...EMPTY, ...progress()[id] };
  const tries = old.tries + (!right && last !== old.last ? 1 : 0);
  return mergeProgress({ [id]: { tries, right, last } })[id];
}

/** Everything as the text of one file; JupyterLab's `import_progress` reads it, too. */
export function exported() {
  const cells = {};
  for (const key of keys()) if (key.startsWith(CELL)) cells[key.slice(CELL.length)] = parsed(read(key));
  return JSON.stringify({ version: 1, exercises: progress(), cells }, null, 1);
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
    if (mine && mine.text !== theirs.text) offered += keepCell(name, { ...mine, offer: theirs.text }) ? 1 : 0;
    else if (!mine) taken += keepCell(name, { text: theirs.text, base: theirs.base ?? "" }) ? 1 : 0;
  }
  return { taken, offered, solved: Object.values(file.exercises).filter((entry) => entry.right).length };
}
