// Terms in the text: in each section of a chapter, where it first says the name of a concept of another section, a
// link.

const TEXT = "p, li, dd, blockquote";
const NO_TEXT = "a, button, code, pre, summary, label, svg, .katex, .cell, .used, .eyebrow";

/** Reads names out of a text; `terms` has a pattern for each, the longest first, and the address of what it means. */
export function reader(terms) {
  const patterns = Object.keys(terms).map((pattern) => `(${pattern})`);
  const expression = new RegExp(`(?<![\\w-])(?:${patterns.join("|")})(?![\\w-])`, "g");
  const addresses = Object.values(terms);
  const meant = (groups) => addresses[groups.findIndex((group) => group !== undefined)];
  return (text) => [...text.matchAll(expression)].map(({ index: at, 0: said, ...match }) => (
    { at, said, address: meant(Object.keys(terms).map((_, i) => match[i + 1])) }));
}

/** Makes a link of the first of each name in each section. */
export function mark(article, terms) {
  const read = reader(terms);
  const homes = new Map(Object.values(terms).map((address) => [address, home(address)]));
  const seen = new Map();
  for (const part of article.querySelectorAll("section")) {
    const whole = part.closest("article > section > section") ?? part;
    if (!seen.has(whole)) seen.set(whole, new Set());
    for (const node of texts(part)) {
      const fresh = ({ address }) =>
        !seen.get(whole).has(address) && !homes.get(address)?.contains(node) && seen.get(whole).add(address);
      for (const { at, said, address } of read(node.data).filter(fresh).reverse()) {
        const name = node.splitText(at);
        name.splitText(said.length);
        const link = Object.assign(document.createElement("a"), { className: "term", href: address });
        name.replaceWith(link);
        link.append(name);
      }
    }
  }
}

/** The section of this page that a concept has, if it has one here. */
const home = (address) => document.getElementById(address.split("#")[1])?.closest("section");

/** The running text of a section, without what its own sections hold. */
function texts(part) {
  const accept = (node) => {
    const { FILTER_ACCEPT: take, FILTER_SKIP: skip, FILTER_REJECT: leave } = NodeFilter;
    if (node.nodeType === Node.TEXT_NODE) return node.parentElement.closest(TEXT) ? take : skip;
    return node.matches(`section, ${NO_TEXT}`) ? leave : skip;
  };
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, accept);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}
