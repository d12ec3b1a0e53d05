// The host of a built page: finds every explorer, fetches its states and makes it live when it comes near, keeps where
// it stands in the address, and lets it ask the page's Python once there is one.
import { mount } from "./mount.js";
import { revive } from "./reading.js";

const root = document.documentElement.dataset.content_root;
const explorers = [];
const MISSING = "This explorer cannot move: its data could not be loaded. Reload the page to try again.";

/** The states of an explorer, if they can be had: a script, which also loads where the book is read from disk. */
const states = {};
function statesOf(slug) {
  states[slug] ??= new Promise((resolve) => {
    const script = Object.assign(document.createElement("script"), { src: `${root}_static/explorers/${slug}.js` });
    script.onload = script.onerror = () => resolve(window.dlbookExplorers?.[slug]);
    document.head.append(script);
  });
  return states[slug];
}

async function start(figure) {
  const payload = await statesOf(figure.dataset.explorer);
  if (payload) live(figure, payload);
  else figure.querySelector(".problem").textContent = MISSING;
}

/** Between the grid's states the page's Python answers, exactly as a kernel does in JupyterLab. */
const asking = (ask, slug) => ask && ((values) => ask(slug, values).then(revive));
document.addEventListener("dlbook:python", ({ detail }) => {
  for (const { explorer, slug } of explorers) explorer.answerWith(asking(detail.ask, slug));
});

function live(figure, payload) {
  const explorer = mount(figure, payload);
  explorers.push({ explorer, slug: payload.slug });
  const web = location.protocol.startsWith("http"); // a file's address cannot be changed
  const name = (control) => `${payload.slug}.${control}`;

  const query = new URLSearchParams(location.search);
  const given = {};
  for (const control of payload.controls) {
    const text = query.get(name(control.name));
    if (text) given[control.name] = control.kind === "slider" ? Number(text) : text;
  }
  const drawing = query.get(name("drawing"));
  if (drawing) given.drawing = drawing;
  if (Object.keys(given).length) explorer.set(given);
  if (window.dlbookAsk) explorer.answerWith(asking(window.dlbookAsk, payload.slug));

  let waiting = 0;
  figure.addEventListener("explorer:move", ({ detail }) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!web) return;
      const address = new URL(location.href);
      for (const [control, value] of Object.entries(detail)) address.searchParams.set(name(control), value);
      history.replaceState(history.state, "", address);
    }, 400);
  });
}

const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      start(entry.target);
    }
  },
  { rootMargin: "600px" },
);
document.querySelectorAll("figure.explorer").forEach((figure) => near.observe(figure));
