// Formulas: what their symbols mean in this chapter, and their LaTeX, by a button or with a selection that is copied.
import "katex/contrib/copy-tex";
import { copied } from "../copied.js";
import { offer } from "./card.js";
import { address, element, glossary } from "./load.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** Each formula answers; `rows` has the places of its symbols in the notation, where the page is a chapter. */
export function formulas(all, tex, rows = []) {
  const place = new Map(all.map((formula, i) => [formula, i]));
  const show = (formula, sign) => symbols(tex[place.get(formula)], rows[place.get(formula)] ?? [], sign);
  offer("article .katex", show);
  offer(".formula-tool", (button) => show(button.parentElement.querySelector(".katex")));
  for (const box of document.querySelectorAll("article div.math")) {
    const has = rows[place.get(box.querySelector(".katex"))]?.length;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy formula-tool" });
    button.textContent = has ? "Symbols" : "LaTeX";
    button.setAttribute("aria-label", has ? "Symbols and LaTeX of this formula" : "LaTeX of this formula");
    button.setAttribute("aria-haspopup", "dialog");
    box.append(button);
  }
  stops(all, rows);
}

/** With Tab one comes to every symbol once: at the formula that has it first, if no displayed formula shows it. */
function stops(all, rows) {
  const seen = new Set(all.flatMap((formula, i) => (formula.closest("div.math") ? rows[i] ?? [] : [])));
  all.forEach((formula, i) => {
    const fresh = (rows[i] ?? []).filter((row) => !seen.has(row));
    if (!fresh.length || formula.closest("a, button, summary, label, .cell")) return;
    for (const row of fresh) seen.add(row);
    formula.tabIndex = 0;
  });
}

async function symbols(tex, rows, sign) {
  const { symbols: notation } = await glossary();
  const foot = document.createElement("p");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy as LaTeX" });
  button.addEventListener("click", async () => {
    button.textContent = (await copied(tex)) ? "Copied" : "Not copied";
    setTimeout(() => { button.textContent = "Copy as LaTeX"; }, 2000);
  });
  foot.append(button);
  if (!rows.length) return ["This formula", foot];
  const said = rows.map((row) => {
    const [symbol, meaning, code] = notation[row];
    return `<dt>${symbol}</dt><dd>${meaning}${code ? ` <small>in code ${code}</small>` : ""}</dd>`;
  });
  const group = notation[rows[0]][3];
  const link = Object.assign(document.createElement("a"), { textContent: "All symbols" });
  link.href = address(`reference/notation.html#${group}`);
  foot.append(link);
  const list = element("dl", said.join(""));
  for (const symbol of list.querySelectorAll("dt")) if (sign && firstOf(symbol) === sign) symbol.ariaCurrent = "true";
  return ["The symbols of this formula", list, foot];
}

/** The letter that a symbol begins with, without its hat and its index. */
const firstOf = (symbol) =>
  [...symbol.querySelectorAll(".katex-html .mord")].find((part) => !part.childElementCount)?.textContent;

/** A selection is copied with $…$ for its formulas: KaTeX's own script does it, where it finds their LaTeX. */
export function copyable(all, tex) {
  document.addEventListener("copy", () => {
    const selection = getSelection();
    const chosen = all.map((formula, i) => selection.containsNode(formula, true) && annotated(formula, tex[i]));
    setTimeout(() => chosen.forEach((annotation) => annotation && annotation.remove()));
  }, true);
}

function annotated(formula, tex) {
  const annotation = document.createElementNS(MATHML, "annotation");
  annotation.textContent = tex;
  formula.querySelector("math").append(annotation);
  return annotation;
}
