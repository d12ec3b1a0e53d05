// What an explorer asks and shows, event by event, without a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, next, SILENT } from "../../dlbook/explore/machine.js";

/** A machine whose effects are kept: `did` says each in one word, `late` is what the last timer would tell. */
function machine(host, places = [0]) {
  let state = begin(places, host);
  const run = {
    did: [],
    happen(type, event = {}) {
      const [after, effects] = next(state, { type, ...event });
      state = after;
      for (const { show, frame, ask, serial, wait, then, say } of effects) {
        if (wait) run.late = then;
        run.did.push(
          show ? `${frame ?? "grid"} at ${show}` : ask ? `ask ${serial}: ${ask}` : wait ? `wait ${wait}` : `say ${say}`,
        );
      }
      return run;
    },
    move: (...places) => run.happen("move", { places }),
    answer: (serial) => run.happen("answer", { serial, frame: `answer ${serial}` }),
    fail: (serial, text = "no") => run.happen("failure", { serial, text }),
    overdue: () => run.happen(run.late.type, run.late),
    get state() { return state; },
    /** What was done since the last look. */
    get new() { return run.did.splice(0); },
  };
  return run;
}

test("alone, the grid shows every move at once", () => {
  const m = machine("grid", [0, 2]);
  assert.deepEqual(m.move(1, 2).move(3, 0).new, ["grid at 1,2", "grid at 3,0"]);
  assert.deepEqual(m.state.drawn, [3, 0]);
});

test("a kernel is asked one question at a time, and always the latest", () => {
  const m = machine("kernel");
  assert.deepEqual(m.move(0.1).new, ["ask 1: 0.1", "wait 3000"]);
  assert.deepEqual(m.move(0.2).move(0.3).new, [], "it thinks");
  assert.deepEqual(m.answer(1).new, ["answer 1 at 0.1", "ask 2: 0.3", "wait 3000"], "0.2 is never asked");
  assert.deepEqual(m.answer(2).new, ["answer 2 at 0.3"]);
  assert.deepEqual(m.move(0.4).new, ["ask 3: 0.4", "wait 3000"]);
});

test("an error of the kernel is said, and the controls go back to what is seen", () => {
  const m = machine("kernel", [1]);
  m.move(1).answer(1).new;
  assert.deepEqual(m.move(2).fail(2, "ValueError: a").new.slice(-1), ["say ValueError: a"]);
  assert.deepEqual(m.state.places, [1]);
  assert.deepEqual(m.move(3).new, ["ask 3: 3", "wait 3000"], "the next question is asked");
});

test("an error that nobody waits for any more is not said", () => {
  const m = machine("kernel");
  m.move(1).move(2).new;
  assert.deepEqual(m.fail(1).new, ["ask 2: 2", "wait 3000"]);
  assert.deepEqual(m.state.places, [2]);
});

test("a silent kernel is named, may be asked again, and is forgiven", () => {
  const m = machine("kernel");
  m.move(1).new;
  assert.deepEqual(m.overdue().new, [`say ${SILENT}`]);
  assert.deepEqual(m.overdue().new, [], "once");
  assert.deepEqual(m.answer(1).new, ["answer 1 at 1"], "late, but still the answer to the last question");
  m.move(2).overdue().move(3).new;
  assert.deepEqual(m.answer(2).new, [], "an answer to another question");
  assert.deepEqual(m.answer(3).new, ["answer 3 at 3"]);
  assert.deepEqual(m.happen("silence", { serial: 3 }).new, [], "it has answered");
});

test("patience with one question does not run out for the next", () => {
  const m = machine("kernel").move(1);
  const first = m.late;
  m.answer(1).move(2).new;
  assert.deepEqual(m.happen(first.type, first).new, []);
});

test("what was wished while the kernel kept silent is asked at last", () => {
  const m = machine("kernel");
  m.move(1).move(2).new;
  assert.deepEqual(m.overdue().new, ["ask 2: 2", "wait 3000"]);
});

test("Python in the page answers between the grid's points", () => {
  const m = machine("grid", [2]).happen("host", { host: "python" });
  assert.deepEqual(m.new, [], "it is asked at the first move, not before");
  assert.deepEqual(m.move(2.1).new, ["wait 80", "ask 2: 2.1"]);
  assert.deepEqual(m.answer(2).new, ["answer 2 at 2.1"]);
  assert.deepEqual(m.overdue().new, [], "the answer came in time");
});

test("while Python is slow the nearest state stands in, at once from the second move on", () => {
  const m = machine("python", [2]).move(2.4);
  m.new;
  assert.deepEqual(m.overdue().new, ["grid at 2"]);
  assert.deepEqual(m.move(2.6).move(3.2).new, ["grid at 3", "grid at 3"]);
  assert.deepEqual(m.answer(1).new, ["answer 1 at 2.4", "wait 80", "ask 2: 3.2"]);
  assert.deepEqual(m.overdue().new, ["grid at 3"], "the second takes long as well");
  assert.deepEqual(m.answer(2).new, ["answer 2 at 3.2"]);
});

test("a timer that has been overtaken does not count", () => {
  const m = machine("python", [0]).move(0.1);
  const old = m.late;
  m.answer(1).move(0.2).new;
  assert.deepEqual(m.happen(old.type, old).new, []);
  assert.deepEqual(m.overdue().new, ["grid at 0"]);
});

test("when Python goes, or cannot answer, the grid is back at its nearest point", () => {
  const gone = machine("python", [0]).move(1.6);
  gone.new;
  assert.deepEqual(gone.happen("host", { host: "grid" }).new, ["grid at 2"]);
  assert.deepEqual(gone.state.places, [2]);
  assert.deepEqual(gone.answer(1).overdue().new, [], "too late");
  const broken = machine("python", [0]).move(1.6);
  broken.new;
  assert.deepEqual(broken.fail(1).new, ["grid at 2"]);
  assert.equal(broken.state.host, "grid");
});

test("no event changes the state that it was given", () => {
  const events = [
    { type: "move", places: [1] }, { type: "answer", serial: 0, frame: "f" }, { type: "failure", serial: 0, text: "t" },
    { type: "silence", serial: 0 }, { type: "overdue", timer: 1 }, { type: "host", host: "grid" },
  ];
  for (const host of ["grid", "python", "kernel"])
    for (const event of events) {
      const state = Object.freeze(begin(Object.freeze([0.5]), host));
      next(state, event);
    }
});
