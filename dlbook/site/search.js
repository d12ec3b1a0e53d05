// The search page: what is asked in the address or typed, and what the book has on it.
import { excerpt, find, prepare } from "./find.js";

const FIRST = 12; // sections shown at once
const EACH = 4; // concepts and exercises named below a section
const results = document.getElementById("search-results");
const said = document.getElementById("search-said");
const field = document.querySelector("form.search input");
const INDEX = `${document.documentElement.dataset.content_root}_static/searchindex.js`;
let loading, typing;

/** The index, once somebody asks: a script, which also loads where the book lies on disk. */
function index() {
  loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: INDEX });
    script.onload = () => resolve(prepare(window.dlbookSearch));
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function link({ page, at, title }) {
  const made = element("a", "", title);
  made.href = `${page}#${at}`;
  return made;
}

/** A section with its best hit's text, and what else in it was found. */
function group(hits, terms) {
  const [best] = hits;
  const context = element("p", "context");
  const { text: spoken } = hits.find(({ text }) => text) ?? { text: best.title };
  const parts = excerpt(spoken, terms);
  context.append(...parts.map(([text, hit]) => (hit ? element("mark", "", text) : text)));
  const item = element("li", "", element("p", "where", best.kind === "exercise" ? `${best.of} · exercise` : best.of));
  item.append(element("h2", "", link(best)), context);
  const others = hits.slice(1).filter(({ title, kind }) => kind !== "section" && title !== best.title).slice(0, EACH);
  if (others.length) item.append(element("ul", "", ...others.map((hit) => element("li", "", link(hit)))));
  return item;
}

function show(groups, terms) {
  const list = element("ol", "", ...groups.slice(0, FIRST).map((hits) => group(hits, terms)));
  results.replaceChildren(list);
  if (groups.length <= FIRST) return;
  const more = element("button", "", `Show ${groups.length - FIRST} more`);
  more.type = "button";
  more.addEventListener("click", () => {
    const rest = groups.slice(FIRST).map((hits) => group(hits, terms));
    list.append(...rest);
    more.remove();
    rest[0].querySelector("a").focus();
  });
  results.append(more);
}

async function ask() {
  try {
    const book = await index();
    const query = field.value.trim();
    const { groups, terms, said: words } = query ? find(book, query) : { groups: [], terms: [], said: "" };
    said.textContent = words;
    show(groups, terms);
  } catch {
    loading = null; // the next letter tries again
    said.textContent = "The search could not be loaded: you may be offline.";
  }
}

// Arrow keys go from the field to the results, and through them.
addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const stops = [field, ...results.querySelectorAll("h2 a")];
  const here = stops.indexOf(document.activeElement);
  if (!step || here < 0 || !stops[here + step]) return;
  event.preventDefault();
  stops[here + step].focus();
});

field.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(ask, 200);
});
field.value = new URLSearchParams(location.search).get("q") ?? "";
if (field.value) {
  said.textContent = "Searching …";
  ask();
}
