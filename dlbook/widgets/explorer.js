// The explorer: one module, two hosts. Under anywidget (JupyterLab) a kernel answers between the points of the grid;
// in a built page (host.js) the grid is all there is. Drawing is pure: (panel, frame) -> SVG text, so that Node can
// draw the still picture of the first state with the same code.

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const GAP = 65535; // stands for NaN among the levels of a quantised array

const words = (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
};

/** `look(places)` returns the frame {arrays, numbers, texts} at one index per control; arrays are decoded once. */
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
  const look = (places) => {
    const frame = { arrays: {}, numbers: {}, texts: {} };
    for (const key in payload.grid.arrays) frame.arrays[key] = array(key, places);
    for (const group of ["numbers", "texts"])
      for (const [key, { axes, table }] of Object.entries(payload.grid[group]))
        frame[group][key] = table[data[`${group}.${key}`][offset(axes, places)]];
    return frame;
  };
  const extent = (key) => {
    const { low, step } = payload.grid.arrays[key];
    const levels = data[`arrays.${key}`].filter((q) => q !== GAP);
    const most = levels.reduce((a, b) => Math.max(a, b), 0);
    return [low, low + step * most];
  };
  return { look, extent };
}

// ── Writing numbers ─────────────────────────────────────────────────────────────────────────────────────────────────

const minus = (text) => text.replace(/-/g, "−");
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const isNothing = (value) => value === null || value === undefined || Number.isNaN(value);

/** A number as Python's format() writes it for the specs that the book uses: "", "d", ".2f", ".3g", ".1e", ".0%". */
export function format(value, spec = "") {
  if (typeof value === "string") return value;
  if (isNothing(value)) return "undefined";
  const digits = Number((spec.match(/\d+/) ?? [4])[0]);
  if (spec.endsWith("%")) return minus(`${(100 * value).toFixed(digits)} %`);
  if (spec.endsWith("f")) return minus(value.toFixed(digits));
  if (spec.endsWith("d")) return minus(String(Math.round(value)));
  const size = Math.abs(value);
  if (spec.endsWith("e") || (size !== 0 && (size < 1e-4 || size >= 1e6))) {
    const [head, power] = value.toExponential(Math.max(0, spec.endsWith("e") ? digits : digits - 1)).split("e");
    const raised = [...String(Number(power))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
    return minus(`${spec.endsWith("e") ? head : String(Number(head))} × 10${raised}`);
  }
  return minus(String(Number(value.toPrecision(digits))));
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

/** Limits of one axis: as declared, else the range of all that is drawn along it, with some air. */
function limits(panel, role, extent) {
  const given = panel[`${role}lim`];
  const log = role === "y" && panel.yscale === "log";
  if (given) return log ? given.map(Math.log10) : given;
  let [low, high] = [Infinity, -Infinity];
  for (const mark of panel.marks) {
    const key = mark[role];
    if (mark.mark === "handle" || mark.mark === "rule" || typeof key !== "string") continue;
    const [a, b] = extent(key);
    [low, high] = [Math.min(low, a), Math.max(high, b)];
  }
  if (!(low < high)) return [0, 1];
  const air = role === "y" ? 0.05 * (high - low) : 0;
  return [low - air, high + air];
}

/** Level lines by marching squares, as one path in grid units; cached, since the surface seldom changes. */
const lines = new WeakMap();
function levelLines({ shape: [rows, columns], values }, count) {
  if (lines.has(values)) return lines.get(values);
  const sorted = Float64Array.from(values).filter((v) => !Number.isNaN(v)).sort();
  const segments = [];
  for (let l = 1; l <= count; l++) {
    const level = sorted[Math.floor((l / (count + 1)) ** 2 * (sorted.length - 1))];
    for (let i = 0; i < rows - 1; i++)
      for (let j = 0; j < columns - 1; j++) {
        const corners = [[j, i], [j + 1, i], [j + 1, i + 1], [j, i + 1]];
        const z = corners.map(([x, y]) => values[y * columns + x]);
        const hits = [];
        for (let e = 0; e < 4; e++) {
          const f = (e + 1) % 4;
          if (z[e] < level === z[f] < level) continue;
          const t = (level - z[e]) / (z[f] - z[e]);
          hits.push([corners[e][0] + t * (corners[f][0] - corners[e][0]), corners[e][1] + t * (corners[f][1] - corners[e][1])]);
        }
        for (let h = 0; h + 1 < hits.length; h += 2) segments.push([hits[h], hits[h + 1]]);
      }
  }
  lines.set(values, segments);
  return segments;
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
      if (Number.isNaN(x[i])) continue;
      const g = group ? Math.round(group[i]) : mark.color;
      const [a, b, s] = [X(x[i]), Y(y[i]), mark.size];
      hit(x[i], y[i], "");
      // the second group is drawn as diamonds: colour is never the only difference
      shapes[g] = (shapes[g] ?? "") + (g === 1 ? `M${px(a - s)} ${px(b)}l${s}-${s} ${s} ${s}-${s} ${s}z` : `M${px(a - s + 0.5)} ${px(b)}a${s - 0.5} ${s - 0.5} 0 1 0 ${2 * s - 1} 0a${s - 0.5} ${s - 0.5} 0 1 0-${2 * s - 1} 0z`);
    }
    return Object.entries(shapes).map(([g, d]) => `<path d="${d}" fill="${colour(Number(g))}" fill-opacity=".65"/>`).join("");
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
    const at = ([j, i]) => `${px(X(x0 + (j / (columns - 1)) * (x1 - x0)))} ${px(Y(y0 + (i / (rows - 1)) * (y1 - y0)))}`;
    const d = levelLines(z, mark.levels).map(([a, b]) => `M${at(a)}L${at(b)}`).join("");
    return `<path class="line" d="${d}" stroke="var(--dl-muted)" stroke-opacity=".55" stroke-width="1"/>`;
  },
  cells(mark, { surface, box }) {
    const { shape: [rows, columns], values } = surface(mark.values);
    const [w, h] = [(box.right - box.left) / columns, (box.bottom - box.top) / rows];
    let out = "";
    for (let i = 0; i < rows; i++) {
      const sum = values.slice(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0) || 1;
      for (let j = 0; j < columns; j++) {
        const [x, y, v] = [box.left + j * w, box.top + i * h, values[i * columns + j]];
        const tint = mark.colors ? mark.colors[i][j] : i === j ? 2 : 1;
        out += `<rect x="${px(x + 1)}" y="${px(y + 1)}" width="${px(w - 2)}" height="${px(h - 2)}" rx="4" fill="${colour(tint)}" fill-opacity="${(0.08 + (0.4 * v) / sum).toFixed(2)}"/>`;
        out += `<text class="count" x="${px(x + w / 2)}" y="${px(y + h / 2 + 7)}" text-anchor="middle">${format(v, "d")}</text>`;
      }
      out += `<text x="${box.left - 6}" y="${px(box.top + (i + 0.5) * h + 4)}" text-anchor="end">${escape(mark.rows[i])}</text>`;
    }
    mark.columns.forEach((name, j) => (out += `<text x="${px(box.left + (j + 0.5) * w)}" y="${box.bottom + 16}" text-anchor="middle">${escape(name)}</text>`));
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

/** The inside of a panel's <svg> at a given width, with its scales and the points that can be hovered. */
export function drawPanel(panel, width, frame, values, extent) {
  const table = panel.marks.some((m) => m.mark === "cells");
  const bars = panel.marks.some((m) => m.mark === "bars");
  const box = { left: table ? 62 : 46, right: width - 10, top: 10, bottom: panel.height - 40 };
  const [xlim, ylim] = [limits(panel, "x", extent), limits(panel, "y", extent)];
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
    hit: (x, y, label) => Number.isNaN(y) || hits.push({ x: X(x), y: Y(y), text: `${label ? `${label}: ` : ""}${format(x, ".3g")}, ${format(log ? 10 ** y : y, ".3g")}` }),
  };
  let axes = "";
  if (!table) {
    for (const t of bars ? [] : ticks(...xlim, Math.max(3, Math.floor(width / 70))))
      axes += `<path class="grid" d="M${px(X(t))} ${box.top}V${box.bottom}"/><text x="${px(X(t))}" y="${box.bottom + 15}" text-anchor="middle">${format(t)}</text>`;
    const whole = panel.yticks ? ticks(...ylim, 5).filter((t) => !log || Number.isInteger(t)) : [];
    for (const t of whole) {
      const label = log ? `10<tspan dy="-5" font-size="9">${minus(String(t))}</tspan>` : format(t);
      axes += `<path class="grid" d="M${box.left} ${px(Y(t))}H${box.right}"/><text x="${box.left - 5}" y="${px(Y(t) + 4)}" text-anchor="end">${label}</text>`;
    }
  }
  const middle = (box.left + box.right) / 2;
  axes += `<text class="axis" x="${px(middle)}" y="${panel.height - 6}" text-anchor="middle">${escape(panel.xlabel)}</text>`;
  axes += `<text class="axis" transform="translate(12 ${px((box.top + box.bottom) / 2)}) rotate(-90)" text-anchor="middle">${escape(panel.ylabel)}</text>`;
  // a nested <svg> clips what leaves the axes, without ids that could clash
  const free = panel.marks.map((m) => (["cells", "bars", "handle"].includes(m.mark) ? draw[m.mark](m, context) : ""));
  const clipped = panel.marks.map((m) => (["cells", "bars", "handle"].includes(m.mark) ? "" : draw[m.mark](m, context)));
  const [w, h] = [box.right - box.left, box.bottom - box.top];
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

export function markup(payload, width = 360) {
  const { look, extent } = reader(payload);
  const places = payload.controls.map((c) => c.start);
  const [frame, values] = [look(places), valuesAt(payload.controls, places)];
  const id = (name) => `explorer-${payload.slug}-${name}`;
  const panels = payload.panels.map((panel, i) => {
    const legend = panel.marks.filter((m) => m.label && m.mark !== "handle" && m.mark !== "rule").map((m) =>
      `<span><i class="${m.dash ? "dashed" : m.mark}" style="--swatch:${colour(typeof m.color === "number" ? m.color : 0)}"></i>${escape(m.label)}</span>`).join("");
    const label = escape(panel.title || `${panel.ylabel} over ${panel.xlabel}`);
    return `<div class="panel"><p class="panel-title">${escape(panel.title)}</p>` +
      `<svg data-panel="${i}" role="img" aria-label="${label}" height="${panel.height}" viewBox="0 0 ${width} ${panel.height}"><g class="drawing">${drawPanel(panel, width, frame, values, extent).svg}</g><g class="hover"></g></svg>` +
      `<div class="legend">${legend}</div></div>`;
  }).join("");
  const controls = payload.controls.map((c, i) => {
    const value = shown(c, values[c.name]);
    const input = c.kind === "choice"
      ? `<select id="${id(c.name)}" data-control="${i}">${c.values.map((v, k) => `<option value="${k}"${k === c.start ? " selected" : ""}>${escape(v)}</option>`).join("")}</select>`
      : `<input type="range" id="${id(c.name)}" data-control="${i}" min="0" max="${c.values.length - 1}" step="1" value="${c.start}" aria-valuetext="${escape(value)}">`;
    return `<div class="control"><label for="${id(c.name)}">${escape(c.label)}</label>${input}<span class="value" data-shown="${i}" aria-hidden="true">${c.kind === "choice" ? "" : escape(value)}</span></div>`;
  }).join("");
  const presets = payload.presets.map((p, i) => `<button type="button" data-preset="${i}">${escape(p.label)}</button>`).join("");
  const numbers = payload.numbers.map((n) => `<div><dt>${escape(n.label)}</dt><dd><span class="number" data-number="${n.key}" data-digits="${n.digits}"></span><span class="formula" data-formula="${escape(n.formula)}"></span></dd></div>`).join("");
  return `<figcaption class="explorer-title">${escape(payload.title)}</figcaption>` +
    `<p class="explorer-alt">${escape(payload.alt)}</p>` +
    `<div class="panels">${panels}</div><div class="controls">${controls}</div>` +
    `<div class="buttons" role="group" aria-label="Presets">${presets}<button type="button" data-action="play">Play</button><button type="button" data-action="reset">Reset</button></div>` +
    `<output class="says" aria-live="polite">${escape(fill(payload.says, frame, values))}</output>` +
    `<dl class="numbers">${numbers}</dl><p class="kernel" hidden></p>`;
}

// ── Life ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Make a figure live. `kernel` is null, or {ask(values, then, fail)}. Returns what the host may call. */
export function mount(figure, payload, kernel = null) {
  if (!figure.querySelector(".panels")) figure.innerHTML = markup(payload);
  figure.classList.add("explorer");
  figure.dataset.explorer = payload.slug;
  const { look, extent } = reader(payload);
  const controls = payload.controls;
  const find = (selector) => figure.querySelector(selector);
  const svgs = [...figure.querySelectorAll("svg[data-panel]")];
  const inputs = controls.map((_, i) => find(`[data-control="${i}"]`));
  let places = controls.map((c) => c.start);
  let drawn = [];
  let [pending, asked, answered, playing, speaking] = [0, 0, 0, 0, 0];
  let live = false;
  let answer = null;

  function paint() {
    pending = 0;
    const values = valuesAt(controls, places);
    const frame = answer ?? look(places.map(Math.round));
    drawn = svgs.map((svg, i) => {
      const width = svg.clientWidth || 360;
      const result = drawPanel(payload.panels[i], width, frame, values, extent);
      svg.setAttribute("viewBox", `0 0 ${width} ${payload.panels[i].height}`);
      svg.querySelector(".drawing").innerHTML = result.svg;
      svg.querySelector(".hover").innerHTML = "";
      return result;
    });
    for (const span of figure.querySelectorAll("[data-number]")) {
      const value = frame.numbers[span.dataset.number];
      span.dataset.value = isNothing(value) ? "" : String(value);
      span.textContent = format(value, `.${span.dataset.digits}g`);
      const formula = span.nextElementSibling;
      formula.textContent = fill(formula.dataset.formula, frame, values);
    }
    controls.forEach((c, i) => {
      const text = shown(c, values[c.name]);
      inputs[i].value = places[i];
      if (c.kind === "choice") return;
      inputs[i].setAttribute("aria-valuetext", text);
      find(`[data-shown="${i}"]`).textContent = text;
    });
    figure.dataset.state = JSON.stringify(values);
    clearTimeout(speaking); // a screen reader hears where the slider stops, not every step on the way
    speaking = setTimeout(() => (find(".says").textContent = fill(payload.says, frame, values)), 120);
  }
  const repaint = () => (pending ||= requestAnimationFrame(paint));

  function move(next) {
    places = next.map((p, i) => Math.min(controls[i].values.length - 1, Math.max(0, p)));
    answer = null;
    if (live && places.some((p) => !Number.isInteger(p))) ask();
    else repaint();
    figure.dispatchEvent(new CustomEvent("explorer:move", { detail: valuesAt(controls, places) }));
  }
  function ask() {
    const seq = ++asked;
    kernel.ask(valuesAt(controls, places), (frame) => {
      if (seq < answered) return; // a later answer is already there
      answered = seq;
      for (const array of Object.values(frame.arrays)) array.values = Float64Array.from(array.values, (v) => v ?? NaN);
      answer = frame;
      find(".kernel").hidden = true;
      repaint();
    }, (text) => {
      find(".kernel").textContent = text;
      find(".kernel").hidden = false;
    });
  }
  const set = (i, place) => move(places.map((p, k) => (k === i ? place : p)));

  inputs.forEach((input, i) => input.addEventListener("input", () => set(i, Number(input.value))));
  figure.addEventListener("keydown", (event) => {
    if (/^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation(); // JupyterLab binds these keys
  });
  figure.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.action !== "play") stop();
    if (button.dataset.preset) {
      const { places: given } = payload.presets[Number(button.dataset.preset)];
      move(controls.map((c) => given[c.name] ?? c.start));
    } else if (button.dataset.action === "reset") move(controls.map((c) => c.start));
    else if (button.dataset.action === "play") (playing ? stop : play)();
  });

  // Play walks the first slider back and forth; where motion is unwelcome it takes one step a click.
  const walked = Math.max(0, controls.findIndex((c) => c.kind === "slider"));
  let direction = 1;
  function step() {
    const last = controls[walked].values.length - 1;
    const here = Math.round(places[walked]);
    if (here + direction > last || here + direction < 0) direction = -direction;
    set(walked, here + direction);
  }
  function play() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return step();
    playing = setInterval(step, 300);
    find('[data-action="play"]').textContent = "Pause";
  }
  function stop() {
    clearInterval(playing);
    playing = 0;
    find('[data-action="play"]').textContent = "Play";
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
        const k = controls.findIndex((c) => c.name === name);
        if (k >= 0) next[k] = placeOf(controls[k], value, live);
      }
      if (next.some((p, k) => p !== places[k])) move(next);
    };
    svg.addEventListener("pointerdown", (event) => {
      const grab = event.target.closest?.(".grab");
      if (!grab) return;
      grabbed = { x: grab.dataset.x, y: grab.dataset.y };
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
      stop();
      follow(event);
    });
    svg.addEventListener("pointermove", (event) => (grabbed ? follow(event) : hover(svg, drawn[i], at(event))));
    for (const type of ["pointerup", "pointercancel"]) svg.addEventListener(type, () => (grabbed = null));
    svg.addEventListener("pointerleave", () => (svg.querySelector(".hover").innerHTML = ""));
  });

  const watcher = new ResizeObserver(repaint);
  svgs.forEach((svg) => watcher.observe(svg));
  paint();
  figure.dataset.ready = "1";
  return {
    /** The kernel has answered: sliders may stop between the points of the grid. */
    enliven() {
      live = true;
      figure.dataset.live = "1";
      inputs.forEach((input) => input.type === "range" && (input.step = "0.1"));
    },
    set: (values) => move(controls.map((c, i) => (c.name in values ? placeOf(c, values[c.name], false) : places[i]))),
    close() {
      stop();
      watcher.disconnect();
    },
  };
}

/** The index of the value nearest to `value`; between two of them if a kernel can answer there. */
function placeOf(control, value, between) {
  const all = control.values;
  if (control.kind === "choice") return Math.max(0, all.indexOf(value));
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
  const waiting = new Map();
  let seq = 0;
  const kernel = {
    ask(values, then, fail) {
      waiting.set(++seq, { then, fail });
      model.send({ kind: "ask", seq, values });
    },
  };
  const explorer = mount(figure, model.get("payload"), kernel);
  const listen = (message) => {
    if (message.kind === "hello") return explorer.enliven();
    const { then, fail } = waiting.get(message.seq);
    waiting.delete(message.seq);
    if (message.kind === "answer") then(message.frame);
    else fail(message.text);
  };
  model.on("msg:custom", listen);
  model.send({ kind: "hello" });
  return () => {
    model.off("msg:custom", listen);
    explorer.close();
  };
}

export default { render };
