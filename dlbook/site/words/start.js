// What a page answers when it is asked: symbols, terms, sources, formulas as LaTeX, figures as files. It comes with the
// first sign of a reader (page.js) and needs nothing of the page but its file in `_static/words`.
import "./words.css";
import { load, style } from "./load.js";
import { offer } from "./card.js";
import { drawings } from "./figures.js";
import { copyable, formulas } from "./formulas.js";
import { sourceOf, termOf } from "./sources.js";
import { mark } from "./terms.js";

const { page } = document.documentElement.dataset;
const article = document.querySelector("article");
// A formula may be drawn anew later: all are counted before anything is done.
const all = [...article.querySelectorAll(".katex")];

style("words.css");
drawings(article);
offer("a[href*='bibliography.html#']", sourceOf);
load(`words/${page.replaceAll("/", "-")}.js`).then(() => {
  const { tex, rows, terms } = window.dlbookPage;
  if (tex.length === all.length) formulas(all, tex, rows); // else a page and its file are of two builds
  copyable(all, tex);
  if (terms) mark(article, terms);
  offer("a[href*='#']:not(.headerlink)", termOf);
}).catch(() => { /* the page reads without */ });
