// The explorer: one module, two hosts. Under anywidget (JupyterLab) a kernel answers every move; in a built page (host.js)
// there is a grid of states, and the page's Python answers once it runs. Drawing is pure: (panel, frame) -> SVG text, so
// that Node draws the still picture of the first state with the same code.
//
// Words: a *place* is the index of a control's value (between two of them while a kernel answers); *values* are what the
// controls say, by name; a *frame* is one state, {arrays, numbers, texts}.

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const GAP = 65535; // stands for NaN among the levels of a quantised array

const words = (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
};

/** What finds the frame at one place per control; arrays are decoded once. */
export function reader(payload) {
  const sizes = payload.controls.map((c) => c.values.length);
  const data = {};
  for (const group of ["arrays", "numbers", "texts"])
    for (const [key, entry] of Object.entries(payload.grid[group])) data[`${group}.${key}`] = words(entry.data);
  const offset = (axes, places) => axes.reduce((sum, axis) => sum * sizes[axis] + places[axis], 0);
  const decoded = new Map();

  const array = (key, places) => {
    const { axes, shape, low, step } = payload.grid.arrays[key];
    const length = shape.reduce((a, b) => a * b, 1);
    const at = offset(axes, places);
    const name = `${key} ${at}`;
    if (!decoded.has(name)) {
      const levels = data[`arrays.${key}`].subarray(at * length, (at + 1) * length);
      decoded.set(name, { shape, values: Float64Array.from(levels, (q) => (q === GAP ? NaN : low + step * q)) });
    }
    return decoded.get(name);
  };
  return (places) => {
    const frame = { arrays: {}, numbers: {}, texts: {} };
    for (const key in payload.grid.arrays) frame.arrays[key] = array(key, places);
    for (const group of ["numbers", "texts"])
      for (const [key, { axes, table }] of Object.entries(payload.grid[group]))
        frame[group][key] = table[data[`${group}.${key}`][offset(axes, places)]];
    return revive(frame);
  };
}

/** JSON has neither NaN nor infinity: null and words stand for them. */
export function revive(frame) {
  for (const [key, value] of Object.entries(frame.numbers)) frame.numbers[key] = value === null ? NaN : Number(value);
  for (const array of Object.values(frame.arrays))
    if (Array.isArray(array.values)) array.values = Float64Array.from(array.values, (v) => v ?? NaN);
  return frame;
}

// ── Writing numbers ─────────────────────────────────────────────────────────────────────────────────────────────────

const minus = (text) => text.replace(/-/g, "−");
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** toFixed or toExponential as Python rounds: what lies exactly between two goes to the even digit, not up. */
function round(value, method, digits) {
  const [head, power = ""] = value[method](digits + 30).split(/(?=e)/); // so many digits tell a half from almost a half
  const cut = head.slice(0, -30).replace(/\.$/, "");
  return /^50*$/.test(head.slice(-30)) && "02468".includes(cut.at(-1)) ? cut + power : value[method](digits);
}

/** A number as Python's format() writes it for the specs that the book uses: "", "d", ".2f", ".3g", ".1e", ".0%". */
export function format(value, spec = "") {
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const digits = Number((spec.match(/\d+/) ?? [4])[0]);
  if (spec.endsWith("%")) return minus(`${round(100 * value, "toFixed", digits)} %`);
  if (spec.endsWith("f")) return minus(round(value, "toFixed", digits));
  if (spec.endsWith("d")) return minus(String(Math.round(value)));
  const size = Math.abs(value);
  if (spec.endsWith("e") || (size !== 0 && (size < 1e-4 || size >= 1e6))) {
    const [head, power] = round(value, "toExponential", spec.endsWith("e") ? digits : digits - 1).split("e");
    const raised = [...String(Number(power))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
    return minus(`${spec.endsWith("e") ? head : String(Number(head))} × 10${raised}`);
  }
  return minus(String(Number(round(value, "toExponential", digits - 1))));
}

/** "{recall:.2f} of {called}" filled from numbers, texts and controls. */
export function fill(template, frame, values) {
  return template.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, key, spec) =>
    format(frame.texts[key] ?? (key in frame.numbers ? frame.numbers[key] : values[key]), spec),
  );
}

// ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const colour = (index) => (index < 0 ? "var(--dl-fg)" : `var(--dl-c${index % 6})`);
const px = (value) => value.toFixed(1);

function ticks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const found = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-6; v += step) found.push(Number(v.toPrecision(12)));
  return found;
}

/** Level lines by marching squares, and the ground above each of them, as paths in units of the grid; made once. */
const made = new WeakMap();
export function levelPaths({ shape: [rows, columns], values }, levels) {
  if (made.get(values)?.levels === levels) return made.get(values);
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const ranked = (_, l) => sorted[Math.floor(((l + 1) / (levels + 1)) ** 2 * (sorted.length - 1))];
  const heights = Array.isArray(levels) ? levels : Array.from({ length: levels }, ranked);
  const result = { levels, lines: "", grounds: [] };
  for (const level of heights) {
    let ground = "";
    for (let i = 0; i < rows - 1; i++) {
      let from = -1; // where a run of squares begins that lie above the level as a whole
      const close = (j) => {
        if (from >= 0) ground += `M${from} ${i}L${j} ${i}L${j} ${i + 1}L${from} ${i + 1}z`;
        from = -1;
      };
      for (let j = 0; j < columns - 1; j++) {
        const corners = [[j, i], [j + 1, i], [j + 1, i + 1], [j, i + 1]];
        const z = corners.map(([x, y]) => values[y * columns + x]);
        if (z.every((height) => height >= level)) {
          if (from < 0) from = j;
          continue;
        }
        close(j);
        if (z.some(Number.isNaN)) continue;
        const crossings = [];
        const above = [];
        for (let e = 0; e < 4; e++) {
          const f = (e + 1) % 4;
          if (z[e] >= level) above.push(corners[e].join(" "));
          if (z[e] >= level === z[f] >= level) continue;
          const t = (level - z[e]) / (z[f] - z[e]);
          const at = corners[e].map((c, k) => (c + t * (corners[f][k] - c)).toFixed(2)).join(" ");
          crossings.push(at);
          above.push(at);
        }
        for (let c = 0; c + 1 < crossings.length; c += 2) result.lines += `M${crossings[c]}L${crossings[c + 1]}`;
        if (above.length) ground += `M${above.join("L")}z`;
      }
      close(columns - 1);
    }
    result.grounds.push(ground);
  }
  made.set(values, result);
  return result;
}

const polyline = (n, x, y, step) => {
  let d = "";
  let pen = "M";
  for (let i = 0; i < n; i++) {
    const [a, b] = [x(i), y(i)];
    if (Number.isNaN(a) || Number.isNaN(b)) pen = "M";
    else {
      d += step && pen === "L" ? `H${px(a)}V${px(b)}` : `${pen}${px(a)} ${px(b)}`;
      pen = "L";
    }
  }
  return d;
};

const disc = (x, y, r) => `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0-${2 * r} 0z`;
const diamond = (x, y, r) => `M${px(x - r)} ${px(y)}l${r}-${r} ${r} ${r}-${r} ${r}z`;

/** One function per mark: (mark, context) -> SVG text. The context holds the scales, the frame and what can be hovered. */
const draw = {
  line(mark, { X, Y, array, hit }) {
    const [x, y] = [array(mark.x), array(mark.y)];
    for (let i = 0; i < y.length; i++) hit(x[i], y[i], mark.label);
    const d = polyline(y.length, (i) => X(x[i]), (i) => Y(y[i]), mark.step);
    const dash = mark.dash ? ' stroke-dasharray="6 4"' : "";
    return `<path class="line" d="${d}" stroke="${colour(mark.color)}" stroke-width="${mark.width}"${dash}/>`;
  },
  path(mark, { X, Y, array, hit }) {
    const xy = array(mark.xy);
    const n = xy.length / 2;
    let last = -1;
    let dots = "";
    for (let i = 0; i < n; i++) {
      if (Number.isNaN(xy[2 * i])) continue;
      hit(xy[2 * i], xy[2 * i + 1], `step ${i}`);
      dots += `M${px(X(xy[2 * i]))} ${px(Y(xy[2 * i + 1]))}h0`;
      last = i;
    }
    const d = polyline(n, (i) => X(xy[2 * i]), (i) => Y(xy[2 * i + 1]));
    const end = last < 0 ? "" : `<circle cx="${px(X(xy[2 * last]))}" cy="${px(Y(xy[2 * last + 1]))}" r="5" fill="${colour(mark.color)}"/>`;
    const stroke = `stroke="${colour(mark.color)}"`;
    return `<path class="line" d="${d}" ${stroke} stroke-width="1.5"/><path class="line" d="${dots}" ${stroke} stroke-width="5" stroke-linecap="round"/>${end}`;
  },
  points(mark, { X, Y, array, hit }) {
    const [x, y] = [array(mark.x), array(mark.y)];
    const group = typeof mark.color === "string" ? array(mark.color) : null;
    const shapes = {};
    for (let i = 0; i < y.length; i++) {
      if (Number.isNaN(x[i]) || Number.isNaN(y[i])) continue;
      const g = group ? Math.round(group[i]) : mark.color;
      hit(x[i], y[i], mark.label);
      // colour 1 is drawn as diamonds: colour is never the only difference
      shapes[g] = (shapes[g] ?? "") + (g === 1 ? diamond : disc)(X(x[i]), Y(y[i]), mark.size);
    }
    const crowd = y.length > 20 ? ".65" : "1"; // dots that lie upon each other shine through
    const look = (c) => (mark.ring ? `fill="var(--dl-bg)" stroke="${c}" stroke-width="2.5"` : `fill="${c}" fill-opacity="${crowd}"`);
    return Object.entries(shapes).map(([g, d]) => `<path d="${d}" ${look(colour(Number(g)))}/>`).join("");
  },
  text(mark, { X, Y, value, words }) {
    return `<text x="${px(X(value(mark.x)))}" y="${px(Y(value(mark.y)))}" style="fill:${colour(mark.color)}">${escape(words(mark.words))}</text>`;
  },
  area(mark, { X, Y, array, box }) {
    const [x, y] = [array(mark.x), array(mark.y)];
    const kept = [...y.keys()].filter((i) => !Number.isNaN(x[i]) && !Number.isNaN(y[i]));
    if (!kept.length) return "";
    const top = kept.map((i) => `${px(X(x[i]))} ${px(Y(y[i]))}`).join("L");
    const [first, last] = [px(X(x[kept[0]])), px(X(x[kept.at(-1)]))];
    return `<path d="M${first} ${box.bottom}L${top}L${last} ${box.bottom}z" fill="${colour(mark.color)}" fill-opacity=".14"/>`;
  },
  band(mark, { X, array, box }) {
    const ends = array(mark.intervals);
    let out = "";
    for (let i = 0; i + 1 < ends.length; i += 2) {
      if (Number.isNaN(ends[i])) continue;
      const [a, b] = [Math.max(box.left, X(ends[i])), Math.min(box.right, X(ends[i + 1]))];
      if (b > a) out += `<rect x="${px(a)}" y="${box.top}" width="${px(b - a)}" height="${box.bottom - box.top}" fill="${colour(mark.color)}" fill-opacity=".13"/>`;
    }
    return out;
  },
  rule(mark, { X, Y, value, box }) {
    const d = mark.x !== null ? `M${px(X(value(mark.x)))} ${box.top}V${box.bottom}` : `M${box.left} ${px(Y(value(mark.y)))}H${box.right}`;
    return `<path class="line" d="${d}" stroke="${colour(mark.color)}" stroke-dasharray="2 4"/>`;
  },
  bars(mark, { array, Y, box }) {
    const height = array(mark.height);
    const wide = (box.right - box.left) / height.length;
    return [...height].map((h, i) => {
      const x = box.left + i * wide;
      const bar = `<rect x="${px(x + 0.15 * wide)}" y="${px(Y(h))}" width="${px(0.7 * wide)}" height="${px(Math.max(0, box.bottom - Y(h)))}" fill="${colour(mark.color)}" fill-opacity=".6"/>`;
      return `${bar}<text x="${px(x + wide / 2)}" y="${box.bottom + 15}" text-anchor="middle">${escape(mark.names[i])}</text>`;
    }).join("");
  },
  contour(mark, { X, Y, surface }) {
    const z = surface(mark.z);
    const [x0, x1, y0, y1] = mark.extent;
    const [rows, columns] = z.shape;
    const { lines, grounds } = levelPaths(z, mark.levels);
    const [sx, sy] = [(X(x1) - X(x0)) / (columns - 1), (Y(y1) - Y(y0)) / (rows - 1)];
    const shade = grounds.map((d) => `<path d="${d}" fill="var(--dl-c0)" fill-opacity=".035"/>`).join("");
    return `<g transform="matrix(${sx} 0 0 ${sy} ${X(x0)} ${Y(y0)})">${shade}<path class="line level" d="${lines}"/></g>`;
  },
  cells(mark, { surface, box }) {
    const { shape: [rows, columns], values } = surface(mark.values);
    const [w, h] = [(box.right - box.left) / columns, (box.bottom - box.top) / rows];
    let out = "";
    for (let i = 0; i < rows; i++) {
      const sum = values.slice(i * columns, (i + 1) * columns).reduce((a, b) => a + (b || 0), 0) || 1;
      for (let j = 0; j < columns; j++) {
        const [x, y, v] = [box.left + j * w, box.top + i * h, values[i * columns + j]];
        const tint = mark.colors ? mark.colors[i][j] : i === j ? 2 : 1;
        out += `<rect x="${px(x + 1)}" y="${px(y + 1)}" width="${px(w - 2)}" height="${px(h - 2)}" rx="4" fill="${colour(tint)}" fill-opacity="${(0.08 + (0.32 * (v || 0)) / sum).toFixed(2)}"/>`;
        out += `<text class="count" x="${px(x + w / 2)}" y="${px(y + h / 2 + 7)}" text-anchor="middle">${format(v, "d")}</text>`;
      }
      out += `<text x="${box.left - 6}" y="${px(box.top + (i + 0.5) * h + 4)}" text-anchor="end">${escape(mark.rows[i])}</text>`;
    }
    mark.columns.forEach((name, j) => (out += `<text x="${px(box.left + (j + 0.5) * w)}" y="${box.bottom + 16}" text-anchor="middle">${escape(name)}</text>`));
    return out;
  },
  graph(mark, { X, Y, array, words }) {
    const lit = array(mark.lit); // 0: not yet, 1: done, 2: just now
    const texts = (key) => (key ? words(key).split("|").map(escape) : []);
    const [values, grads, weights] = [texts(mark.values), texts(mark.grads), texts(mark.edge_values)];
    const at = (i) => [X(mark.nodes[i][1]), Y(mark.nodes[i][2])];
    const lines = mark.edges.map(([from, to], i) => {
      const [[x0, y0], [x1, y1]] = [at(from), at(to)];
      const now = mark.edge_lit ? array(mark.edge_lit)[i] === 2 : lit[to] === 2;
      return `<path class="line" d="M${px(x0)} ${px(y0)}L${px(x1)} ${px(y1)}" stroke="${now ? colour(1) : "var(--dl-grid)"}" stroke-width="${now ? 2.5 : 1.5}"/>`;
    });
    const labels = weights.map((text, i) => {
      const [[x0, y0], [x1, y1]] = mark.edges[i].map(at);
      return `<text class="weight" x="${px(x0 + 0.3 * (x1 - x0))}" y="${px(y0 + 0.3 * (y1 - y0) + 4)}" text-anchor="middle">${text}</text>`; // near its start, where lines that cross are still apart
    });
    const nodes = mark.nodes.map(([label], i) => {
      const [x, y] = at(i);
      const rim = ["var(--dl-grid)", colour(0), colour(1)][lit[i]];
      const below = grads[i] ? `<text class="value" x="${px(x)}" y="${px(y + mark.size + 14)}" text-anchor="middle" style="fill:${colour(1)}">${grads[i]}</text>` : "";
      return `<circle cx="${px(x)}" cy="${px(y)}" r="${mark.size}" fill="var(--dl-bg)" stroke="${rim}" stroke-width="${lit[i] === 2 ? 3 : 2}"/>` +
        `<text x="${px(x)}" y="${px(y - mark.size - 5)}" text-anchor="middle">${escape(label)}</text>` +
        `<text class="value" x="${px(x)}" y="${px(y + 4)}" text-anchor="middle">${values[i]}</text>${below}`;
    });
    return lines.join("") + labels.join("") + nodes.join("");
  },
  tables(mark, { array, words, box }) {
    const lit = array(mark.lit); // one number after the other: 1 went in, 2 came out
    const names = words(mark.names).split("|");
    const [wide, high, gap] = [58, 24, 18];
    let [x, y, next, i, out] = [box.left, box.top, box.top, 0, ""];
    words(mark.values).split("|").forEach((table, k) => {
      const rows = table.split(";").map((row) => row.split(" "));
      const width = Math.max(rows[0].length * wide, 7 * names[k].length);
      if (x > box.left && x + width > box.right) [x, y] = [box.left, next]; // no room: the next line
      out += `<text x="${px(x)}" y="${px(y + 14)}">${escape(names[k])}</text>`;
      rows.forEach((row, r) => row.forEach((text, c) => {
        const [a, b] = [x + c * wide, y + 20 + r * high];
        const look = ['fill="var(--dl-muted)" fill-opacity=".1"', `fill="${colour(0)}" fill-opacity=".25"`, `fill="${colour(1)}" fill-opacity=".3" stroke="${colour(1)}"`][lit[i++]];
        out += `<rect x="${px(a + 1)}" y="${px(b + 1)}" width="${wide - 2}" height="${high - 2}" rx="3" ${look}/>`;
        out += `<text class="value" x="${px(a + wide / 2)}" y="${px(b + 16)}" text-anchor="middle">${escape(text)}</text>`;
      }));
      next = Math.max(next, y + 20 + rows.length * high + gap);
      x += width + gap;
    });
    return out;
  },
  handle(mark, { X, Y, control, box }) {
    const names = `data-x="${mark.x ?? ""}" data-y="${mark.y ?? ""}"`;
    if (mark.x && mark.y) {
      const [a, b] = [px(X(control(mark.x))), px(Y(control(mark.y)))];
      return `<circle cx="${a}" cy="${b}" r="7" fill="var(--dl-bg)" stroke="${colour(mark.color)}" stroke-width="2.5"/><circle class="grab" ${names} cx="${a}" cy="${b}" r="22"/>`;
    }
    const at = mark.x ? px(X(control(mark.x))) : px(Y(control(mark.y)));
    const d = mark.x ? `M${at} ${box.top}V${box.bottom}` : `M${box.left} ${at}H${box.right}`;
    const [cx, cy] = mark.x ? [at, box.top + 7] : [box.right - 7, at];
    return `<path class="line" d="${d}" stroke="${colour(mark.color)}" stroke-width="2"/><circle cx="${cx}" cy="${cy}" r="6" fill="${colour(mark.color)}"/><path class="grab" ${names} d="${d}"/>`;
  },
};

const FREE = ["cells", "bars", "handle", "graph", "tables"]; // these may reach beyond the axes
const BARE = ["cells", "graph", "tables"]; // these have none

/** The inside of a panel's <svg> at a given width, with its scales and the points that can be hovered. */
export function drawPanel(panel, width, frame, values) {
  const bare = panel.marks.some((m) => BARE.includes(m.mark));
  const named = panel.marks.some((m) => m.mark === "cells"); // its rows have names, on the left
  const bars = panel.marks.some((m) => m.mark === "bars");
  const box = { left: named ? 62 : bare ? 10 : 46, right: width - 10, top: 10, bottom: panel.height - (bare && !named ? 10 : 40) };
  const { xlim, ylim } = panel;
  const X = (v) => box.left + ((v - xlim[0]) / (xlim[1] - xlim[0])) * (box.right - box.left);
  const Y = (v) => box.bottom - ((v - ylim[0]) / (ylim[1] - ylim[0])) * (box.bottom - box.top);
  const log = panel.yscale === "log";
  const hits = [];
  const context = {
    X, Y, box,
    array: (key) => frame.arrays[key].values,
    surface: (key) => frame.arrays[key],
    control: (name) => values[name],
    value: (key) => (typeof key === "number" ? key : frame.numbers[key]),
    words: (key) => frame.texts[key] ?? format(frame.numbers[key]),
    hit: (x, y, label) => Number.isNaN(y) || hits.push({ x: X(x), y: Y(y), text: `${label ? `${label}: ` : ""}${format(x, ".3g")}, ${format(log ? 10 ** y : y, ".3g")}` }),
  };
  let axes = "";
  if (!bare) {
    for (const t of bars ? [] : ticks(...xlim, Math.max(3, Math.floor(width / 70))))
      axes += `<path class="grid" d="M${px(X(t))} ${box.top}V${box.bottom}"/><text x="${px(X(t))}" y="${box.bottom + 15}" text-anchor="middle">${format(t)}</text>`;
    const whole = panel.yticks ? ticks(...ylim, 5).filter((t) => !log || Number.isInteger(t)) : [];
    for (const t of whole) {
      const label = log ? `10<tspan dy="-5" font-size="11">${minus(String(t))}</tspan>` : format(t);
      axes += `<path class="grid" d="M${box.left} ${px(Y(t))}H${box.right}"/><text x="${box.left - 5}" y="${px(Y(t) + 4)}" text-anchor="end">${label}</text>`;
    }
  }
  const middle = (box.left + box.right) / 2;
  axes += `<text class="axis" x="${px(middle)}" y="${panel.height - 6}" text-anchor="middle">${escape(panel.xlabel)}</text>`;
  axes += `<text class="axis" transform="translate(12 ${px((box.top + box.bottom) / 2)}) rotate(-90)" text-anchor="middle">${escape(panel.ylabel)}</text>`;
  const free = panel.marks.map((m) => (FREE.includes(m.mark) ? draw[m.mark](m, context) : ""));
  const clipped = panel.marks.map((m) => (FREE.includes(m.mark) ? "" : draw[m.mark](m, context)));
  const [w, h] = [box.right - box.left, box.bottom - box.top];
  // a nested <svg> clips what leaves the axes, without ids that could clash
  const inner = `<svg x="${box.left}" y="${box.top}" width="${px(w)}" height="${px(h)}" viewBox="${box.left} ${box.top} ${px(w)} ${px(h)}" overflow="hidden">${clipped.join("")}</svg>`;
  const unX = (p) => xlim[0] + ((p - box.left) / w) * (xlim[1] - xlim[0]);
  const unY = (p) => ylim[0] + ((box.bottom - p) / h) * (ylim[1] - ylim[0]);
  return { svg: axes + inner + free.join(""), hits, unX, unY };
}

// ── Markup: the whole figure for one state, the same from Node and in the browser ───────────────────────────────────

const valuesAt = (controls, places) => Object.fromEntries(controls.map((c, i) => [c.name, valueAt(c, places[i])]));

/** The value of a control at an index, which lies between two of them while a kernel answers. */
function valueAt(control, place) {
  const low = Math.floor(place);
  if (low === place || control.kind === "choice") return control.values[low];
  const [a, b, t] = [control.values[low], control.values[low + 1], place - low];
  return Number((a + t * (b - a)).toPrecision(6));
}

const shown = (control, value) => `${format(value)}${control.unit ? ` ${control.unit}` : ""}`;

const numberOf = (entry, frame) => format(frame.numbers[entry.key], `.${entry.digits}g`);

export function markup(payload, width = 360) {
  const places = payload.controls.map((c) => c.start);
  const [frame, values] = [reader(payload)(places), valuesAt(payload.controls, places)];
  const panels = payload.panels.map((panel, i) => {
    const named = panel.marks.filter((m) => m.label && m.mark !== "handle" && m.mark !== "rule");
    const legend = named.map((m) => {
      const swatch = colour(typeof m.color === "number" ? m.color : 0);
      return `<span><i class="${m.dash ? "dashed" : m.mark}" style="--swatch:${swatch}"></i>${escape(m.label)}</span>`;
    });
    const label = escape(panel.title || `${panel.ylabel} over ${panel.xlabel}`);
    return `<div class="panel"><p class="panel-title">${escape(panel.title)}</p>` +
      `<svg data-panel="${i}" role="img" aria-label="${label}" style="height:${panel.height}px" viewBox="0 0 ${width} ${panel.height}"><g class="drawing">${drawPanel(panel, width, frame, values).svg}</g><g class="hover" pointer-events="none"></g></svg>` +
      `<div class="legend">${legend.join("")}</div></div>`;
  });
  // A label holds its control: no ids that would clash where a notebook shows the same explorer twice.
  const controls = payload.controls.map((c, i) => {
    const value = escape(shown(c, values[c.name]));
    const option = (v, k) => `<option value="${k}"${k === c.start ? " selected" : ""}>${escape(v)}</option>`;
    const input = c.kind === "choice"
      ? `<select data-control="${i}">${c.values.map(option).join("")}</select>`
      : `<input type="range" data-control="${i}" min="0" max="${c.values.length - 1}" step="1" value="${c.start}" aria-valuetext="${value}"><span class="value" data-shown="${i}" aria-hidden="true">${value}</span>`;
    return `<label class="control"><span>${escape(c.label)}</span>${input}</label>`;
  });
  const presets = payload.presets.map((p, i) => `<button type="button" data-preset="${i}">${escape(p.label)}</button>`);
  const play = walked(payload.controls) < 0 ? "" : '<button type="button" data-action="play">Play</button>';
  const numbers = payload.numbers.map((n) => {
    const value = `<span class="number" data-number="${n.key}" data-value="${frame.numbers[n.key]}">${numberOf(n, frame)}</span>`;
    return `<div><dt>${escape(n.label)}</dt><dd>${value}<span class="formula">${escape(fill(n.formula, frame, values))}</span></dd></div>`;
  });
  return `<figcaption class="explorer-title">${escape(payload.title)}</figcaption>` +
    `<p class="explorer-alt">${escape(payload.alt)}</p>` +
    `<div class="panels">${panels.join("")}</div><div class="controls">${controls.join("")}</div>` +
    `<div class="buttons" role="group" aria-label="Presets and play">${presets.join("")}${play}<button type="button" data-action="reset">Reset</button></div>` +
    `<output class="says" aria-live="polite">${escape(fill(payload.says, frame, values))}</output>` +
    `<dl class="numbers">${numbers.join("")}</dl><p class="problem" role="status"></p>`;
}

// ── Life ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SILENT = "The kernel does not answer: it is busy, or it has gone.";

/**
 * Questions to a kernel, one at a time and always the latest: what is wished while it thinks replaces what waits.
 * A kernel silent for `patience` milliseconds is named and may be asked again; an answer to the last question is
 * welcome however late it comes, as after the cells below an explorer have run.
 */
export function questions(ask, then, fail, patience = 0) {
  let [wish, last, busy] = [null, null, false];
  return async (values) => {
    wish = values;
    if (busy) return;
    busy = true;
    while (wish) {
      const asked = (last = wish);
      wish = null;
      const heard = ask(asked)
        .then((frame) => asked === last && then(frame, asked))
        .catch((error) => asked === last && !wish && fail(error.message))
        .then(() => true);
      const answered = await (patience ? Promise.race([heard, pause(patience)]) : heard);
      if (!answered && !wish) fail(SILENT);
    }
    busy = false;
  };
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The control that Play walks: the first slider; −1 if there is none. */
const walked = (controls) => controls.findIndex((c) => c.kind === "slider");

const BRIDGE = 80; // milliseconds until the nearest state of the grid stands in for an answer
const PATIENCE = 3000; // milliseconds until the kernel of a notebook counts as silent

/** Make a figure live. `ask(values)`, where a kernel is, promises a frame. Returns what the host may call. */
export function mount(figure, payload, ask = null) {
  if (!figure.querySelector(".panels")) figure.innerHTML = markup(payload);
  figure.classList.add("explorer");
  figure.dataset.explorer = payload.slug;
  const look = reader(payload);
  const controls = payload.controls;
  const find = (selector) => figure.querySelector(selector);
  const svgs = [...figure.querySelectorAll("svg[data-panel]")];
  const inputs = controls.map((_, i) => find(`[data-control="${i}"]`));
  let places = controls.map((c) => c.start);
  let current = { frame: look(places), values: valuesAt(controls, places) };
  let drawn = [];
  let [pending, playing, speaking] = [0, 0, 0];

  function paint() {
    pending = 0;
    const { frame, values } = current;
    const widths = svgs.map((svg) => svg.clientWidth || 360); // all are read before any is written
    drawn = svgs.map((svg, i) => {
      const result = drawPanel(payload.panels[i], widths[i], frame, values);
      svg.setAttribute("viewBox", `0 0 ${widths[i]} ${payload.panels[i].height}`);
      svg.querySelector(".drawing").innerHTML = result.svg;
      svg.querySelector(".hover").innerHTML = "";
      return result;
    });
    figure.querySelectorAll("[data-number]").forEach((span, i) => {
      span.dataset.value = frame.numbers[span.dataset.number];
      span.textContent = numberOf(payload.numbers[i], frame);
      span.nextElementSibling.textContent = fill(payload.numbers[i].formula, frame, values);
    });
    figure.dataset.state = JSON.stringify(values);
    clearTimeout(speaking); // a screen reader hears where the slider stops, not every step on the way
    speaking = setTimeout(() => (find(".says").textContent = fill(payload.says, frame, values)), 120);
  }
  const repaint = () => (pending ||= requestAnimationFrame(paint));

  function show(frame, values, live = false) {
    if (live) figure.dataset.live = "1"; // what is drawn was computed just now
    else delete figure.dataset.live;
    current = { frame, values };
    find(".problem").textContent = "";
    repaint();
  }
  function showNearest() {
    const nearest = places.map(Math.round);
    show(look(nearest), valuesAt(controls, nearest));
  }

  const alone = Boolean(ask); // a kernel's page holds the first state alone, a built page all of them
  let wish = null;
  let latest = null; // what was wished last
  let [late, slow] = [0, false];

  /** The nearest state of the grid stands in for an answer that takes long, and for those after it at once. */
  function bridge() {
    if (alone) return;
    if (slow) showNearest();
    else late ||= setTimeout(() => ((slow = true), showNearest()), BRIDGE);
  }
  function bridged() {
    clearTimeout(late);
    [late, slow] = [0, false];
  }

  /** From now on `next` is asked for every state; null: the grid alone again, at its nearest point. */
  function answerWith(next) {
    const answered = (frame, values) => {
      if (ask !== next) return; // too late
      bridged();
      show(frame, values, true);
      if (values !== latest) bridge();
    };
    const failed = (text) => {
      if (ask !== next) return;
      if (alone) find(".problem").textContent = text;
      else answerWith(null);
    };
    ask = next;
    wish = ask && questions(ask, answered, failed, alone ? PATIENCE : 0);
    inputs.forEach((input) => input.type === "range" && (input.step = ask ? "0.1" : "1"));
    bridged();
    if (ask) return;
    const nearest = places.map(Math.round);
    if (nearest.some((place, i) => place !== places[i])) move(nearest);
    else showNearest();
  }

  function move(next) {
    places = next;
    const values = valuesAt(controls, places);
    controls.forEach((c, i) => {
      inputs[i].value = places[i];
      if (c.kind === "choice") return;
      const text = shown(c, values[c.name]);
      inputs[i].setAttribute("aria-valuetext", text);
      find(`[data-shown="${i}"]`).textContent = text;
    });
    latest = values;
    if (!wish) showNearest();
    else {
      bridge();
      wish(values);
    }
    figure.dispatchEvent(new CustomEvent("explorer:move", { detail: values }));
  }
  const set = (i, place) => move(places.map((p, k) => (k === i ? place : p)));

  inputs.forEach((input, i) => input.addEventListener("input", () => (stop(), set(i, Number(input.value)))));
  figure.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const running = playing;
    stop();
    if (button.dataset.preset) {
      const { places: given } = payload.presets[Number(button.dataset.preset)];
      move(controls.map((c) => given[c.name] ?? c.start));
    } else if (button.dataset.action === "reset") move(controls.map((c) => c.start));
    else if (button.dataset.action === "play" && !running) play();
  });

  // Play walks one slider back and forth; where motion is unwelcome it takes one step a click.
  const k = walked(controls);
  const say = (word) => k >= 0 && (find('[data-action="play"]').textContent = word);
  let direction = 1;
  function step() {
    const here = Math.round(places[k]);
    if (here + direction >= controls[k].values.length || here + direction < 0) direction = -direction;
    set(k, here + direction);
  }
  function play() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return step();
    playing = setInterval(step, 300);
    say("Pause");
  }
  function stop() {
    clearInterval(playing);
    playing = 0;
    say("Play");
  }

  // Dragging: what is grabbed names the controls it moves; the pointer is captured by the svg, whose inside is redrawn.
  svgs.forEach((svg, i) => {
    let grabbed = null;
    const at = (event) => {
      const frame = svg.getBoundingClientRect();
      return [event.clientX - frame.left, event.clientY - frame.top];
    };
    const follow = (event) => {
      const [x, y] = at(event);
      const next = [...places];
      for (const [name, value] of [[grabbed.x, drawn[i].unX(x)], [grabbed.y, drawn[i].unY(y)]]) {
        const moved = controls.findIndex((c) => c.name === name);
        if (moved >= 0) next[moved] = placeOf(controls[moved], value, Boolean(ask));
      }
      if (next.some((p, k) => p !== places[k])) move(next);
    };
    svg.addEventListener("pointerdown", (event) => {
      const grab = event.target.closest?.(".grab");
      if (!grab) return hover(svg, drawn[i], at(event)); // a finger cannot hover: it taps
      grabbed = { x: grab.dataset.x, y: grab.dataset.y };
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
      stop();
      follow(event);
    });
    // A finger on a handle does not scroll the page; anywhere else it does. (`touch-action` is not heeded inside an svg.)
    const hold = (event) => event.target.closest(".grab") && event.preventDefault();
    svg.addEventListener("touchstart", hold, { passive: false });
    svg.addEventListener("pointermove", (event) => (grabbed ? follow(event) : hover(svg, drawn[i], at(event))));
    for (const type of ["pointerup", "pointercancel"]) svg.addEventListener(type, () => (grabbed = null));
    // A finger leaves as it is lifted: what it tapped stays to be read.
    svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && (svg.querySelector(".hover").innerHTML = ""));
  });

  const rest = () => document.hidden && stop(); // nobody watches
  document.addEventListener("visibilitychange", rest);
  const watcher = new ResizeObserver(repaint);
  svgs.forEach((svg) => watcher.observe(svg));
  paint();
  figure.dataset.ready = "1";
  const kept = inputs.map((input) => Number(input.value)); // a browser that comes back to a page puts its controls back
  if (kept.some((place, i) => place !== places[i])) move(kept);
  if (ask) {
    answerWith(ask);
    wish(current.values); // shows that the kernel is there
  }
  return {
    answerWith,
    /** Go to these values; what is no value of its control is left out. */
    set(values) {
      move(controls.map((c, i) => (isValue(c, values[c.name]) ? placeOf(c, values[c.name], false) : places[i])));
    },
    close() {
      stop();
      document.removeEventListener("visibilitychange", rest);
      watcher.disconnect();
    },
  };
}

const isValue = (control, value) => (control.kind === "choice" ? control.values.includes(value) : Number.isFinite(value));

/** The index of the value nearest to `value`; between two of them if a kernel can answer there. */
function placeOf(control, value, between) {
  const all = control.values;
  if (control.kind === "choice") return all.indexOf(value);
  let best = 0;
  all.forEach((v, i) => Math.abs(v - value) < Math.abs(all[best] - value) && (best = i));
  if (!between) return best;
  const next = value > all[best] ? best + 1 : best - 1;
  if (next < 0 || next >= all.length) return best;
  return best + ((next - best) * (value - all[best])) / (all[next] - all[best]);
}

/** The number under the pointer, written beside the nearest point. */
function hover(svg, { hits }, [x, y]) {
  let best = null;
  let distance = 24;
  for (const hit of hits) {
    const d = Math.hypot(hit.x - x, hit.y - y);
    if (d < distance) [best, distance] = [hit, d];
  }
  const anchor = best && best.x > svg.clientWidth / 2 ? "end" : "start";
  svg.querySelector(".hover").innerHTML = best
    ? `<circle cx="${px(best.x)}" cy="${px(best.y)}" r="5" fill="none" stroke="var(--dl-fg)"/><text class="tip" x="${px(best.x + (anchor === "end" ? -10 : 10))}" y="${px(Math.max(14, best.y - 8))}" text-anchor="${anchor}">${escape(best.text)}</text>`
    : "";
}

/** anywidget's entry point. */
function render({ model, el }) {
  const figure = el.appendChild(document.createElement("figure"));
  // Keys that move a slider or choose an option are no commands to the notebook.
  figure.setAttribute("data-lm-suppress-shortcuts", "true");
  figure.addEventListener("keydown", (event) => event.stopPropagation());

  const waiting = new Map();
  let seq = 0;
  const ask = (values) => new Promise((resolve, reject) => {
    const mine = ++seq;
    waiting.set(mine, { resolve, reject });
    model.send({ seq: mine, values });
  });
  const listen = ({ seq, frame, error }) => {
    const question = waiting.get(seq);
    if (!question) return;
    waiting.delete(seq);
    if (error) question.reject(new Error(error));
    else question.resolve(revive(frame));
  };
  model.on("msg:custom", listen);
  const explorer = mount(figure, model.get("payload"), ask);
  return () => {
    model.off("msg:custom", listen);
    explorer.close();
  };
}

export default { render };
