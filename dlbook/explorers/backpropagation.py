"""Chapter 08: one pass forward and one backward through a 2-3-1 net, one line of code and one number at a time."""

import numpy as np

from dlbook.experiments.backpropagation import mlp_pass
from dlbook.widgets.explorer import Choice, Slider, explore, graph, number, panel, tables
from dlbook.widgets.steps import (
    DONE,
    NOT_YET,
    NOW,
    chosen,
    clamp,
    joined,
    progress,
    shown_tables,
    written_index,
    written_shape,
)

SAMPLES = {"sample 1 alone": (0,), "sample 2 alone": (1,), "sample 3 alone": (2,), "all three": (0, 1, 2)}
TAPES = {name: mlp_pass(rows) for name, rows in SAMPLES.items()}
STEPS = len(mlp_pass().steps)

NODES = [
    ("x₁", 0.08, 0.72),
    ("x₂", 0.08, 0.22),
    *((f"a{'₁₂₃'[i]}", 0.5, 0.86 - 0.38 * i) for i in range(3)),
    ("ŷ", 0.92, 0.48),
]
EDGES = [(i, 2 + j) for j in range(3) for i in range(2)] + [(2 + j, 5) for j in range(3)]


def _net(tape, t: int, sample: int) -> dict:
    """What the drawing of the net shows after step t: for one sample its activations and ∂L/∂z, on the lines weights.

    Once the derivative of a weight is known, it takes the weight's place.
    """
    known, now = tape.names, progress(tape, t)
    row = lambda name, size: known[name][sample] if now.get(name, DONE) else np.full(size, np.nan)
    first = "dW1" if now["dW1"] else "W1"
    second = "dW2" if now["dW2"] else "W2"
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
    a1 = row("A1", 3) if now["A1"] else row("Z1", 3)
    a2 = row("A2", 1) if now["A2"] else row("Z2", 1)
    g1 = row("dZ1", 3) if now["dZ1"] else row("dA1", 3)
    g2 = row("dZ2", 1) if now["dZ2"] else row("dA2", 1)
    return {
        "node_values": joined([*known["A0"][sample], *a1, *a2]),
        "node_grads": joined([*row("dA0", 2), *g1, *g2]),
        "node_lit": np.array([lit["x"]] * 2 + [lit["a"]] * 3 + [lit["y"]]),
        "edge_values": joined([*known[first].ravel(), *known[second].ravel()]),
        "edge_lit": np.array([edges[1]] * 6 + [edges[2]] * 3),
        "on_lines": ("∂L/∂W¹" if first == "dW1" else "W¹") + " and " + ("∂L/∂W²" if second == "dW2" else "W²"),
    }


def state(step: float, samples: str, row: float, column: float) -> dict:
    """What is known after so many lines; `row` and `column` choose the number of the last result that is explained."""
    tape, t = TAPES[samples], clamp(step, STEPS)
    line = tape.steps[t - 1]
    index = chosen(line, row, column)
    of_a_sample = line.value.ndim == 2 and len(line.value) == len(tape.names["A0"]) and line.name not in ("dW1", "dW2")
    sample = index[0] if of_a_sample else 0
    return {
        **shown_tables(line, index),
        **_net(tape, t, sample),
        "t": t,
        "phase": line.phase,
        "formula": line.formula,
        "sheet": line.sheet,
        "code": line.code,
        "shapes": ", ".join(f"{name} {written_shape(line.before[name])}" for name in line.operands),
        "shape": written_shape(line.value) or "one number",
        "sample": float(SAMPLES[samples][sample] + 1),
        "entry": written_index(line, index),
        "explained": line.explain(index),
        "value": float(line.value[index]),
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
                "node_values",
                "node_lit",
                grads="node_grads",
                edge_values="edge_values",
                edge_lit="edge_lit",
            ),
            title="The net: activations in the circles, derivatives below them",
            height=330,
        ),
        panel(
            tables("values", "names", "lit"),
            title="This line in numbers: what it reads, and what it makes",
            height=330,
        ),
        slug="backpropagation",
        title="One pass forward, one pass backward, number by number",
        alt="A net of two inputs, three hidden units and one output; beside it the arrays of the line of code that runs"
        " now. Forward, then backward, each step shows its numbers and what they are made of.",
        says=f"Line {{t:d}} of {STEPS}, {{phase}}: {{code}}. In formulas {{formula}}; on the sheet {{sheet}}. It reads"
        " {shapes} and gives {shape}. {entry}: {explained}. The net shows sample {sample:d}, on its lines {on_lines}.",
        numbers=[
            number("value", "the number that is looked at", formula="{entry}: {explained}"),
            number("t", "line", formula="{code}"),
            number("loss", "loss L, of the samples taken", formula="1/2m Σ (ŷ − y)²"),
        ],
        presets={
            "First line": {"step": 1, "samples": "all three"},
            "The loss": {"step": 5, "samples": "all three"},
            "∂L/∂W¹, one sample": {"step": 12, "samples": "sample 1 alone", "column": 2},
            "∂L/∂W¹, all three": {"step": 12, "samples": "all three", "column": 2},
            "A gradient that fades": {"step": 11, "samples": "sample 2 alone", "column": 1},
        },
        step=Slider(1, STEPS, STEPS, start=1, label="line"),
        samples=Choice(*SAMPLES, start="all three", label="batch"),
        row=Slider(1, 3, 3, start=1, label="row of the number"),
        column=Slider(1, 3, 3, start=1, label="column of the number"),
    )
