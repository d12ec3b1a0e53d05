// The cells of a page that run: what stands in them, what they need, and with which texts their outputs were made.
import { needed } from "./needs.js";

export const page = document.documentElement.dataset.page;
export const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const json = (selector, from = document) => JSON.parse(from.querySelector(selector).textContent);

/**
 * One cell. Its `text` is what would run now; `shown` says with which texts the output was made, `ran` the same for the
 * names in Python, `touched` whether the reader has worked on it since the page was opened.
 */
class Cell {
  constructor(box, place, names) {
    this.box = box;
    this.place = place;
    this.id = box.id.replace(/^cell-/, "");
    this.name = `${page}#${this.id}`;
    const input = box.querySelector(".cell_input");
    this.hidden = !input;
    this.source = input ? input.querySelector("pre").textContent.replace(/\n$/, "") : json("script.cell-source", box);
    this.text = this.source;
    this.found = names[this.id];
    this.known = new Map([[this.source, this.found]]);
    this.exercise = box.classList.contains("tag_exercise") ? this.source.match(/check\("([\w.]+)"/)[1] : "";
    this.card = this.exercise && document.querySelector(`section.exercise[data-exercise="${this.exercise}"]`);
    this.data = this.card && json(".exercise-data", this.card);
    this.output = box.querySelector(":scope > .cell_output") ?? box.appendChild(document.createElement("div"));
    this.output.classList.add("cell_output");
    this.built = [...this.output.childNodes]; // with whatever other scripts have put there
    this.ran = null;
    this.problem = "";
    this.touched = false;
  }

  /** The answer goes into a field instead of an editor: a number or a choice needs no Python. */
  get isForm() {
    return this.exercise !== "" && this.data.kind !== "code";
  }

  /** What the cell binds and needs, as it stands now, or as it last stood in a form that Python has read. */
  get names() {
    this.found = this.known.get(this.text) ?? this.found;
    return this.found;
  }
}

const boxes = all(".cell:is(.tag_live, .tag_exercise)");
const read = json("script.cell-names");
export const cells = boxes.map((box, place) => new Cell(box, place, read));

export const above = (cell) => needed(cells.map((c) => c.names), cell.place).map((place) => cells[place]);
export const texts = (cell) => Object.fromEntries([...above(cell), cell].map((c) => [c.id, c.text]));
export const same = (a, b) => Boolean(a && b) && JSON.stringify(a) === JSON.stringify(b);
/** Whether Python holds what the cell and those above would make now. */
export const fresh = (cell) => same(cell.ran, texts(cell));

/** Texts that nobody has read for their names, by their cells. */
export const unread = () => cells.filter((cell) => !cell.known.has(cell.text));

for (const cell of cells) cell.shown = texts(cell); // as the book was built
