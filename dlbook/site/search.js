// What Sphinx's search does not know of this book: ids with a dot, formulas, and a reader without a server.

// A page on disk may not read its neighbours: there the results are titles only.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const noText = ".headerlink, .eyebrow, .katex-html, annotation, script, style";
  for (const element of page.querySelectorAll(noText)) element.remove();
  const section = anchor && page.getElementById(decodeURIComponent(anchor.slice(1)))?.closest("section");
  return (section || page.querySelector("article")).textContent;
};
