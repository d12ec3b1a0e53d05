// What the marks are drawn with.
import { escape } from "./writing.js";

export const colour = (index) => (index < 0 ? "var(--dl-fg)" : `var(--dl-c${index % 6})`);
export const px = (value) => value.toFixed(1);

/** The path through n points; NaN is a gap; with `step` it keeps y until the next x. */
export function polyline(n, x, y, step) {
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
}

export const disc = (x, y, r) => `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0-${2 * r} 0z`;
export const diamond = (x, y, r) => `M${px(x - r)} ${px(y)}l${r}-${r} ${r} ${r}-${r} ${r}z`;

/** A symbol of the legend, 24 × 12: a line, or a patch of what is shaded. */
export const stroke = (mark) =>
  `<path class="line" d="M1 6H23" stroke="${colour(mark.color)}" stroke-width="${mark.width ?? 2}"` +
  `${mark.dash ? ' stroke-dasharray="6 4"' : ""}/>`;
export const patch = (mark) =>
  `<rect x="5" y="1" width="14" height="10" fill="${colour(mark.color)}" fill-opacity=".35"/>`;

/** What a click on it does: these controls go to these values. Written into a tag; `null` stands for no control. */
export const go = (values) => {
  const named = Object.entries(values).filter(([name]) => name !== "null");
  return ` class="go" data-go="${escape(JSON.stringify(Object.fromEntries(named)))}"`;
};
