// What an explorer asks and shows, without a page: (state, event) -> [state, effects].
//
// Three hosts. "grid": every state of the grid is at hand. "python": the page's Python answers between the grid's
// points, too, and the nearest state of the grid stands in where it takes long. "kernel": a notebook's kernel answers
// every move, and there is nothing else to show. One question is under way at a time; the next is the latest wish.

import { nearestPlaces } from "./reading.js";

const BRIDGE = 80; // milliseconds until the nearest state of the grid stands in for an answer
const PATIENCE = 3000; // milliseconds until the kernel of a notebook counts as silent
export const SILENT = "The kernel does not answer: it is busy, or it has gone.";

export function begin(places, host) {
  return {
    host,
    places, // where the controls stand
    drawn: places, // where what is seen was computed
    serial: 0, // of the last question
    asked: places, // its places
    busy: false, // it is under way
    waiting: false, // the controls have moved on since
    timer: 0, // of the answer that is awaited before the grid stands in
    slow: false, // the grid stands in now
  };
}

/**
 * What follows from an event: the state after it, and its effects, each of them { show: places, frame },
 * { ask: places, serial }, { wait: milliseconds, then: event } or { say: text }.
 */
export function next(state, event) {
  return EVENTS[event.type](state, event);
}

const EVENTS = {
  move(state, { places }) {
    const moved = { ...state, places };
    return state.host === "grid" ? nearest(moved) : chain(moved, bridge, ask);
  },

  answer(state, { serial, frame }) {
    if (serial !== state.serial) return [state, []]; // another question came, or another host
    const shown = { ...state, busy: false, drawn: state.asked, timer: 0, slow: false };
    const show = (state) => [state, [{ show: state.drawn, frame }]];
    return state.waiting ? chain(shown, show, bridge, ask) : show(shown);
  },

  failure(state, { serial, text }) {
    if (serial !== state.serial) return [state, []];
    const free = { ...state, busy: false };
    if (state.waiting) return ask(free);
    if (state.host === "python") return EVENTS.host(free, { host: "grid" });
    return [{ ...free, places: state.drawn }, [{ say: text }]]; // controls and picture say the same
  },

  silence(state, { serial }) {
    if (serial !== state.serial || !state.busy) return [state, []];
    const free = { ...state, busy: false };
    return state.waiting ? ask(free) : [free, [{ say: SILENT }]];
  },

  overdue(state, { timer }) {
    return timer === state.timer && timer ? nearest({ ...state, slow: true }) : [state, []];
  },

  host(state, { host }) {
    const fresh = { ...begin(state.places, host), drawn: state.drawn, serial: state.serial + 1 };
    return host === "grid" ? nearest({ ...fresh, places: nearestPlaces(state.places) }) : [fresh, []];
  },
};

function nearest(state) {
  const drawn = nearestPlaces(state.places);
  return [{ ...state, drawn }, [{ show: drawn }]];
}

function ask(state) {
  if (state.busy) return [{ ...state, waiting: true }, []];
  const [serial, places] = [state.serial + 1, state.places];
  const patience = state.host === "kernel" ? [{ wait: PATIENCE, then: { type: "silence", serial } }] : [];
  return [{ ...state, serial, asked: places, busy: true, waiting: false }, [{ ask: places, serial }, ...patience]];
}

/** Where an answer takes long the nearest state stands in for it, and for those after it at once. */
function bridge(state) {
  if (state.host !== "python") return [state, []];
  if (state.slow) return nearest(state);
  if (state.timer) return [state, []];
  const timer = state.serial + 1;
  return [{ ...state, timer }, [{ wait: BRIDGE, then: { type: "overdue", timer } }]];
}

/** One step after the other, with all of their effects. */
function chain(state, ...steps) {
  let effects = [];
  for (const step of steps) {
    const [after, more] = step(state);
    [state, effects] = [after, [...effects, ...more]];
  }
  return [state, effects];
}
