// A deck scrolls sideways by itself, by finger or wheel; this adds keys, two buttons, a place in the address, and dark.

const deck = document.querySelector(".deck");
const slides = [...deck.children];
const nav = document.querySelector("nav");
const told = nav.querySelector("output");
const KEYS = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1, Home: -Infinity, End: Infinity };
let here = Math.max(0, slides.findIndex((slide) => `#${slide.id}` === location.hash));

function go(to) {
  here = Math.min(Math.max(to, 0), slides.length - 1);
  deck.scrollTo({ left: here * deck.clientWidth, behavior: "instant" });
  slides[here].focus({ preventScroll: true }); // a long slide scrolls with the arrow keys
  tell();
}

function tell() {
  told.textContent = `${here + 1} of ${slides.length}`;
  history.replaceState(null, "", `#${slides[here].id}`);
}

addEventListener("keydown", (event) => {
  const step = KEYS[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("button")) return;
  event.preventDefault();
  go(here + step);
});
nav.addEventListener("click", ({ target }) => target.dataset.go && go(here + Number(target.dataset.go)));
deck.addEventListener("scroll", () => {
  const now = Math.round(deck.scrollLeft / deck.clientWidth);
  if (now !== here) {
    here = now;
    tell();
  }
}, { passive: true });
addEventListener("resize", () => go(here));

// What is wider than its slide scrolls by itself, and then takes the keys.
const sized = new ResizeObserver((entries) => {
  const wide = entries.map(({ target: box }) => box.scrollWidth > box.clientWidth + 1);
  entries.forEach(({ target: box }, i) => (wide[i] ? (box.tabIndex = 0) : box.removeAttribute("tabindex")));
});
const boxes = document.querySelectorAll(".katex-display, .dl-formula, .pst-scrollable-table-container");
for (const box of boxes) sized.observe(box);

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => { document.documentElement.dataset.theme = dark.matches ? "dark" : "light"; };
dark.addEventListener("change", paint);
addEventListener("beforeprint", () => { document.documentElement.dataset.theme = "light"; }); // paper is white
addEventListener("afterprint", paint);
paint();
nav.hidden = false;
go(here);
