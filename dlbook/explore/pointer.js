// Pointer and finger on a drawing: what is dragged, and the number under the pointer.
import { px } from "./svg.js";
import { escape } from "./writing.js";

/**
 * Lets the reader drag the handles of a drawing: `moved({control: value})` is told where to. `drawing()` gives what is
 * drawn now. What is grabbed names the controls; the pointer is captured by the svg, whose inside is drawn anew.
 */
export function followPointer(svg, drawing, grabbed, moved) {
  let names = null;
  const at = (event) => {
    const frame = svg.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  const follow = (event) => {
    const [x, y] = at(event);
    moved({ [names.x]: drawing().unX(x), [names.y]: drawing().unY(y) });
  };
  svg.addEventListener("pointerdown", (event) => {
    const grab = event.target.closest?.(".grab");
    if (!grab) return hover(svg, drawing(), at(event)); // a finger cannot hover: it taps
    names = { x: grab.dataset.x, y: grab.dataset.y };
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    grabbed();
    follow(event);
  });
  // A finger on a handle does not scroll the page; elsewhere it does. (`touch-action` is not heeded inside an svg.)
  const hold = (event) => event.target.closest(".grab") && event.preventDefault();
  svg.addEventListener("touchstart", hold, { passive: false });
  svg.addEventListener("pointermove", (event) => (names ? follow(event) : hover(svg, drawing(), at(event))));
  for (const type of ["pointerup", "pointercancel"]) svg.addEventListener(type, () => (names = null));
  // A finger leaves as it is lifted: what it tapped stays to be read.
  svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && clear(svg));
}

const clear = (svg) => (svg.querySelector(".hover").innerHTML = "");

/** The number under the pointer, written beside the nearest point. */
function hover(svg, { hits }, [x, y]) {
  let best = null;
  let distance = 24;
  for (const hit of hits) {
    const d = Math.hypot(hit.x - x, hit.y - y);
    if (d < distance) [best, distance] = [hit, d];
  }
  if (!best) return clear(svg);
  const anchor = best.x > svg.clientWidth / 2 ? "end" : "start";
  const place = `x="${px(best.x + (anchor === "end" ? -10 : 10))}" y="${px(Math.max(14, best.y - 8))}"`;
  svg.querySelector(".hover").innerHTML =
    `<circle cx="${px(best.x)}" cy="${px(best.y)}" r="5" fill="none" stroke="var(--dl-fg)"/>` +
    `<text class="tip" ${place} text-anchor="${anchor}">${escape(best.text)}</text>`;
}
