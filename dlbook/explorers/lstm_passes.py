"""Chapter 21: three steps of an LSTM with two units, there and back, one line and one number at a time."""

from functools import cache

import numpy as np

from dlbook.experiments.lstm_passes import LINES, T, cell_pass
from dlbook.explore.explorer import Slider, code, explore, heat, number, panel, tables
from dlbook.explore.steps import DONE, chosen, clamp, progress, shown_tables, written_index

STEPS = len(LINES)
ROWS = [f"{name} {unit}" for name in ("c", "f", "dc") for unit in (0, 1)]


@cache
def _tape(bias: float):
    return cell_pass(bias)


def _known(tape, now: dict, name: str) -> np.ndarray:
    """An array that is there, or two empty places."""
    return tape.names[name].ravel() if now.get(name, DONE) else np.full(2, np.nan)


def state(step: float, bias: float, unit: float) -> dict:
    """What is known after so many lines; `unit` chooses the number of the last result that is explained."""
    tape, t = _tape(bias), clamp(step, STEPS)
    line, now = tape.steps[t - 1], progress(tape, t)
    index = chosen(line, 0, unit)
    columns = [np.concatenate([_known(tape, now, f"{name}{k}") for name in ("c", "f", "dc")]) for k in range(1, T + 1)]
    first, last = (np.linalg.norm(tape.names[f"dc{k}"]) for k in (1, T))
    return {
        **shown_tables(tape, t, index, tables=9),
        "cells": np.stack(columns, axis=1),  # (6, T)
        "t": t,
        "phase": line.phase,
        "formula": line.formula,
        "code": line.code,
        "entry": written_index(line, index),
        "explained": line.explain(index),
        "left": float(first / last),
        "loss": float(tape.names["L"]),
    }


def explorer():
    """The way back through the cell of chapter 21."""
    return explore(
        state,
        panel(
            code([line for line, _, _ in LINES], "t", control="step"),
            title="The lines, and how far they have run",
            height=360,
        ),
        panel(
            heat("cells", rows=ROWS, columns=[str(t) for t in range(1, T + 1)]),
            title="Cell, forget gate and ∂L/∂c of both units, step by step",
            height=260,
        ),
        panel(
            tables("values", "names", "shapes", "lit", made="made", step="step", column="unit"),
            title="This line in numbers: what it reads, and what it makes",
            height=360,
        ),
        slug="lstm_passes",
        title="The way back through the cell",
        alt="The lines of three steps of an LSTM with two units, forward and back; a table with three columns that"
        " holds the cells, the forget gates and the gradients of the cells; and the arrays of the line that runs now.",
        says=f"Line {{t:d}} of {STEPS}, {{phase}}: {{code}}. In formulas {{formula}}. {{entry}}: {{explained}}."
        " Of the gradient at the last cell, {left:.3g} times as much arrives at the first.",
        numbers=[
            number("t", "line", formula="{code}"),
            number("loss", "loss L", formula="½ (ŷ − y)², with y = 1"),
            number("left", "what arrives at the first cell", formula="‖∂L/∂c₁‖ / ‖∂L/∂c₃‖"),
        ],
        presets={
            "The first gate": {"step": 1},
            "The sum": {"step": 5},
            "The loss": {"step": 20},
            "Back into the cell": {"step": 23},
            "From cell to cell": {"step": 30},
            "Gates open": {"step": STEPS, "bias": 3},
        },
        step=Slider(1, STEPS, STEPS, start=30, label="line", stepper=True),
        bias=Slider(values=(0, 1, 3), start=0, label="added to the bias of f"),
        unit=Slider(0, 1, 2, start=0, label="unit of the number, from 0"),
    )
