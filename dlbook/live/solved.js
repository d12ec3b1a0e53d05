// How many of the page's exercises the reader has solved: said at its top, and again at its end.
import { progress } from "../practise/keep.js";

/** Counts, says it in the line below the title, and returns `{ done, of }`. */
export function solved() {
  const ids = [...document.querySelectorAll("section.exercise")].map((card) => card.dataset.exercise);
  const kept = progress();
  const done = ids.filter((id) => kept[id]?.right).length;
  const line = document.querySelector(".eyebrow .solved");
  if (line && done) line.textContent = `${done} of ${ids.length} exercises solved`;
  return { done, of: ids.length };
}

/** Says it at the page's end, too. */
export function counted() {
  const { done, of } = solved();
  document.querySelector(".your-work .solved").textContent = `${done} of this chapter’s ${of} exercises solved.`;
}
