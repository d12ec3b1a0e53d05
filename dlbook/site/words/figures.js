// A button on every drawing that saves it as one SVG file: in the colours of now, with its title and words, and all
// that it needs in itself.
import { load } from "./load.js";

const SVG = "http://www.w3.org/2000/svg";
const INHERITED = `fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap
  stroke-linejoin font-family font-size font-weight font-style text-anchor dominant-baseline paint-order visibility
  white-space image-rendering`.split(/\s+/);
const OWN = { // and what they are if nobody says
  opacity: "1", overflow: "visible", "mix-blend-mode": "normal", "stop-color": "rgb(0, 0, 0)", "stop-opacity": "1",
};
const LABELS = ".panel-title, .legend > span"; // what a drawing has in HTML

export function drawings(article) {
  const figures = [...article.querySelectorAll(".dlbook-figure, figure.explorer")];
  figures.forEach((figure, i) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy svg-tool" });
    button.textContent = "SVG";
    button.setAttribute("aria-label", "Save this figure as SVG");
    const name = `${document.documentElement.dataset.page.split("/").pop()}-${i + 1}.svg`;
    button.addEventListener("click", async () => save(await fileOf(figure), name));
    figure.append(button);
  });
}

function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The text of the file. */
async function fileOf(figure) {
  const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0;
  const panels = [...figure.querySelectorAll("svg")].filter((svg) => !svg.parentElement.closest("svg, button"));
  const labels = [...figure.querySelectorAll(LABELS)].filter((label) => label.textContent.trim() && shown(label));
  const drawn = panels.filter(shown);
  const boxes = [...drawn, ...labels].map((element) => element.getBoundingClientRect());
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
  const width = Math.max(...boxes.map((box) => box.right)) - left;
  const height = Math.max(...boxes.map((box) => box.bottom)) - top;
  const sheet = made("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
  const { title, words } = said(figure);
  sheet.append(made("title", {}, title), made("desc", {}, words));
  sheet.append(made("rect", { width, height, fill: getComputedStyle(document.body).backgroundColor }));
  for (const panel of drawn) {
    const box = panel.getBoundingClientRect();
    const copy = resolved(panel, getComputedStyle(sheet));
    const place = { x: box.left - left, y: box.top - top, width: box.width, height: box.height };
    for (const [name, value] of Object.entries(place)) copy.setAttribute(name, value);
    sheet.append(copy);
  }
  for (const label of labels) sheet.append(written(label, left, top));
  await Promise.all([...sheet.querySelectorAll("foreignObject")].map(pixels));
  return new XMLSerializer().serializeToString(sheet);
}

function said(figure) {
  const title = figure.querySelector(".explorer-title, figcaption")?.textContent ?? "";
  const words = figure.querySelector(".explorer-alt")?.textContent ??
    figure.querySelector("[role=img]")?.getAttribute("aria-label") ?? "";
  return { title: title || document.title, words };
}

function made(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

/** A copy that needs no stylesheet: each element says itself what it does not have from the one around it. */
function resolved(element, around) {
  const copy = element.cloneNode(false);
  const style = getComputedStyle(element);
  const own = element.style;
  for (const { name, value } of element.attributes) {
    if (/^(style|class|aria-hidden|tabindex|data-.*)$/.test(name) || value.includes("var(")) copy.removeAttribute(name);
  }
  for (const name of INHERITED) {
    const value = style.getPropertyValue(name);
    if (own?.getPropertyValue(name) || value !== around.getPropertyValue(name)) copy.style.setProperty(name, value);
  }
  for (const [name, usual] of Object.entries(OWN)) {
    const value = style.getPropertyValue(name);
    if (value !== usual) copy.style.setProperty(name, value);
  }
  for (const child of element.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) copy.append(child.data);
    else if (child.localName === "img") copy.append(child.cloneNode());
    else if (getComputedStyle(child).display !== "none" || child.closest("defs")) copy.append(resolved(child, style));
  }
  return copy;
}

/** A line of HTML as text of the drawing. */
function written(label, left, top) {
  const range = document.createRange();
  range.selectNodeContents(label.lastChild);
  const box = range.getBoundingClientRect();
  const { color, fontFamily, fontSize, fontWeight } = getComputedStyle(label);
  const text = made("text", { x: box.left - left, y: box.top - top + box.height * 0.78 }, label.textContent.trim());
  Object.assign(text.style, { fill: color, fontFamily, fontSize, fontWeight });
  return text;
}

/** The pixels of a photo lie in a file of their own (pictures.py): they come as a script, which disk allows, too. */
async function pixels(place) {
  const name = place.querySelector("img").getAttribute("src").split("/").pop();
  await load(`pixels/${name}.js`);
  const image = made("image", { href: window.dlbookPixels[name], preserveAspectRatio: "none" });
  for (const key of ["x", "y", "width", "height"]) image.setAttribute(key, place.getAttribute(key));
  image.style.imageRendering = "pixelated";
  place.replaceWith(image);
}
