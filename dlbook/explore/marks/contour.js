/** The heights of the levels: as listed, or so many by the ranks of the surface, closer where it is low. */
function heightsOf(values, levels) {
  if (Array.isArray(levels)) return levels;
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const ranked = (_, l) => sorted[Math.floor(((l + 1) / (levels + 1)) ** 2 * (sorted.length - 1))];
  return Array.from({ length: levels }, ranked);
}

/** Where a level crosses the four sides of a square, and the corners of what lies above it. */
function crossed(corners, z, level) {
  const [crossings, above] = [[], []];
  for (let e = 0; e < 4; e++) {
    const f = (e + 1) % 4;
    if (z[e] >= level) above.push(corners[e].join(" "));
    if (z[e] >= level === z[f] >= level) continue;
    const t = (level - z[e]) / (z[f] - z[e]);
    const at = corners[e].map((c, k) => Number((c + t * (corners[f][k] - c)).toFixed(2))).join(" ");
    crossings.push(at);
    above.push(at);
  }
  return [crossings, above];
}

/** The line of one level by marching squares, and the ground above it; equal runs of rows below each other are one. */
function levelPath({ shape: [rows, columns], values }, level) {
  let [line, ground, runs] = ["", "", new Map()]; // runs of the row above: "from to" -> the row where they began
  const fill = (span, first, last) => {
    const [from, to] = span.split(" ");
    ground += `M${from} ${first}L${to} ${first}L${to} ${last}L${from} ${last}z`;
  };
  for (let i = 0; i < rows - 1; i++) {
    const here = new Map();
    let from = -1; // where a run of squares begins that lie above the level as a whole
    const close = (j) => {
      if (from >= 0) here.set(`${from} ${j}`, runs.get(`${from} ${j}`) ?? i);
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
      const [crossings, above] = crossed(corners, z, level);
      for (let c = 0; c + 1 < crossings.length; c += 2) line += `M${crossings[c]}L${crossings[c + 1]}`;
      if (above.length) ground += `M${above.join("L")}z`;
    }
    close(columns - 1);
    for (const [span, first] of runs) if (!here.has(span)) fill(span, first, i);
    runs = here;
  }
  for (const [span, first] of runs) fill(span, first, rows - 1);
  return [line, ground];
}

const made = new WeakMap();

/** Level lines, and the ground above each of them, as paths in units of the grid; made once for a surface. */
export function levelPaths(surface, levels) {
  const { values } = surface;
  if (made.get(values)?.levels === levels) return made.get(values);
  const paths = heightsOf(values, levels).map((level) => levelPath(surface, level));
  const result = { levels, lines: paths.map(([line]) => line).join(""), grounds: paths.map(([, ground]) => ground) };
  made.set(values, result);
  return result;
}

export const contour = {
  draw(mark, { X, Y, surface }) {
    const z = surface(mark.z);
    const [x0, x1, y0, y1] = mark.extent;
    const [rows, columns] = z.shape;
    const { lines, grounds } = levelPaths(z, mark.levels);
    const [sx, sy] = [(X(x1) - X(x0)) / (columns - 1), (Y(y1) - Y(y0)) / (rows - 1)];
    const shade = grounds.map((d) => `<path d="${d}" fill="var(--dl-c0)" fill-opacity=".035"/>`).join("");
    const place = `matrix(${sx} 0 0 ${sy} ${X(x0)} ${Y(y0)})`;
    return `<g transform="${place}">${shade}<path class="line level" d="${lines}"/></g>`;
  },
};
