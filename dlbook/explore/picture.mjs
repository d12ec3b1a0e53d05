// Explorers in their first states as pictures that stand alone: payloads on stdin, SVG files on stdout.
import { readFileSync } from "node:fs";
import { drawPanel } from "./drawing.js";
import { MARKS } from "./marks/index.js";
import { reader, valuesAt } from "./reading.js";
import { escape } from "./writing.js";

const [WIDTH, GAP, TITLE, LEGEND] = [330, 12, 20, 17];
const sheet = readFileSync(new URL("../dlbook.css", import.meta.url), "utf8");
const light = sheet.match(/:root \{[^}]*/)[0];
const colours = Object.fromEntries([...light.matchAll(/(--[\w-]+): ([^;]+)/g)].map((found) => found.slice(1)));
const rules = sheet.match(/^\.explorer svg [^{]*\{[^}]*\}/gm).join("\n");
const style = `svg { font-family: system-ui, sans-serif; font-size: 12px; }\n${rules}`.replace(/\s+/g, " ");

/** A line of words; a long one is set closer. */
function line(x, y, words, more = "") {
  const room = WIDTH - x;
  const close = words.length > room / 7 ? ` textLength="${room}" lengthAdjust="spacingAndGlyphs"` : "";
  return `<text x="${x}" y="${y}"${close}${more}>${escape(words)}</text>`;
}

/** A panel with its title above and its legend below, and how high all of it is. */
function panelOf(panel, frame, values) {
  const { svg } = drawPanel(panel, WIDTH, panel.height, frame, values);
  const named = panel.marks.filter((mark) => mark.legend);
  const legend = named.map((mark, i) => {
    const y = TITLE + panel.height + i * LEGEND;
    return `<svg x="0" y="${y}" width="24" height="12">${MARKS[mark.mark].symbol(mark)}</svg>` +
      line(30, y + 10, mark.legend);
  });
  const drawn = line(0, 13, panel.title, ' font-weight="600"') +
    `<svg y="${TITLE}" width="${WIDTH}" height="${panel.height}">${svg}</svg>${legend.join("")}`;
  return { drawn, height: TITLE + panel.height + named.length * LEGEND };
}

function picture(payload) {
  const places = payload.controls.map((c) => c.start);
  const [frame, values] = [reader(payload)(places), valuesAt(payload.controls, places)];
  const panels = payload.panels.map((panel) => panelOf(panel, frame, values));
  const columns = panels.length === 4 ? 2 : Math.min(3, panels.length);
  let [top, inside] = [GAP, ""];
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    row.forEach(({ drawn }, i) => {
      const place = `x="${GAP + i * (WIDTH + GAP)}" y="${top}" width="${WIDTH}" overflow="visible"`;
      inside += `<svg ${place}>${drawn}</svg>`;
    });
    top += Math.max(...row.map(({ height }) => height)) + GAP;
  }
  const wide = GAP + columns * (WIDTH + GAP);
  const whole = `<svg xmlns="http://www.w3.org/2000/svg" class="explorer" width="${wide}" height="${top}" ` +
    `viewBox="0 0 ${wide} ${top}"><style>${style}</style><rect width="100%" height="100%" fill="var(--dl-bg)"/>` +
    `${inside}</svg>`;
  return whole.replace(/var\((--[\w-]+)\)/g, (_, name) => colours[name]);
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(picture)));
