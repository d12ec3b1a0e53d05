// What is shown of a term and of a source: the glossary's and the bibliography's own words.
import { element, glossary } from "./load.js";

const place = (link) => decodeURIComponent(link.hash.slice(1));

/** The concept that a link leads to, if it leads to one. */
export async function termOf(link) {
  const found = (await glossary()).terms[place(link)];
  if (!found) return null;
  const [name, says, used] = found;
  return ["What this term says", element("p", `<strong>${name}</strong>`), element("p", says), element("p", used)];
}

/** The entry of the bibliography, with the link that was clicked. */
export async function sourceOf(link) {
  const found = (await glossary()).sources[place(link)];
  if (!found) return null;
  const all = Object.assign(document.createElement("a"), { href: link.href, textContent: "In the bibliography" });
  const foot = document.createElement("p");
  foot.append(all);
  return ["The source", element("p", found), foot];
}
