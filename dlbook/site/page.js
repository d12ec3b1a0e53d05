// What every page can do: light or dark, search by key, copy code, mark the section that is read. A page reads without.

const root = document.documentElement;
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// Light, dark, or as the system says.
const MODES = ["auto", "light", "dark"];
const system = matchMedia("(prefers-color-scheme: dark)");
const forced = matchMedia("(forced-colors: active)"); // a reader's own colours: then only the system knows
const modeButton = document.querySelector("button.mode");

function paint() {
  const { mode } = root.dataset;
  root.dataset.theme = mode === "auto" || forced.matches ? (system.matches ? "dark" : "light") : mode;
  modeButton.firstElementChild.textContent = mode;
}

modeButton.hidden = false;
modeButton.addEventListener("click", () => {
  root.dataset.mode = MODES[(MODES.indexOf(root.dataset.mode) + 1) % MODES.length];
  try { localStorage.setItem("dlbook-mode", root.dataset.mode); } catch { /* a reader may forbid storage */ }
  paint();
});
for (const query of [system, forced]) query.addEventListener("change", paint);
paint();

// Paper is white, and nobody can unfold it. What would have to be fetched first stays a link.
let folded = [];
addEventListener("beforeprint", () => {
  root.dataset.theme = "light";
  folded = all("details:not([open], [data-source])");
  for (const fold of folded) fold.open = true;
});
addEventListener("afterprint", () => {
  paint();
  for (const fold of folded) fold.open = false;
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

// Mark the section being read.
if (pageNav) {
  const links = new Map(all("a", pageNav).map((link) => [link.hash.slice(1), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const mark = () => {
    const above = headings.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
    const reading = above.at(-1) ?? headings[0];
    for (const [id, link] of links) {
      if (id === reading.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();
}

/** Whether the text is in the clipboard now. Over plain http there is none but the one of a selected field. */
async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const field = Object.assign(document.createElement("textarea"), { value: text, readOnly: true });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

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

// What scrolls sideways can be scrolled with the arrow keys.
const sideways = ".highlight pre, .cell_output, .pst-scrollable-table-container, .katex-display, .dl-formula";
const scrollers = all(sideways);
let left = [];
function reach(deadline) {
  // In the browser's idle moments: a box far away can be measured once its section has been laid out.
  while (left.length && deadline.timeRemaining() > 4) {
    const box = left.shift();
    box.closest(".bd-article > section > section")?.setAttribute("data-whole", "");
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
  if (left.length) return void idle(reach);
  root.dataset.whole = root.dataset.settled = "";
}
const idle = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 50 }), 50));
function measure() {
  if (!left.length) idle(reach);
  left = [...scrollers];
  root.removeAttribute("data-settled");
}
addEventListener("resize", measure);
document.fonts.ready.then(measure);

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
    scrollers.push(...all(".highlight pre", fold));
    measure();
  };
  // The link stays, and the next opening tries again.
  script.onerror = () => { delete fold.dataset.fetched; script.remove(); };
  document.head.append(script);
}, true);
