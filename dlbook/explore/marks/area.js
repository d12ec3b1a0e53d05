import { colour, patch, px } from "../svg.js";

export const area = {
  draw(mark, { X, Y, array, box }) {
    const [x, y] = [array(mark.x), array(mark.y)];
    const kept = [...y.keys()].filter((i) => !Number.isNaN(x[i]) && !Number.isNaN(y[i]));
    if (!kept.length) return "";
    const top = kept.map((i) => `${px(X(x[i]))} ${px(Y(y[i]))}`).join("L");
    const [first, last] = [px(X(x[kept[0]])), px(X(x[kept.at(-1)]))];
    const d = `M${first} ${box.bottom}L${top}L${last} ${box.bottom}z`;
    return `<path d="${d}" fill="${colour(mark.color)}" fill-opacity=".14"/>`;
  },
  symbol: patch,
};
