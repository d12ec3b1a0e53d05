"""Chapter 21: what the gates of a trained unit do with a sequence whose marks the reader sets."""

import numpy as np

from dlbook.experiments import lstm as lab
from dlbook.explore.explorer import Slider, explore, line, number, panel, points, rule

T = 12
NOISE = np.array([0.4, -0.7, 0.2, 0.9, -0.3, -0.8, 0.6, 0.1, -0.5, 0.7, -0.2, 0.5])  # what is read without a mark
SECOND = -0.6  # the second marked value
NONE = 6  # as its place: there is no second mark


def sequence(value: float, first: int, second: int) -> tuple[np.ndarray, np.ndarray]:
    """Values and marks (T,), steps counted from 1; no second mark at the place NONE."""
    values, marks = NOISE.copy(), np.zeros(T)
    values[first - 1], marks[first - 1] = value, 1
    if second > NONE:
        values[second - 1], marks[second - 1] = SECOND, 1
    return values, marks


def state(value: float, first: float, second: float, bias: float) -> dict:
    """The sequence, the gates, the cell and the answer after every step."""
    values, marks = sequence(value, round(first), round(second))
    steps, asked = lab.kept(values, marks, bias), values[marks == 1]
    return {
        "t": np.arange(1.0, T + 1),
        "values": values,
        "marked": np.where(marks == 1, values, np.nan),
        **{name: steps[name] for name in "ifoc"},
        "answer": steps["answer"],
        "last": float(steps["answer"][-1]),
        "wanted": float(asked[-1]),
        "left": float(steps["f"][round(first) :].prod()),
        "lowest": float(steps["f"][marks == 0].min()),
        "closed": float(steps["f"][marks == 1].max()),
    }


def explorer():
    """The gates of chapter 21."""
    return explore(
        state,
        panel(
            line("t", "values", label="value", color=-1, width=1),
            points("t", "marked", label="marked", color=0, size=7),
            title="What the unit reads",
            xlabel="step",
            xlim=(0.5, T + 0.5),
            ylim=(-1.1, 1.1),
            height=230,
        ),
        panel(
            line("t", "f", label="f, forget", color=1),
            line("t", "i", label="i, input", color=2),
            line("t", "o", label="o, output", color=3, dash=True),
            title="Its gates",
            xlabel="step",
            xlim=(0.5, T + 0.5),
            ylim=(-0.05, 1.05),
            height=230,
        ),
        panel(
            line("t", "c", label="c", color=0),
            title="Its cell",
            xlabel="step",
            xlim=(0.5, T + 0.5),
            height=230,
        ),
        panel(
            line("t", "answer", label="answer after each step", color=4),
            rule(y="wanted", label="wanted"),
            title="What it answers",
            xlabel="step",
            xlim=(0.5, T + 0.5),
            height=230,
        ),
        slug="lstm",
        title="Gates over a sequence",
        alt="Four pictures over twelve steps. The values that are read, with the marked ones as dots; the forget,"
        " input and output gate; the cell; and the answer, with a line at what is wanted at the end.",
        says="The last marked value is {wanted:.2f}, and at the end the unit answers {last:.2f}. Between the marks"
        " its forget gate is at least {lowest:.2f}, at a mark at most {closed:.2f}. Of what the first mark wrote,"
        " {left:.3f} is left.",
        numbers=[
            number("last", "answer at the end"),
            number("wanted", "the last marked value"),
            number("lowest", "f without a mark, at least"),
            number("left", "left of the first", formula="product of f after it"),
        ],
        presets={
            "Keep one value": {"second": NONE},
            "Overwrite it": {"second": 9},
            "It forgets": {"second": NONE, "bias": -3},
            "It cannot let go": {"second": 9, "bias": 3},
        },
        value=Slider(-0.9, 0.9, 5, start=0.9, label="the first marked value"),
        first=Slider(1, NONE, NONE, start=1, label="the first mark at step"),
        second=Slider(NONE, T, T - NONE + 1, start=9, label="the second mark at step (6: none)"),
        bias=Slider(-4.5, 4.5, 7, start=0, label="added to the bias of f"),
    )
