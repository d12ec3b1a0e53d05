// The marks by name: how each is drawn, `draw(mark, context)` -> SVG text, and its `symbol(mark)` in the legend.
import { area } from "./area.js";
import { band } from "./band.js";
import { bars } from "./bars.js";
import { cells } from "./cells.js";
import { code } from "./code.js";
import { contour } from "./contour.js";
import { graph } from "./graph.js";
import { handle } from "./handle.js";
import { heat } from "./heat.js";
import { image } from "./image.js";
import { labels } from "./labels.js";
import { layers } from "./layers.js";
import { line } from "./line.js";
import { path } from "./path.js";
import { points } from "./points.js";
import { products } from "./products.js";
import { rule } from "./rule.js";
import { tables } from "./tables.js";
import { text } from "./text.js";
import { words } from "./words.js";

export const MARKS = {
  area, band, bars, cells, code, contour, graph, handle, heat, image, labels, layers, line, path,
  points, products, rule, tables, text, words,
};
