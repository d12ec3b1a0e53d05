"""Chapter 07: a graph, one step at a time, forwards and backwards."""

import re
from functools import cache

import numpy as np

from dlbook.explore.explorer import Slider, code, explore, graph, number, panel
from dlbook.explore.recorder import Recorder
from dlbook.scratch import activations

X = 2.0  # the input
FORWARDS = [  # the line that runs, and how it is written
    ("p = w * x", "p = w x"),
    ("r = w * w", "r = w · w"),
    ("z = p + b", "z = p + b"),
    ("a = sigmoid(z)", "a = σ(z)"),
    ("d = a - y", "d = a − y"),
    ("s = d * d", "s = d · d"),
    ("L = s + r", "L = s + r"),
]
BACKWARDS = [  # each after all that use it
    ("g_L = 1", "∂L/∂L = 1"),
    ("g_r = g_L", "∂L/∂r = ∂L/∂L"),
    ("g_s = g_L", "∂L/∂s = ∂L/∂L"),
    ("g_d = g_s * d + g_s * d", "∂L/∂d = ∂L/∂s · d + ∂L/∂s · d, once for each use"),
    ("g_y = -g_d", "∂L/∂y = −∂L/∂d"),
    ("g_a = g_d", "∂L/∂a = ∂L/∂d"),
    ("g_z = g_a * sigmoid_grad(z)", "∂L/∂z = ∂L/∂a · σ′(z)"),
    ("g_b = g_z", "∂L/∂b = ∂L/∂z"),
    ("g_p = g_z", "∂L/∂p = ∂L/∂z"),
    ("g_x = g_p * w", "∂L/∂x = ∂L/∂p · w"),
    ("g_w = g_p * x", "∂L/∂w = ∂L/∂p · x, and more to come"),
    ("g_w = g_w + g_r * w + g_r * w", "∂L/∂w = what it has + ∂L/∂r · w + ∂L/∂r · w"),
]
LINES = FORWARDS + BACKWARDS
MADE = {line.partition(" = ")[0]: i for i, (line, _) in enumerate(LINES, start=1)}  # the last line that makes it
NODES = [  # name, column, layer
    ("w", 0.16, 0), ("x", 0.42, 0), ("b", 0.68, 0), ("y", 0.93, 0), ("r", 0.06, 1), ("p", 0.34, 1), ("z", 0.46, 2),
    ("a", 0.57, 3), ("d", 0.7, 4), ("s", 0.8, 5), ("L", 0.45, 6),
]  # fmt: skip
NAMES = [name for name, _, _ in NODES]
LABELS = {"r": "r = w·w", "p": "p = w·x", "z": "z = p + b", "a": "a = σ(z)", "d": "d = a − y", "s": "s = d·d", "L": "L"}
EDGES = ["wr", "wp", "xp", "pz", "bz", "za", "ad", "yd", "ds", "sL", "rL"]  # from, to


@cache
def _tape(w: float, b: float, y: float) -> Recorder:
    functions = {"sigmoid": activations.sigmoid, "sigmoid_grad": activations.sigmoid_grad}
    tape = Recorder(functions, w=w, x=X, b=b, y=y)
    for line, formula in LINES:
        tape.run(line, formula=formula, phase="forwards" if (line, formula) in FORWARDS else "backwards")
    return tape


def _edges_of(step) -> set[str]:
    """The lines of the drawing along which a step goes."""
    name = step.name.removeprefix("g_")
    if step.phase == "forwards":
        return {edge for edge in EDGES if edge[1] == name}
    return {edge for edge in EDGES if edge[0] == name and re.search(rf"\bg_{edge[1]}\b", step.code)}


def state(step: float, w: float, b: float, y: float) -> dict:
    """The graph after `step` lines."""
    count = int(round(step))
    tape = _tape(w, b, y)
    done = tape.steps[:count]
    known = {"w": w, "x": X, "b": b, "y": y} | {s.name: float(s.value) for s in done}
    now = done[-1] if done else None
    final = {name: float(value) for name, value in tape.names.items()}
    gone = set().union(*map(_edges_of, done)) if done else set()
    going = _edges_of(now) if now else set()
    return {
        "values": np.array([known.get(name, np.nan) for name in NAMES]),
        "grads": np.array([known.get(f"g_{name}", np.nan) for name in NAMES]),
        "lit": np.array([2.0 * (now is not None and now.name in (n, f"g_{n}")) or float(n in known) for n in NAMES]),
        "edge_lit": np.array([2.0 * (edge in going) or float(edge in gone) for edge in EDGES]),
        "t": count,
        "phase": now.phase if now else "inputs only",
        "formula": now.formula if now else "nothing is computed",
        "numbers": now.explain(()) if now else "move the slider to begin",
        "made": float(now.value) if now else np.float64(0),
        "cost": final["L"],
        "w_slope": final["g_w"],
        "x_slope": final["g_x"],
        "b_slope": final["g_b"],
    }


def explorer():
    """The explorer of the graph."""
    return explore(
        state,
        panel(
            graph(
                [(LABELS.get(name, name), x, 0.94 - 0.148 * layer) for name, x, layer in NODES],
                [(NAMES.index(a), NAMES.index(b)) for a, b in EDGES],
                "lit",
                "values",
                grads="grads",
                edge_lit="edge_lit",
                size=22,
                control="step",
                steps=[MADE.get(name, 0) for name in NAMES],
                grad_steps=[MADE[f"g_{name}"] for name in NAMES],
            ),
            title="Values, and below them ∂L/∂(it)",
            height=660,
        ),
        panel(
            code([line for line, _ in LINES], "t", control="step"),
            title="The lines, and how far they have run",
            height=400,
        ),
        slug="theory_graph",
        title="There and back, step by step",
        alt="A graph from the inputs w, x, b, y at the top through seven operations to the cost L at the bottom, each "
        "with its value and, on the way back, its gradient; beside it the lines of code, the current one marked.",
        says="Step {step:.0f}, {phase}: {formula}; {numbers}.",
        numbers=[
            number("made", "made by this step", "{formula}"),
            number("cost", "the cost in the end", "L = (σ(w x + b) − y)² + w²"),
            number("w_slope", "∂L/∂w in the end", "2 d σ′(z) x + 2 w"),
            number("x_slope", "∂L/∂x in the end", "2 d σ′(z) w"),
            number("b_slope", "∂L/∂b in the end", "2 d σ′(z)"),
        ],
        presets={
            "All the way forwards": {"step": 7},
            "d was used twice": {"step": 11},
            "w hears from two sides": {"step": 19},
            "Saturated: almost nothing back": {"step": 14, "w": 2, "b": 3, "y": 0},
        },
        step=Slider(0, 19, 20, start=0, label="step", stepper=True),
        w=Slider(-2, 2, 9, start=0.5, label="weight w"),
        b=Slider(-3, 3, 5, start=-1.5, label="bias b"),
        y=Slider(values=(0, 1), start=1, label="label y"),
    )
