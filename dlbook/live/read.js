// What the reader has read of a chapter: a section counts once its end has stood on the screen for a while.
import { readMore, readOf } from "../practise/keep.js";

const A_WHILE = 3000; // milliseconds
const { page } = document.documentElement.dataset;

/** The last thing of each innermost section of the list "On this page", by the section's id. */
function ends() {
  const links = [...document.querySelectorAll("#page-nav li:not(:has(ul)) > a")];
  return links.map((link) => {
    const id = link.hash.slice(1);
    return [id, [...document.getElementById(id).children].findLast((part) => part.localName !== "script")];
  });
}

const found = new Map(ends());
const waiting = new Map();
const seen = new Set(readOf(page));
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    clearTimeout(waiting.get(target));
    if (isIntersecting) waiting.set(target, setTimeout(read, A_WHILE, target));
  }
});

function read(end) {
  const ids = [...found.keys()].filter((id) => found.get(id) === end);
  readMore(page, ids);
  watch.unobserve(end);
}

for (const [id, end] of found) if (!seen.has(id)) watch.observe(end);
