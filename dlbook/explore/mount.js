// Makes a figure live: what the reader does goes into the machine, and what it says is carried out.
import { drawPanel } from "./drawing.js";
import { begin, next } from "./machine.js";
import { markup, numberOf, shown, walked } from "./markup.js";
import { player } from "./play.js";
import { followPointer } from "./pointer.js";
import { nearestPlaces, placesOf, textPlace, valuesAt } from "./reading.js";
import { sketchpad } from "./sketch.js";
import { answering, UNANSWERED } from "./typed.js";
import { fill } from "./writing.js";

/** `ask(values)`, where a kernel is, promises a frame. Returns what the host may call. */
export function mount(figure, payload, ask = null) {
  if (!figure.querySelector(".panels")) figure.innerHTML = markup(payload);
  figure.classList.add("explorer");
  figure.dataset.explorer = payload.slug;
  const { controls } = payload;
  const find = (selector) => figure.querySelector(selector);
  const svgs = [...figure.querySelectorAll("svg[data-panel]")];
  const inputs = controls.map((_, i) => find(`[data-control="${i}"]`));
  const starts = controls.map((c) => c.start);
  const look = answering(payload);
  const { sketch } = payload;
  const sheet = payload.panels.findIndex(({ marks }) => marks.some((mark) => mark.sheet));
  const pad = sketch && sketchpad(sketch, svgs[sheet], painted, (text) => paint.say(text));
  const paint = painter(figure, payload, svgs, pad);
  let answers = ask;
  let state = begin(starts, ask ? "kernel" : "grid");

  function happen(event) {
    const before = state.places;
    const [after, effects] = next(state, event);
    state = after;
    for (const effect of effects) carryOut(effect);
    inputs.forEach((input) => input.type === "range" && (input.step = state.host === "grid" ? "1" : "0.1"));
    setInputs();
    if (state.places.some((place, i) => place !== before[i])) tell();
  }
  function tell() {
    const drawing = pad ? { drawing: pad.text() } : {};
    const detail = { ...valuesAt(controls, state.places), ...drawing };
    figure.dispatchEvent(new CustomEvent("explorer:move", { detail }));
  }
  function painted() {
    play.stop();
    paint.again();
    tell();
  }
  function carryOut({ show, frame, ask: places, serial, wait, then, say }) {
    if (show) {
      const seen = frame ?? look(show);
      if (seen) paint.show(seen, valuesAt(controls, show), Boolean(frame));
      else if (state.host === "grid") find(".problem").textContent = UNANSWERED;
    } else if (places) {
      const answer = (frame) => happen({ type: "answer", serial, frame });
      const failure = ({ message }) => happen({ type: "failure", serial, text: message });
      answers(valuesAt(controls, places)).then(answer, failure);
    } else if (wait) setTimeout(() => happen(then), wait);
    else find(".problem").textContent = say;
  }
  function setInputs() {
    const values = valuesAt(controls, state.places);
    controls.forEach((control, i) => {
      if (control.kind === "text") return setText(inputs[i], values[control.name]);
      inputs[i].value = state.places[i];
      if (control.kind === "choice") return;
      const text = shown(control, values[control.name]);
      inputs[i].setAttribute("aria-valuetext", text);
      find(`[data-shown="${i}"]`).textContent = text;
    });
  }

  /** Where the reader's own text stands already, the cursor stays where it is. */
  const setText = (input, text) => input.value !== text && (input.value = text);
  const placeIn = (i) =>
    controls[i].kind === "text" ? textPlace(controls[i], inputs[i].value) : Number(inputs[i].value);

  const move = (places) => happen({ type: "move", places });
  const set = (i, place) => move(state.places.map((p, k) => (k === i ? place : p)));
  const placed = (values, between) => placesOf(controls, values, state.places, between);
  const drag = (values) => {
    const places = placed(values, state.host !== "grid");
    if (places.some((p, k) => p !== state.places[k])) move(places);
  };

  /** Shows this panel, where there is room for one only. */
  function choose(chosen) {
    figure.querySelectorAll(".panel").forEach((panel, i) => panel.toggleAttribute("data-chosen", i === chosen));
    figure.querySelectorAll("[data-tab]").forEach((tab, i) => tab.setAttribute("aria-pressed", i === chosen));
    paint.now(); // what was hidden was drawn in no size
  }

  const k = walked(controls);
  const step = (i, by) => {
    const place = Math.round(state.places[i]) + by;
    if (!(place in controls[i].values)) return false;
    set(i, place);
    return true;
  };
  const play = player((by) => step(k, by), (word) => k >= 0 && (find('[data-action="play"]').textContent = word));
  /** Another drawing, to be seen at these places. */
  const draw = (text, places) => {
    pad?.take(text);
    move(places);
    paint.again();
  };
  const actions = {
    play: play.toggle,
    reset: () => draw(sketch?.start, starts),
    empty: () => draw("0".repeat(sketch.start.length), placed({ [sketch.control]: sketch.option }, false)),
  };

  inputs.forEach((input, i) => input.addEventListener("input", () => (play.stop(), set(i, placeIn(i)))));
  figure.addEventListener("click", (event) => {
    const { go } = event.target.closest("[data-go]")?.dataset ?? {};
    if (go) return play.stop(), move(placed(JSON.parse(go), false));
    const button = event.target.closest("button");
    if (!button) return;
    const { action, preset, tab, of, step: by } = button.dataset;
    if (tab) return choose(Number(tab));
    if (action !== "play") play.stop();
    if (preset) move(controls.map((c) => payload.presets[preset].places[c.name] ?? c.start));
    else if (by) step(Number(of), Number(by));
    else actions[action]?.();
  });
  svgs.forEach((svg, i) => followPointer(svg, () => paint.drawn[i], play.stop, drag));

  const rest = () => document.hidden && play.stop(); // nobody watches
  document.addEventListener("visibilitychange", rest);
  const watcher = new ResizeObserver(paint.again);
  svgs.forEach((svg) => watcher.observe(svg));
  paint.show(look(starts), valuesAt(controls, starts), false);
  paint.now();
  figure.dataset.ready = "1";
  const kept = inputs.map((_, i) => placeIn(i)); // a browser that comes back to a page puts its controls back
  // a kernel is asked at once: that shows that it is there
  if (ask || kept.some((place, i) => place !== state.places[i])) move(kept);
  return {
    /** From now on `next` is asked for every state; null: the grid alone again. */
    answerWith(next) {
      answers = next;
      happen({ type: "host", host: next ? "python" : "grid" });
      if (next && !look(nearestPlaces(state.places))) move(state.places); // a text has waited for Python
    },
    /** Go to these values; what is no value of its control is left out. */
    set: (values) => draw(values.drawing ?? pad?.text(), placed(values, false)),
    close() {
      play.stop();
      document.removeEventListener("visibilitychange", rest);
      watcher.disconnect();
    },
  };
}

/** Draws what is to be seen, once a frame at most: the panels, the numbers, the sentence. */
function painter(figure, payload, svgs, pad) {
  const says = figure.querySelector(".says");
  const numbers = [...figure.querySelectorAll("[data-number]")];
  let current = null;
  let [pending, speaking] = [0, 0];
  const brush = { drawn: [], show, now, say, again: () => (pending ||= requestAnimationFrame(now)) };

  function show(frame, values, live) {
    if (live) figure.dataset.live = "1"; // what is drawn was computed just now
    else delete figure.dataset.live;
    current = { frame, values };
    figure.querySelector(".problem").textContent = "";
    brush.again();
  }
  function now() {
    pending = 0;
    const { values } = current;
    const frame = pad ? pad.seen(current.frame, values) : current.frame;
    // all are read before one is written
    const sizes = svgs.map((svg, i) => [svg.clientWidth || 360, svg.clientHeight || payload.panels[i].height]);
    brush.drawn = svgs.map((svg, i) => {
      const result = drawPanel(payload.panels[i], ...sizes[i], frame, values);
      svg.setAttribute("viewBox", `0 0 ${sizes[i].join(" ")}`);
      svg.querySelector(".drawing").innerHTML = result.svg;
      svg.querySelector(".hover").innerHTML = "";
      return result;
    });
    pad?.drawn();
    numbers.forEach((span, i) => {
      const [before, after] = [Number(span.dataset.value), frame.numbers[span.dataset.number]];
      const text = numberOf(payload.numbers[i], frame);
      if (text === span.textContent) delete span.dataset.changed;
      else span.dataset.changed = after > before ? "up" : after < before ? "down" : "";
      span.dataset.value = after;
      span.textContent = text;
      span.nextElementSibling.textContent = fill(payload.numbers[i].formula, frame, values);
    });
    figure.dataset.state = JSON.stringify(values);
    if (pad) figure.dataset.drawing = pad.text();
    say(fill(payload.says, frame, values));
  }
  /** A screen reader hears where the slider stops, not every step on the way. */
  function say(text) {
    clearTimeout(speaking);
    speaking = setTimeout(() => (says.textContent = text), 120);
  }
  return brush;
}
