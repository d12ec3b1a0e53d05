// Predicted numbers and choices, judged without Python, in the words of `checker.py` (a test holds them together).

const HEADINGS = {
  "not yet tried": "Not yet tried.",
  wrong: "Not yet right.",
  right: "Right.",
  error: "It did not run through.",
};
const verdict = (verdict, message) => ({ verdict, message });
const escape = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
const code = (text) => `<code>${escape(text)}</code>`;

/** What an answer, as the reader typed it, is worth: `{ verdict, message }`, the message as HTML. */
export function judge(data, text) {
  return data.kind === "choose" ? judgeChoice(data, text.trim()) : judgeNumber(data, text.trim());
}

function judgeNumber({ answer, tolerance, routes }, text) {
  if (text === "") return verdict("not yet tried", `Put your number in place of ${code("...")}, then check it.`);
  const value = numberOf(text);
  if (value === null) return verdict("error", "A number is needed: this is text.");
  const isRight = Math.abs(value - answer) <= tolerance;
  if (isRight) return verdict("right", value === answer ? "Exactly." : `${sixDigits(answer)} it is.`);
  const route = routes.find((route) => Math.abs(value - route.value) <= route.tolerance);
  if (route) return verdict("wrong", unwrapped(route.message));
  const inPercent = (share, near) => share > near && share <= 1 && value > 1 && Math.abs(value / 100 - share) <= near;
  if (inPercent(answer, tolerance)) {
    return verdict("wrong", "That is the answer in percent: give the share, between 0 and 1.");
  }
  const percent = answer > 0 && answer <= 1 && routes.find((route) => inPercent(route.value, route.tolerance));
  if (percent) return verdict("wrong", `Give the share, between 0 and 1, not percent. ${unwrapped(percent.message)}`);
  return verdict("wrong", `${sixDigits(value)} is too ${value > answer ? "large" : "small"}.`);
}

function judgeChoice({ answer, options, wrong }, text) {
  const keys = options.map((key) => `"${key}"`).join(", ");
  if (text === "") return verdict("not yet tried", `Put one of ${keys} in place of ${code("...")}, then check it.`);
  if (text === answer) return verdict("right", `"${text}" it is.`);
  return verdict("wrong", unwrapped(wrong[text]));
}

/** A decimal number or a fraction of two; null if it is neither. A comma may stand for the point. */
export function numberOf(text) {
  const parts = text.replace(/−/g, "-").replace(/^([^,.]*),([^,]*)$/, "$1.$2").split("/");
  if (parts.length > 2 || parts.some((part) => part.trim() === "" || !Number.isFinite(Number(part)))) return null;
  const value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
  return Number.isFinite(value) ? value : null;
}

/** As Python's `.6g`: a number just between two of six digits goes to the even one, where JavaScript's own goes up. */
export function sixDigits(value) {
  const even = /^(-?\d\.\d{4}[02468])50*(e.*)$/.exec(value.toExponential(100));
  const rounded = even ? Number(even[1] + even[2]) : Number(value.toPrecision(6));
  const [digits, exponent] = rounded.toExponential(5).split("e");
  const e = Number(exponent);
  if (e >= -4 && e < 6) return String(rounded);
  return `${Number(digits)}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
}

/** Messages come as one paragraph; it goes on behind the heading. */
const unwrapped = (html) => html.replace(/^<p>([\s\S]*)<\/p>$/, "$1");

/** The verdict as the same HTML that `check` gives, with the next hint, a copy from the card. */
export function told(id, { verdict, message }, hint) {
  const summary = `<summary>Hint ${hint?.number}</summary>`;
  const hinted = hint ? `<details class="hint" data-hint="${hint.number}">${summary}${hint.html}</details>` : "";
  const note = hint?.last ? "<p>All hints are open now; the solution lies under the last one.</p>" : "";
  const words = `<p><strong>${HEADINGS[verdict]}</strong> ${message}</p>${note}${hinted}`;
  return `<div class="dlbook-check" role="status" data-exercise="${id}" data-verdict="${verdict}">${words}</div>`;
}
