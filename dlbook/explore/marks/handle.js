import { colour, px } from "../svg.js";

export const handle = {
  draw(mark, { X, Y, control, box }) {
    const names = `data-x="${mark.x ?? ""}" data-y="${mark.y ?? ""}"`;
    const ink = colour(mark.color);
    if (mark.x && mark.y) {
      const at = `cx="${px(X(control(mark.x)))}" cy="${px(Y(control(mark.y)))}"`;
      const dot = `<circle ${at} r="7" fill="var(--dl-bg)" stroke="${ink}" stroke-width="2.5"/>`;
      return `${dot}<circle class="grab" ${names} ${at} r="22"/>`;
    }
    const at = mark.x ? px(X(control(mark.x))) : px(Y(control(mark.y)));
    const d = mark.x ? `M${at} ${box.top}V${box.bottom}` : `M${box.left} ${at}H${box.right}`;
    const [cx, cy] = mark.x ? [at, box.top + 7] : [box.right - 7, at];
    return `<path class="line" d="${d}" stroke="${ink}" stroke-width="2"/>` +
      `<circle cx="${cx}" cy="${cy}" r="6" fill="${ink}"/><path class="grab" ${names} d="${d}"/>`;
  },
};
