// When a missed exercise comes back, as `repeat.py` has it: `tests/repeat.json` holds the two together.

const DAYS = [1, 3, 7, 21, 60];
const LONG_AGO = "2000-01-01";

/** The reader's own day, as "2026-11-29". */
export function today(now = new Date()) {
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

const isDay = (text) => {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : NaN;
  return !Number.isNaN(Number(day)) && day.toISOString().slice(0, 10) === text;
};
const later = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** The box an exercise lies in and since when; null for what was never missed, and for what makes no sense. */
export function place({ repeat, tries }) {
  if (Number.isInteger(repeat?.box) && repeat.box > 0 && isDay(repeat.on)) return { box: repeat.box, on: repeat.on };
  return tries > 0 ? { box: 1, on: LONG_AGO } : null; // missed before there were boxes
}

/** Whether an exercise is to be repeated. A day that is still to come was kept by a clock that was ahead. */
export function due(entry, day) {
  const { box, on } = place(entry) ?? {};
  if (!(entry.right || entry.tries) || !(box <= DAYS.length)) return false;
  return on > day || later(on, DAYS[box - 1]) <= day;
}

/** Whether an exercise is to be repeated one day, today or later. */
export const rests = (entry) => place(entry)?.box <= DAYS.length;

/** The entry after it was missed: answered wrong, or looked up before it was answered. */
export const missed = (entry, day) => ({ ...entry, repeat: { box: 1, on: day } });

/** The entry after one more answer; `right` in it is still as it was before. */
export function answered(entry, right, day) {
  if (!right) return missed(entry, day);
  if (!entry.right) return place(entry) ? missed(entry, day) : entry; // solved at last: it comes back once
  return due(entry, day) ? { ...entry, repeat: { box: place(entry).box + 1, on: day } } : entry;
}

/** Of two places the later; of two from one day the one that comes back sooner. */
export function joined(ours, theirs) {
  const places = [ours, theirs].filter(({ repeat }) => repeat && place({ repeat })).map(place);
  return places.sort((a, b) => b.on.localeCompare(a.on) || a.box - b.box)[0];
}
