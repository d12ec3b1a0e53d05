// A text that the reader writes: what follows from it without Python, where the explorer has a function for that.
import { gates } from "./gates.js";
import { reader, valuesAt } from "./reading.js";
import { wordParts } from "./word_parts.js";

const ANSWERS = { gates, word_parts: wordParts };
export const UNANSWERED = "For a text of your own this explorer needs Python: run a cell of this page first.";

/** What finds the frame at these places; null for a text that only Python can answer. */
export function answering(payload) {
  const look = reader(payload);
  const { controls } = payload;
  return (places) => {
    const own = controls.filter((_, i) => typeof places[i] === "string");
    if (own.some((control) => !ANSWERS[control.answers])) return null;
    const values = valuesAt(controls, places);
    const frame = look(places.map((place, i) => (typeof place === "string" ? controls[i].start : place)));
    return own.reduce((frame, control) => answered(control, values, frame), frame);
  };
}

/** The frame of another text at the same places, with this control's text in it. */
export const answered = (control, values, frame) =>
  ANSWERS[control.answers](values[control.name], values, frame, control.knows);
