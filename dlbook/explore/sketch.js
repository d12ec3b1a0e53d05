// A picture that the reader paints by mouse, finger or keyboard, and what follows from it without Python.
import { convolved } from "./convolved.js";

const ANSWERS = { convolution: convolved };
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Cells of 0 and 1, four of them to a digit. */
export const unpack = (text) =>
  Uint8Array.from([...text].flatMap((digit) => [8, 4, 2, 1].map((bit) => (parseInt(digit, 16) & bit ? 1 : 0))));
export const pack = (cells) =>
  Array.from({ length: cells.length / 4 }, (_, i) =>
    cells.slice(4 * i, 4 * i + 4).reduce((sum, v) => 2 * sum + v, 0).toString(16)).join("");

/** The cells from one to another in a straight line: a fast hand leaves no gaps. */
export function between([r0, c0], [r1, c1]) {
  const n = Math.max(Math.abs(r1 - r0), Math.abs(c1 - c0), 1);
  const on = (a, b, i) => Math.round(a + ((b - a) * i) / n);
  return Array.from({ length: n + 1 }, (_, i) => [on(r0, r1, i), on(c0, c1, i)]);
}

/** What is seen of a drawing where the frame shows another picture. */
export const answer = (sketch, cells, frame, values) => ANSWERS[sketch.answers](cells, sketch.shape, frame, values);

/** Lets the reader paint on this svg: `changed()` is called after every stroke, `say` told where the keys have led. */
export function sketchpad(sketch, svg, changed, say) {
  const [rows, columns] = sketch.shape;
  const label = svg.getAttribute("aria-label");
  const painting = `${label}: your drawing, ${rows} × ${columns} cells. Arrow keys move, the space bar paints.`;
  let cells = unpack(sketch.start);
  let open = false; // the reader's picture is the one that is shown
  let cursor = [Math.floor(rows / 2), Math.floor(columns / 2)];
  let ink = 1;
  let stroke = false;

  const clamp = (v, most) => Math.min(most - 1, Math.max(0, Math.floor(v)));
  const at = ({ clientX, clientY }) => {
    const { left, top, width, height } = svg.querySelector(".sheet").getBoundingClientRect();
    return [clamp(((clientY - top) / height) * rows, rows), clamp(((clientX - left) / width) * columns, columns)];
  };
  const cell = ([r, c]) => r * columns + c;
  const to = (place) => {
    for (const on of between(stroke ? cursor : place, place)) cells[cell(on)] = ink;
    cursor = place;
    changed();
  };
  const onSheet = (event) => open && event.target.closest(".sheet");

  svg.addEventListener("pointerdown", (event) => {
    if (!onSheet(event)) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    svg.focus({ preventScroll: true });
    ink = 1 - cells[cell(at(event))]; // what begins on white paints black
    to(at(event));
    stroke = true;
  });
  svg.addEventListener("pointermove", (event) => stroke && to(at(event)));
  for (const type of ["pointerup", "pointercancel"]) svg.addEventListener(type, () => (stroke = false));
  // A finger on the sheet does not scroll the page. (`touch-action` is not heeded inside an svg.)
  svg.addEventListener("touchstart", (event) => onSheet(event) && event.preventDefault(), { passive: false });
  svg.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!open || (!step && event.key !== " ")) return;
    event.preventDefault();
    if (!step) {
      ink = 1 - cells[cell(cursor)];
      return to(cursor);
    }
    cursor = [clamp(cursor[0] + step[0], rows), clamp(cursor[1] + step[1], columns)];
    frame();
    say(`Row ${cursor[0]}, column ${cursor[1]}: ${cells[cell(cursor)] ? "white" : "black"}.`);
  });
  for (const type of ["focus", "blur"]) svg.addEventListener(type, () => open && frame());

  /** A frame on the cell where the keys have led. */
  function frame() {
    const sheet = svg.querySelector(".sheet");
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(sheet.getAttribute(name)));
    const place = `x="${x + (cursor[1] * width) / columns}" y="${y + (cursor[0] * height) / rows}"`;
    const size = `width="${width / columns}" height="${height / rows}"`;
    const rect = (ink, wide) => `<rect ${place} ${size} fill="none" stroke="${ink}" stroke-width="${wide}"/>`;
    const seen = svg.matches(":focus-visible");
    svg.querySelector(".hover").innerHTML = seen ? rect("var(--dl-bg)", 6) + rect("var(--dl-c2)", 3) : "";
  }

  return {
    /** The frame with the reader's picture in it, where that is the one to be shown. */
    seen(frame, values) {
      open = values[sketch.control] === sketch.option;
      svg.setAttribute("role", open ? "application" : "img");
      svg.setAttribute("aria-label", open ? painting : label);
      svg.toggleAttribute("data-open", open);
      if (open) svg.setAttribute("tabindex", "0");
      else svg.removeAttribute("tabindex");
      return open ? answer(sketch, cells, frame, values) : frame;
    },
    drawn: () => open && frame(),
    text: () => pack(cells),
    /** Another drawing, as `text` wrote it. */
    take(text) {
      if (new RegExp(`^[0-9a-f]{${cells.length / 4}}$`).test(text)) cells = unpack(text);
    },
  };
}
