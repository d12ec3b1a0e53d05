"""Chapter 08: one pass forward and one backward through a 2-3-1 net, one line of code and one number at a time."""

from functools import cache

import numpy as np

from dlbook.experiments.backpropagation_passes import SLIPS, mlp_pass, nudged
from dlbook.explore.explorer import Choice, Slider, code, explore, graph, layers, number, panel, tables
from dlbook.explore.recorder import Recorder
from dlbook.explore.steps import (
    DONE,
    NOT_YET,
    NOW,
    chosen,
    clamp,
    progress,
    shown_tables,
    written_index,
    written_shape,
)

SAMPLES = {
    "sample 1": (0,),
    "sample 2": (1,),
    "sample 3": (2,),
    "3, × 5": (3,),
    "all three": (0, 1, 2),
}
TAPES = {(name, slip): mlp_pass(rows, slip) for name, rows in SAMPLES.items() for slip in SLIPS}
STEPS = len(mlp_pass().steps)

NODES = [
    ("x₁", 0.06, 0.72),
    ("x₂", 0.06, 0.22),
    *((f"a{'₁₂₃'[i]}", 0.45, 0.86 - 0.38 * i) for i in range(3)),
    ("ŷ", 0.94, 0.48),
]
WORDS = {
    "W1": "W¹", "W2": "W²", "dW1": "∂L/∂W¹", "dW2": "∂L/∂W²", "Z1": "z¹", "A1": "a¹", "Z2": "z²", "A2": "ŷ",
    "dA0": "∂L/∂x", "dA1": "∂L/∂a¹", "dZ1": "∂L/∂z¹", "dA2": "∂L/∂ŷ", "dZ2": "∂L/∂z²",
}  # fmt: skip
FLOW = ["A0", "Z1", "A1", "Z2", "A2", "L"]
MADE = {step.name: i for i, step in enumerate(mlp_pass().steps, start=1)}
EDGES = [(i, 2 + j) for j in range(3) for i in range(2)] + [(2 + j, 5) for j in range(3)]


def _net(tape, t: int, sample: int) -> dict:
    """What the drawing of the net shows after step t, of one sample, and the words for it.

    A line carries its weight; once that weight's derivative is known, it carries what this sample gives to it.
    """
    known, now = tape.names, progress(tape, t)
    row = lambda name, size: known[name][sample] if now.get(name, DONE) else np.full(size, np.nan)
    first = "dW1" if now["dW1"] and now["dA0"] != NOW else "W1"  # the way back to A⁰ goes over W¹ itself
    second = "dW2" if now["dW2"] and now["dA1"] != NOW else "W2"
    hidden, out = max(now["Z1"], now["A1"]), max(now["Z2"], now["A2"])
    lit = {
        "x": NOW if now["dA0"] == NOW else DONE,
        "a": NOW if NOW in (now["Z1"], now["A1"], now["dA1"], now["dZ1"], now["db1"]) else hidden,
        "y": NOW if NOW in (now["Z2"], now["A2"], now["L"], now["dA2"], now["dZ2"], now["db2"]) else out,
    }
    edges = {
        1: NOW if NOW in (now["Z1"], now["dW1"], now["dA0"]) else NOT_YET,
        2: NOW if NOW in (now["Z2"], now["dW2"], now["dA1"]) else NOT_YET,
    }
    a1, a2 = "A1" if now["A1"] else "Z1", "A2" if now["A2"] else "Z2"
    g1, g2 = "dZ1" if now["dZ1"] else "dA1", "dZ2" if now["dZ2"] else "dA2"
    part = "this sample's part of " if len(known["A0"]) > 1 else ""
    below = [name for name in ("dA0", g1, g2) if now[name]]
    return {
        "node_names": [
            "x₁",
            "x₂",
            *(f"{'a' if now['A1'] else 'z'}{'₁₂₃'[i]}" for i in range(3)),
            "ŷ" if now["A2"] else "z",
        ],
        "node_values": np.array([*known["A0"][sample], *row(a1, 3), *row(a2, 1)]),
        "node_grads": np.array([*row("dA0", 2), *row(g1, 3), *row(g2, 1)]),
        "node_lit": np.array([lit["x"]] * 2 + [lit["a"]] * 3 + [lit["y"]]),
        "edge_values": np.array([*_on_lines(tape, first, sample), *_on_lines(tape, second, sample)]),
        "edge_lit": np.array([edges[1]] * 6 + [edges[2]] * 3),
        "inside": ", ".join(["x", *(WORDS[name] for name in (a1, a2) if now[name])]),
        "below": ", ".join(WORDS[name] for name in below) or "nothing yet",
        "on_lines": " and ".join(part * name.startswith("d") + WORDS[name] for name in (first, second)),
    }


def _flow(tape, t: int) -> dict:
    """How far each array of the net is, and its gradient, which has the same shape."""
    now = {"A0": DONE} | progress(tape, t)
    return {
        "flow_shapes": [written_shape(tape.names[name]) for name in FLOW],
        "flow_lit": np.array([now[name] for name in FLOW]),
        "back_lit": np.array([now.get(f"d{name}", NOT_YET) for name in FLOW]),
    }


def _on_lines(tape, name: str, sample: int) -> np.ndarray:
    """The weights of a layer; or of their derivatives, which are sums over the samples, the part of one sample."""
    if not name.startswith("d"):
        return tape.names[name].ravel()
    line = next(step for step in tape.steps if step.name == name)
    own = line.before | {key: line.before[key][[sample]] for key in line.operands}
    return Recorder(tape.functions, **own).run(line.code).value.ravel()


@cache
def _difference(samples: str, name: str, index: tuple) -> float:
    """∂L/∂(the number) by central differences, to the three digits that these are good for."""
    return float(f"{nudged(TAPES[samples, 'none'], name, index):.3g}")


def state(step: float, samples: str, slip: str, row: float, column: float) -> dict:
    """What is known after so many lines; `row` and `column` choose the number of the last result that is explained."""
    tape, t = TAPES[samples, slip], clamp(step, STEPS)
    line = tape.steps[t - 1]
    index = chosen(line, row, column)
    of_a_sample = line.value.ndim == 2 and line.name not in ("dW1", "dW2")
    sample = index[0] if of_a_sample else 0
    back, entry = line.phase == "backward", written_index(line, index)
    difference = _difference(samples, line.name.removeprefix("d"), index)
    value = float(line.value[index])
    verdict = (
        "the same" if np.isclose(value, difference, rtol=6e-3, atol=0) else "not the same, so that a line is wrong"
    )
    return {
        **shown_tables(tape, t, index),
        **_flow(tape, t),
        "listing": [step.code for step in tape.steps],
        **_net(tape, t, sample),
        "t": t,
        "phase": line.phase,
        "formula": line.formula,
        "sheet": line.sheet,
        "code": line.code,
        "reads": ", ".join(f"{name} {written_shape(line.before[name])}" for name in line.operands),
        "shape": written_shape(line.value) or "one number",
        "sample": float(min(SAMPLES[samples][sample], 2) + 1),
        "entry": entry,
        "explained": line.explain(index),
        "value": value,
        "nudged": entry.removeprefix("d"),
        "difference": difference,
        "verdict": f": {verdict}" if back else "; the way back will have to find that",
        "loss": float(tape.names["L"]),
    }


def explorer():
    """The explorer of chapter 08."""
    return explore(
        state,
        panel(
            graph(
                NODES,
                EDGES,
                "node_lit",
                "node_values",
                grads="node_grads",
                edge_values="edge_values",
                edge_lit="edge_lit",
                labels="node_names",
                size=22,
            ),
            title="The net, for one sample",
            height=330,
        ),
        panel(code("listing", "t", control="step"), title="The lines, and how far they have run", height=330),
        panel(
            tables("values", "names", "shapes", "lit", made="made", step="step", row="row", column="column"),
            title="This line in numbers: what it reads, and what it makes",
            height=330,
        ),
        panel(
            layers(
                FLOW,
                "flow_shapes",
                "flow_lit",
                ops=["W1, b1", "σ", "W2, b2", "σ", "loss"],
                grads=[f"d{name}" if f"d{name}" in MADE else "" for name in FLOW],
                grad_lit="back_lit",
                control="step",
                steps=[MADE.get(name, 0) for name in FLOW],
                grad_steps=[MADE.get(f"d{name}", 0) for name in FLOW],
            ),
            title="Shapes: forward down, backward up, each gradient like its array",
            height=330,
        ),
        slug="backpropagation",
        title="One pass forward, one pass backward, number by number",
        alt="A net of two inputs, three hidden units and one output; beside it the lines of code, the arrays of the one"
        " that runs now, and the shapes of all. Each step, forward and backward, shows its numbers and how they came"
        " about.",
        says=f"Line {{t:d}} of {STEPS}, {{phase}}: {{code}}. In formulas {{formula}}; on the sheet: {{sheet}}. It reads"
        " {reads} and gives {shape}. {entry}: {explained}."
        " A nudge of {nudged} moves L by {difference:.3g} times as much{verdict}."
        " The net shows sample {sample:d}: in the circles {inside}; below them {below}; on the lines {on_lines}.",
        numbers=[
            number("value", "the number that is looked at", formula="{entry}: {explained}"),
            number("difference", "a nudge of it, by central differences", formula="∂L/∂({nudged}) ≈ (L₊ − L₋) / 2ε"),
            number("t", "line", formula="{code}"),
            number("loss", "loss L, of the samples taken", formula="1/2m Σ (ŷ − y)²"),
        ],
        presets={
            "First line": {"step": 1},
            "The loss": {"step": 5},
            "∂L/∂W¹, one sample": {"step": 12, "samples": "sample 1", "column": 1},
            "∂L/∂W¹, all three": {"step": 12, "column": 1},
            "The sheet's 1/m": {"step": 9, "slip": "1/m in db"},
            "A slip that one sample hides": {"step": 12, "samples": "sample 1", "slip": "1/m twice"},
            "Saturated: nothing comes back": {"step": 11, "samples": "3, × 5"},
        },
        step=Slider(1, STEPS, STEPS, start=1, label="line", stepper=True),
        samples=Choice(*SAMPLES, start="all three", label="batch"),
        slip=Choice(*SLIPS, start="none", label="slip in the code"),
        row=Slider(0, 2, 3, start=0, label="row of the number, from 0"),
        column=Slider(0, 2, 3, start=0, label="column of the number, from 0"),
    )
