"""Chapter 21: what the gates of a trained unit do with a sequence that the reader writes."""

import re

import numpy as np

from dlbook.experiments import lstm as lab
from dlbook.explore.explorer import FreeText, Slider, explore, line, number, panel, points, rule

T = 12  # steps that are read
NUMBER = re.compile(r"([-−+]?)([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(\*?)")
KEEP = "0.9* -0.7 0.2 0.9 -0.3 -0.8 0.6 0.1 -0.5 0.7 -0.2 0.5"
OVERWRITE = "0.9* -0.7 0.2 0.9 -0.3 -0.8 0.6 0.1 -0.6* 0.7 -0.2 0.5"
THRICE = "0.3 -0.8* 0.5 0.9 0.2* -0.4 -0.9 0.6 0.8* -0.1 0.4 -0.6"
UNMARKED = "0.4 -0.7 0.2 0.9 -0.3 -0.8 0.6 0.1 -0.5 0.7 -0.2 0.5"


def sequence(text: str) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of a text, cut to −1 and 1, and a 1 for each that an asterisk marks; one 0 where there is none."""
    found = NUMBER.findall(text)[:T] or [("", "0", "")]
    values = [min(float(size), 1) * (-1 if sign in ("-", "−") else 1) for sign, size, _ in found]
    return np.array(values), np.array([float(mark == "*") for *_, mark in found])


def padded(values) -> np.ndarray:
    return np.concatenate([values, np.full(T - len(values), np.nan)])


def state(written: str, bias: float) -> dict:
    """The sequence, the gates, the cell and the answer after every step."""
    values, marks = sequence(written)
    steps, marked = lab.kept(values, marks, bias), np.flatnonzero(marks)
    f, none = steps["f"], float("nan")
    return {
        "t": np.arange(1.0, T + 1),
        "values": padded(values),
        "marked": padded(np.where(marks == 1, values, np.nan)),
        **{name: padded(steps[name]) for name in ("i", "f", "o", "c", "answer")},
        "read": float(len(values)),
        "last": float(steps["answer"][-1]),
        "wanted": float(values[marked[-1]]) if len(marked) else none,
        "left": float(f[marked[0] + 1 :].prod()) if len(marked) else none,
        "lowest": float(f[marks == 0].min()) if len(marked) < len(values) else none,
        "closed": float(f[marked].max()) if len(marked) else none,
    }


def weights() -> dict:
    """What the page needs in order to take the same steps: the unit's numbers, its two biases in one."""
    net = lab.keeper()
    own, out = net.parts["rnn"].params, net.parts["out"].params
    return {
        "W": own["weight_ih_l0"].tolist(),
        "U": own["weight_hh_l0"][:, 0].tolist(),
        "b": (own["bias_ih_l0"] + own["bias_hh_l0"]).tolist(),
        "out": [float(out["weight"][0, 0]), float(out["bias"][0])],
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
        alt="Four pictures over at most twelve steps. The values that are read, with the marked ones as dots; the"
        " forget, input and output gate; the cell; and the answer, with a line at what is wanted at the end.",
        says="Of {read:d} numbers the last marked one is {wanted:.2f}, and at the end the unit answers {last:.2f}."
        " Without a mark its forget gate is at least {lowest:.2f}, at a mark at most {closed:.2f}. Of what the first"
        " mark wrote, {left:.3f} is left.",
        numbers=[
            number("last", "answer at the end"),
            number("wanted", "the last marked number"),
            number("lowest", "f without a mark, at least"),
            number("closed", "f at a mark, at most"),
            number("left", "left of the first", formula="product of f after it"),
        ],
        presets={
            "Keep one value": {"written": KEEP},
            "Overwrite it": {},
            "Three marks": {"written": THRICE},
            "Nothing marked": {"written": UNMARKED},
            "It forgets": {"written": KEEP, "bias": -3},
            "It cannot let go": {"bias": 3},
        },
        written=FreeText(
            KEEP,
            OVERWRITE,
            THRICE,
            UNMARKED,
            start=OVERWRITE,
            label="your sequence, numbers from −1 to 1; an asterisk marks one",
            most=90,
            answers="gates",
            knows=weights(),
        ),
        bias=Slider(-4.5, 4.5, 7, start=0, label="added to the bias of f"),
    )
