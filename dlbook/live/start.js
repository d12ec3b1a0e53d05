// On a page with cells that run: loads the editor when the reader comes near one. Python waits for the first Run.
import { solved } from "./solved.js";

const root = document.documentElement.dataset.content_root;
const cells = document.querySelectorAll(".cell:is(.tag_live, .tag_exercise), .your-work");
const come = (entries) => entries.some((entry) => entry.isIntersecting) && load();
const near = new IntersectionObserver(come, { rootMargin: "400px" });
addEventListener("focusin", (event) => event.target.closest?.(".cell") && load());
// A page that is only opened stays light: the first sign of a reader is awaited.
const signs = ["scroll", "pointermove", "pointerdown", "keydown"];
const here = () => {
  signs.forEach((sign) => removeEventListener(sign, here));
  cells.forEach((cell) => near.observe(cell));
  document.head.append(Object.assign(document.createElement("script"), { src: `${root}_static/read.js` }));
};
signs.forEach((sign) => addEventListener(sign, here, { passive: true }));

const MISSING = "This cell cannot run here: the book’s editor could not be loaded. Reload the page to try again.";
let loading = false;
function load() {
  near.disconnect();
  if (loading) return;
  loading = true;
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${root}_static/cells.css` });
  const script = Object.assign(document.createElement("script"), { src: `${root}_static/cells.js` });
  style.onload = style.onerror = () => document.head.append(script); // no cell is ever seen without its style
  script.onerror = () => {
    for (const cell of cells) {
      const note = `<p class="live-note">${MISSING}</p>`;
      if (cell.querySelector(".cell_input")) cell.insertAdjacentHTML("beforeend", note);
    }
  };
  document.head.append(style);
}

solved();
