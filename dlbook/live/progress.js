// The page of the reader's progress: counts what this browser keeps, in the list of all chapters and exercises.
import * as keep from "../practise/keep.js";
import { due, rests, today } from "../practise/repeat.js";
import { yourWork } from "./work.js";

const NOTHING = "This browser forbids pages to keep anything: what you read and solve is forgotten with each page.";
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const minutes = ({ dataset }) => Number(dataset.minutes);
const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

const box = document.querySelector(".dl-progress");
const chapters = all("[data-page]", box).map((item) => ({
  item,
  page: item.dataset.page,
  title: item.querySelector(".dl-title").textContent,
  sections: item.dataset.sections.split(" "),
  rows: all("[data-exercise]", item),
  facts: item.querySelector(".dl-facts"),
  bar: item.querySelector("progress"),
}));

/** What the reader has done of a chapter. */
function done({ item, page, sections, rows }, entries, day) {
  const seen = new Set(keep.readOf(page));
  const read = sections.filter((id) => seen.has(id)).length;
  const open = rows.filter((row) => !entries[row.dataset.exercise]?.right);
  const text = minutes(item) - sum(rows.map(minutes)); // what is not for exercises
  const left = sum(open.map(minutes)) + text * (1 - read / sections.length);
  const repeats = rows.filter((row) => due(entries[row.dataset.exercise] ?? {}, day));
  return { read, solved: rows.length - open.length, left: Math.round(left), repeats };
}

function draw() {
  const [entries, day] = [keep.progress(), today()];
  const found = chapters.map((chapter) => ({ chapter, ...done(chapter, entries, day) }));
  for (const { chapter, read, solved, left, repeats } of found) {
    chapter.facts.textContent = [
      `${read} of ${counted(chapter.sections.length, "section")} read`,
      `${solved} of ${chapter.rows.length} exercises solved`,
      ...(repeats.length ? [`${repeats.length} to repeat`] : []),
      left ? `${counted(left, "minute")} left` : "done",
    ].join(" · ");
    chapter.bar.value = minutes(chapter.item) - left;
    for (const row of chapter.rows) tell(row, entries[row.dataset.exercise] ?? {}, day);
  }
  sums(found);
  toRepeat(found);
}

function sums(found) {
  const total = (of) => sum(found.map(of));
  const hours = Math.round(total(({ left }) => left) / 60);
  box.querySelector(".dl-sums").textContent = keep.keepsNothing() ? NOTHING : [
    `${total(({ read }) => read)} of ${total(({ chapter }) => chapter.sections.length)} sections read,`,
    `${total(({ solved }) => solved)} of ${total(({ chapter }) => chapter.rows.length)} exercises solved.`,
    hours ? `About ${counted(hours, "hour")} of the book are left.` : "You have come to the end of the book.",
  ].join(" ");
}

/** What is to be said of an exercise in its chapter's list. */
function tell(row, entry, day) {
  const solved = rests(entry) ? "solved, comes back" : "solved";
  const state = due(entry, day) ? "to repeat" : entry.right ? solved : "open";
  row.dataset.state = state;
  const note = row.querySelector("b") ?? row.appendChild(document.createElement("b"));
  note.textContent = state === "open" ? "" : ` ${state}`;
}

function toRepeat(found) {
  const today = box.querySelector(".dl-today");
  const items = found.flatMap(({ chapter, repeats }) => repeats.map((row) => [chapter, row]));
  today.innerHTML = items.length
    ? "<h2>To repeat today</h2><ul></ul>"
    : "<p>Nothing is to be repeated today.</p>";
  for (const [chapter, row] of items) {
    const item = today.querySelector("ul").appendChild(document.createElement("li"));
    const link = item.appendChild(row.querySelector("a").cloneNode(true));
    link.prepend("Repeat: ");
    link.onclick = () => keep.emptied(row.dataset.cell);
    item.append(` ${chapter.title}`);
  }
}

const work = box.querySelector(".your-work");
const status = yourWork(work, "<strong>Your work</strong> in the whole book.", draw);
const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Forget everything" });
button.dataset.action = "forget";
button.onclick = () => {
  const asked = "Forget all that you have read, written and solved? Only a file that you have saved brings it back.";
  if (!window.confirm(asked)) return;
  keep.forget();
  draw();
  status.textContent = "Forgotten.";
};
status.before(button, " ");

draw();
addEventListener("storage", draw); // another page of the book has noted something
addEventListener("pageshow", draw); // the reader has come back
