// What the search finds, and in which order: a pure function of the index and of what is asked.
import MiniSearch from "minisearch";
import SearchableMap from "minisearch/SearchableMap";

const SMALL = new Set(["a", "an", "and", "are", "as", "at", "be", "by", "do", "does", "for", "from", "how", "i", "in",
  "is", "it", "of", "on", "or", "the", "to", "what", "which", "why", "with"]);
const FIELDS = { names: 8, title: 4, text: 1, code: 0.3 };
const KINDS = { concept: 1.5, section: 1, exercise: 0.5 };
const weight = ({ kind, page }) => KINDS[kind] * (page.startsWith("chapters/") ? 1 : 0.5);
const LONG = 8; // letters: of so many, two may be wrong

/** The words of a text as they are compared: no accents, no capitals, no plural; `F₁` is `f1`. */
export function words(text) {
  const found = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return found.map((word) => word.replace(/(?<=[aeiouy].*[^sui])s$/, ""));
}

const squeezed = (text) => words(text).join("");
const spaced = (text) => words(text).join(" ");

/** The index as it is searched, its words, and what has which name. `same` holds groups of equal names. */
export function prepare({ entries, same }) {
  const known = new SearchableMap();
  const index = new MiniSearch({
    fields: Object.keys(FIELDS),
    tokenize: words,
    processTerm: (word) => { known.update(word, (count = 0) => count + 1); return word; },
    extractField: (entry, field) => (field === "names" ? entry.names?.join(" ") : entry[field]),
    searchOptions: { processTerm: (word) => word, boost: FIELDS, boostDocument: (id) => weight(entries[id]) },
  });
  index.addAll(entries.map((entry, id) => ({ ...entry, id })));
  return { entries, index, known, names: named(entries, same), same: same.map((group) => group.map(spaced)) };
}

/** What has which name, written without spaces: concepts, headings, and what is the same as they. */
function named(entries, same) {
  const names = new SearchableMap();
  const add = (name, ids) => names.set(squeezed(name), new Set([...(names.get(squeezed(name)) ?? []), ...ids]));
  entries.forEach(({ title, names: others = [] }, id) => [title, ...others].forEach((name) => add(name, [id])));
  for (const group of same) {
    const ids = group.flatMap((name) => [...(names.get(squeezed(name)) ?? [])]);
    for (const name of group) add(name, ids);
  }
  return names;
}

/** What `query` finds: hits by section, best first, and in words what it is where that is not what was asked for. */
export function find(book, query) {
  const { exact, near, wanted, unknown, instead } = meant(book, query);
  const headings = search(book, wanted, { fields: ["names", "title"] });
  const whole = search(book, wanted, {});
  const some = whole.length || near.length ? [] : search(book, wanted, { combineWith: "OR" });
  const first = unknown ? [...exact, ...near, ...headings] : [...exact, ...headings, ...near];
  const groups = grouped(book.entries, [...new Set([...first, ...whole, ...some])]);
  return { groups, terms: [...new Set(wanted.flat())], said: inWords(query, groups.length, instead, some.length) };
}

/** What is called as the query says, or almost so; the lists of words to look for; and what they are instead of it. */
function meant(book, query) {
  const content = words(query).filter((word) => !SMALL.has(word));
  const asked = content.length ? content : words(query);
  const right = asked.map((word) => nearest(book.known, word));
  const unknown = asked.some((word) => !has(book.known, word));
  const others = equals(book, right);
  const called = book.names.get(squeezed(query));
  const exact = byKind(book, called ?? []);
  const near = called ? [] : byKind(book, closest(book.names, squeezed(query)).flatMap(([, ids]) => [...ids]));
  const names = [...exact, ...near].slice(0, 1).map((id) => nameOf(book, id));
  if (called?.size === 0) return { exact, near, wanted: others, unknown, instead: others }; // no heading is called so
  const guess = near.length ? book.entries[near[0]].title : right.join(" ");
  const instead = unknown && !exact.length && guess !== asked.join(" ") && [[guess]];
  return { exact, near, wanted: [right, ...others, ...names], unknown, instead };
}

function inWords(query, count, instead, some) {
  const sections = count === 1 ? "1 section" : `${count} sections`;
  if (!count) return `Nothing for “${query}”, and nothing that is spelled like it.`;
  const shown = instead ? instead.map((list) => list.join(" ")).join(", ") : "some of its words";
  if (instead) return `Nothing for “${query}”; shown: ${shown} (${sections}).`;
  return some ? `No section has all of “${query}”; shown: ${shown} (${sections}).` : `${sections} for “${query}”.`;
}

const byKind = ({ entries }, ids) => [...ids].sort((a, b) => weight(entries[b]) - weight(entries[a]));
const nameOf = ({ entries }, id) => words(entries[id].names?.[0] ?? entries[id].title);

/** The entries that have all the words of one of the wanted lists (with OR: one of them), best first. */
function search({ index }, wanted, options) {
  const each = { combineWith: "AND", prefix: (word) => word.length > 1, ...options };
  const found = index.search({ combineWith: "OR", queries: wanted.map((queries) => ({ ...each, queries })) });
  return found.map(({ id }) => id);
}

/** The same words with a phrase replaced by one that means the same and that the book has. */
function equals({ same, names, known }, list) {
  const text = ` ${list.join(" ")} `;
  const stands = (phrase) => names.get(phrase.replaceAll(" ", "")).size || known.has(phrase);
  return same.flatMap((group) => group.filter((phrase) => text.includes(` ${phrase} `)).flatMap((phrase) => group
    .filter((other) => other !== phrase && stands(other))
    .map((other) => text.replace(` ${phrase} `, ` ${other} `).trim().split(" "))));
}

/** What is spelled almost like `word` in a map, nearest first: a letter too few, too many, another, or two swapped. */
function closest(map, word) {
  const letters = (text) => [...text].sort().join("");
  const often = (value) => value.size ?? value;
  const far = word.length < LONG ? 1 : 2;
  return [...map.fuzzyGet(word, 2)]
    .map(([found, [value, steps]]) => [found, value, letters(found) === letters(word) ? steps / 2 : steps])
    .filter(([found, , steps]) => steps <= far && found.length > 2)
    .sort((a, b) => a[2] - b[2] || (b[0][0] === word[0]) - (a[0][0] === word[0]) || often(b[1]) - often(a[1]));
}

/** Whether the book has a word, or one that begins so; and the word itself then, else the nearest that it has. */
const has = (known, word) => known.atPrefix(word).size > 0;
const nearest = (known, word) => (has(known, word) ? word : closest(known, word)[0]?.[0] ?? word);

/** Hits by the section they stand in: `[{section, hits}]`, in the order of each one's best hit. */
function grouped(entries, ids) {
  const groups = new Map();
  for (const id of ids) {
    const place = `${entries[id].page}#${entries[id].in}`;
    groups.set(place, [...(groups.get(place) ?? []), entries[id]]);
  }
  return [...groups.values()];
}

const WIDTH = 240; // characters of an excerpt

/** The sentence of a text that has most of the terms: `[[text, whether it is a hit], …]`. */
export function excerpt(text, terms) {
  const sentences = text.split(/\n|(?<=[.!?]) /u).map((sentence) => marked(sentence, terms));
  const count = (parts) => new Set(parts.filter(([, hit]) => hit).map(([word]) => word.toLowerCase())).size;
  const worth = (parts) => count(parts) - (parts.some(([part]) => part.includes("…")) ? 0.5 : 0); // a formula left out
  const best = sentences.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  let left = WIDTH;
  const parts = best.filter(([part]) => (left -= part.length) >= 0);
  return parts.length < best.length ? [...parts, [" …", false]] : parts;
}

/** A text in its words and what stands between them. A word is a hit if it begins as a term does. */
function marked(text, terms) {
  const isHit = (part) => words(part).some((word) => terms.some((term) => word.startsWith(term) && !SMALL.has(word)));
  return text.split(/([\p{L}\p{N}]+)/u).filter(Boolean).map((part) => [part, isHit(part)]);
}
