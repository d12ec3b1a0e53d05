// Files that come when they are needed: classic scripts, which also load where the book lies on disk.

const { content_root: root } = document.documentElement.dataset;
const asked = {};

/** The address of a page of the book, as seen from this one. */
export const address = (path) => `${root}${path}`;

/** Once the script has run; who asks again after a failure tries again. */
export const load = (file) => asked[file] ??= new Promise((done, failed) => {
  const script = Object.assign(document.createElement("script"), { src: address(`_static/${file}`), onload: done });
  script.onerror = () => {
    delete asked[file];
    script.remove();
    failed(new Error(`${file} could not be loaded`));
  };
  document.head.append(script);
});

export function style(file) {
  const href = address(`_static/${file}`);
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

/** The glossary: what stands on the pages of reference. */
export const glossary = () => load("glossary.js").then(() => window.dlbookGlossary);

/** An element of the page from a name, its HTML, and what else it is. */
export function element(name, html, more = {}) {
  const made = Object.assign(document.createElement(name), more);
  made.innerHTML = html;
  // The pages of reference wrote its links.
  for (const link of made.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href");
    if (!/^(https?:|#)/.test(href)) link.href = address(`reference/${href}`);
  }
  return made;
}
