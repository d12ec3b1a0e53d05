// What every page can do: light or dark, search by key, copy code, mark the section that is read. A page reads without.
import { copied } from "./copied.js";

const root = document.documentElement;
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

/** A button that goes round its choices: the reader's stands in the root element and in the browser's storage. */
function goesRound(button, name, choices, show) {
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset[name] = choices[(choices.indexOf(root.dataset[name]) + 1) % choices.length];
    try { localStorage.setItem(`dlbook-${name}`, root.dataset[name]); } catch { /* a reader may forbid storage */ }
    show();
  });
  show();
}

// Light, dark, or as the system says.
const system = matchMedia("(prefers-color-scheme: dark)");
const forced = matchMedia("(forced-colors: active)"); // a reader's own colours: then only the system knows
const modeButton = document.querySelector("button.mode");

function paint() {
  const { mode } = root.dataset;
  root.dataset.theme = mode === "auto" || forced.matches ? (system.matches ? "dark" : "light") : mode;
  modeButton.firstElementChild.textContent = mode;
}
for (const query of [system, forced]) query.addEventListener("change", paint);
goesRound(modeButton, "mode", ["auto", "light", "dark"], paint);

// Which answers a printed page shows: those that stand open, all, or none (print.css).
const answersButton = document.querySelector("button.answers");
root.dataset.answers = "open";
try { root.dataset.answers = localStorage.getItem("dlbook-answers") || "open"; } catch { /* as without one */ }
goesRound(answersButton, "answers", ["open", "all", "none"], () => {
  answersButton.firstElementChild.textContent = root.dataset.answers;
});

// Paper is white, and says where an explorer can be played with.
addEventListener("beforeprint", () => {
  root.dataset.theme = "light";
  for (const explorer of all("figure.explorer")) {
    explorer.dataset.address = `${location.href.split("#")[0]}#${explorer.closest("section[id]").id}`;
  }
});
addEventListener("afterprint", paint);

// Pictures are fetched as they come near, and all of them after the first sign of a reader: who prints a page has not
// scrolled through it.
const SIGNS = ["scroll", "pointermove", "pointerdown", "keydown"];
const fetchAll = () => {
  for (const picture of all("img[loading=lazy]")) picture.loading = "eager";
  for (const sign of SIGNS) removeEventListener(sign, fetchAll);
  const { page, content_root } = root.dataset; // symbols, terms and sources answer from now on, too
  const script = Object.assign(document.createElement("script"), { src: `${content_root}_static/words.js` });
  if (page) document.head.append(script);
};
for (const sign of SIGNS) addEventListener(sign, fetchAll, { passive: true });

// The rows of a chapter's card on a phone, which the first paint does not wait for: a few at a time, so that all have
// their heights, and their fonts, before a reader comes to them.
addEventListener("load", () => {
  const rows = all(".dlbook-card tr");
  const some = () => {
    for (const row of rows.splice(0, 4)) row.style.contentVisibility = "visible";
    if (rows.length) setTimeout(some);
  };
  some();
});

// Ctrl-K or / goes to the search field; on a phone the book's contents hold it.
const bookNav = document.getElementById("book-nav");
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const held = event.ctrlKey || event.metaKey;
  const wanted = (event.key === "k" && held) || (event.key === "/" && !typing && !held);
  if (!wanted) return;
  event.preventDefault();
  const field = bookNav.querySelector("input[type=search]");
  if (!field.checkVisibility()) bookNav.showPopover();
  field.focus();
});

// A popover that holds links to this very page closes when one is followed.
const pageNav = document.getElementById("page-nav");
pageNav?.addEventListener("click", (event) => {
  if (event.target.closest("a") && pageNav.matches(":popover-open")) pageNav.hidePopover();
});

// Mark the section being read: the innermost that a line a third down the window runs through. The browser tells; to
// ask where all of them stand would lay out the whole page.
if (pageNav) {
  const links = new Map(all("a", pageNav).map((link) => [link.hash.slice(1), link]));
  const crossed = new Set();
  const mark = (id) => {
    pageNav.querySelector("[aria-current]")?.removeAttribute("aria-current");
    links.get(id).setAttribute("aria-current", "true");
  };
  const line = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) crossed[isIntersecting ? "add" : "delete"](target.id);
    const reading = [...links.keys()].findLast((id) => crossed.has(id));
    if (reading) mark(reading);
  }, { rootMargin: "-33% 0px -66%" });
  for (const id of links.keys()) line.observe(document.getElementById(id));
  mark(links.keys().next().value);
}

// Who reports a mistake need not say where: the section that is read goes along.
document.querySelector("a.report")?.addEventListener("click", ({ currentTarget: link }) => {
  const section = pageNav?.querySelector("[aria-current]")?.hash;
  if (section) link.href = link.href.replace(/(Section%3A%20).*?(?=%0A)/, `$1${encodeURIComponent(section)}`);
});

// A button that copies, on every block of code.
function copyable(block) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "copy" });
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy this code");
  button.addEventListener("click", async () => {
    button.textContent = (await copied(block.querySelector("pre").textContent.trimEnd())) ? "Copied" : "Not copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  block.append(button);
}
all("article div.highlight").forEach(copyable);

// A link leads to its place only where all above it has been laid out: an address with a place says so before the first
// paint, a link when it is clicked. Fonts, editors and explorers come later: the page stays at the place until they are
// there, or the reader does something.
let stay;
function arrive() {
  const place = document.querySelector(":target");
  if (!place) return;
  const staying = stay = new ResizeObserver(() => place.scrollIntoView());
  staying.observe(document.body);
  setTimeout(() => staying.disconnect(), 5000);
}
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("a[href*='#']");
  if (link?.pathname !== location.pathname) return;
  root.dataset.whole = "";
  requestAnimationFrame(arrive); // once the browser has gone there
}, true);
for (const act of ["wheel", "touchstart", "pointerdown", "keydown"]) {
  addEventListener(act, () => stay?.disconnect(), { passive: true });
}
// Not where the browser brings an old place back.
if (performance.getEntriesByType("navigation")[0]?.type === "navigate") addEventListener("load", arrive);

// What scrolls sideways can be scrolled with the arrow keys. The browser tells of a box once it has been laid out, and
// whenever its size changes; what a font that comes late does to its content has to be asked.
const sideways = ".highlight pre, .cell_output, .pst-scrollable-table-container, .katex-display, .dl-formula";
const sized = new ResizeObserver((entries) => {
  const wide = entries.map(({ target: box }) => box.scrollWidth > box.clientWidth + 1);
  entries.forEach(({ target: box }, i) => (wide[i] ? (box.tabIndex = 0) : box.removeAttribute("tabindex")));
});
const measure = (from = document) => {
  for (const box of all(sideways, from)) {
    sized.unobserve(box);
    sized.observe(box);
  }
};
measure();
document.fonts.addEventListener("loadingdone", () => measure());

// The source in a fold is fetched when it is first opened: a script, which also loads where the book lies on disk.
document.addEventListener("toggle", ({ target: fold }) => {
  const key = fold.open && fold.dataset.source;
  if (!key || fold.dataset.fetched) return;
  fold.dataset.fetched = "asked";
  const script = document.createElement("script");
  script.src = `${root.dataset.content_root}_static/sources/${encodeURIComponent(key.replaceAll(":", "-"))}.js`;
  script.onload = () => {
    fold.lastElementChild.outerHTML = window.dlbookSources[key]; // it held a link to the same source
    fold.dataset.fetched = "here";
    all("div.highlight", fold).forEach(copyable);
    measure(fold);
  };
  // The link stays, and the next opening tries again.
  script.onerror = () => { delete fold.dataset.fetched; script.remove(); };
  document.head.append(script);
}, true);

// A downloaded notebook says where it was downloaded, unless it says so already; a file on disk cannot be asked.
const download = document.querySelector("a[download$='.ipynb']");
download?.addEventListener("click", async (event) => {
  if (location.protocol === "file:" || download.href.startsWith("blob:")) return;
  event.preventDefault();
  const text = await (await fetch(download.href)).text();
  const site = new URL(root.dataset.content_root, location);
  const copy = new Blob([text.replace('site = \\"\\"', () => `site = \\"${site}\\"`)]);
  download.href = URL.createObjectURL(copy);
  download.click();
});
