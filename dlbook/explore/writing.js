// Numbers and sentences as text, the same digits that Python would write.

const minus = (text) => text.replace(/-/g, "−");
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ESCAPED[c]);
export const raised = (power) => [...String(Number(power))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");

/** toFixed or toExponential as Python rounds: what lies exactly between two goes to the even digit, not up. */
function round(value, method, digits) {
  // so many digits tell a half from almost a half
  const [head, power = ""] = value[method](digits + 30).split(/(?=e)/);
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
    return minus(`${spec.endsWith("e") ? head : String(Number(head))} × 10${raised(power)}`);
  }
  return minus(String(Number(round(value, "toExponential", digits - 1))));
}

/** A number inside a drawing, as `recorder.written` writes it: three digits, 6.5·10⁻⁵ where it is small; no NaN. */
export function written(value) {
  const size = Math.abs(value);
  if (Number.isNaN(value)) return "";
  if (size === Infinity) return value > 0 ? "∞" : "−∞";
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [head, power] = round(value, "toExponential", 1).split("e");
    return `${minus(head)}·10${raised(power)}`;
  }
  return size >= 999.5 ? minus(round(value, "toFixed", 0)) : minus(String(Number(round(value, "toExponential", 2))));
}

/** "{recall:.2f} of {called}" filled from numbers, texts and controls. */
export function fill(template, frame, values) {
  return template.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, key, spec) =>
    format(frame.texts[key] ?? (key in frame.numbers ? frame.numbers[key] : values[key]), spec),
  );
}
