"""Chapter 20: a recurrent net of three units over eight steps, there and back, one line and one number at a time."""

from functools import cache

import numpy as np

from dlbook.experiments.recurrent_passes import LINES, LOW, T, unrolled_pass
from dlbook.explore.explorer import Slider, code, explore, graph, heat, number, panel, tables
from dlbook.explore.steps import DONE, NOT_YET, NOW, chosen, clamp, progress, shown_tables, written_index

STEPS = len(LINES)
MADE = {line.partition(" = ")[0]: i for i, (line, _, _) in enumerate(LINES, start=1)}  # the last line that makes it
PLACES = [0.04 + 0.92 * t / (T + 1) for t in range(T + 2)]  # h₀ … h₈, then the output
UNROLLED = [
    *((f"x{LOW[t]}", PLACES[t], 0.16) for t in range(1, T + 1)),
    *((f"h{LOW[t]}", PLACES[t], 0.62) for t in range(T + 1)),
    ("ŷ", PLACES[T + 1], 0.62),
]
EDGES = [
    *((t - 1, T + t) for t in range(1, T + 1)),
    *((T + t - 1, T + t) for t in range(1, T + 1)),
    (2 * T, 2 * T + 1),
]


@cache
def _tape(size: float):
    return unrolled_pass(size)


def _known(tape, now: dict, name: str) -> np.ndarray:
    """An array that is there, or three empty places."""
    return tape.names[name].ravel() if now.get(name, DONE) else np.full(3, np.nan)


def _length(numbers: np.ndarray) -> float:
    return float(np.sqrt((numbers**2).sum()))


def _net(tape, t: int, now: dict) -> dict:
    """The unrolled net: its inputs and its answer in numbers, and along which line the current step goes."""
    names = [*(f"x{k}" for k in range(1, T + 1)), *(f"h{k}" for k in range(T + 1)), "y"]
    lit = []
    for name in names:
        own = (name, f"z{name[1:]}", f"d{name}", f"dz{name[1:]}") if name[0] == "h" else (name, f"d{name}")
        lit.append(NOW if NOW in [now.get(n) for n in own] else now.get(name, DONE))
    step = LINES[t - 1][0].partition(" = ")[0]
    k = int(step[-1]) if step[-1].isdigit() else 0
    flows = {"z": [k - 1, T + k - 1], "dh": [T + k]}.get(step.rstrip("12345678"), [])
    flows = [2 * T] if step in ("y", f"dh{T}") else flows
    answer = tape.names["y"].item() if now["y"] else np.nan
    return {
        "node_values": np.array([*(tape.names[f"x{k}"].item() for k in range(1, T + 1)), *[np.nan] * (T + 1), answer]),
        "node_lit": np.array(lit, float),
        "edge_lit": np.array([NOW if i in flows else NOT_YET for i in range(len(EDGES))], float),
    }


def state(step: float, size: float, unit: float) -> dict:
    """What is known after so many lines; `unit` chooses the number of the last result that is explained."""
    tape, t = _tape(size), clamp(step, STEPS)
    line, now = tape.steps[t - 1], progress(tape, t)
    index = chosen(line, 0, unit)
    both = [np.concatenate([_known(tape, now, f"h{k}"), _known(tape, now, f"dh{k}")]) for k in range(1, T + 1)]
    first, last = (_length(tape.names[f"dh{k}"]) for k in (1, T))
    return {
        **shown_tables(tape, t, index),
        **_net(tape, t, now),
        "both": np.stack(both, axis=1),  # (6, T)
        "t": t,
        "phase": line.phase,
        "formula": line.formula,
        "code": line.code,
        "entry": written_index(line, index),
        "explained": line.explain(index),
        "left": first / last,
        "loss": float(tape.names["L"]),
    }


def explorer():
    """The explorer of chapter 20."""
    times = [str(t) for t in range(1, T + 1)]
    return explore(
        state,
        panel(
            graph(UNROLLED, EDGES, "node_lit", "node_values", edge_lit="edge_lit"),
            title="The net, unrolled: inputs below",
            height=230,
        ),
        panel(
            code([line for line, _, _ in LINES], "t", control="step"),
            title="The lines, and how far they have run",
            height=330,
        ),
        panel(
            heat("both", columns=times),  # without names of the rows there is room for numbers
            title="States h, and three rows below them ∂L/∂h",
            height=260,
        ),
        panel(
            tables("values", "names", "shapes", "lit", made="made", step="step", column="unit"),
            title="Numbers: what the line reads and makes",
            height=330,
        ),
        slug="recurrent",
        title="Eight steps there, eight steps back",
        alt="A net of three units, drawn once for each of eight steps, with an input below each step and an output"
        " after the last; the lines of code, a table with a column for each step, which holds the states in three rows"
        " and their gradients in three more, and the arrays of the line that runs now.",
        says=f"Line {{t:d}} of {STEPS}, {{phase}}: {{code}}. In formulas {{formula}}. {{entry}}: {{explained}}."
        " Of the gradient at the last step, {left:.3g} times as much arrives at the first.",
        numbers=[
            number("t", "line", formula="{code}"),
            number("loss", "loss L", formula="½ (ŷ − y)², with y = 1"),
            number("left", "what arrives at step 1", formula="‖∂L/∂h₁‖ / ‖∂L/∂h₈‖"),
        ],
        presets={
            "First line": {"step": 1},
            "The loss": {"step": 18},
            "Two steps back": {"step": 25},
            "The weights' sum": {"step": 40, "unit": 1},
            "Vanishing": {"step": 42, "size": 0.5},
            "Exploding": {"step": 42, "size": 2},
        },
        step=Slider(1, STEPS, STEPS, start=1, label="line", stepper=True),
        size=Slider(values=(0.5, 1, 2), start=1, label="W_hh, times"),
        unit=Slider(0, 2, 3, start=0, label="unit of the number, from 0"),
    )
