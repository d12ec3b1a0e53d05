"""Chapter 02: a unit that starts far from where it should be, and how long each activation takes to bring it back."""

from functools import cache

import numpy as np

from dlbook.experiments.activations import arrival, way_back
from dlbook.explore.explorer import Choice, Slider, explore, handle, line, number, panel, points, rule
from dlbook.explorers import activations as first
from dlbook.scratch import activations

NAMES = {name: function for name, function in first.NAMES.items() if name != "GELU"}  # which goes SiLU's way
Z = np.linspace(-10, 3, 131)
TARGET = 0.8
LAST = 3000
STEPS = (0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, LAST)
SHOWN = np.unique(np.geomspace(1, LAST + 1, 80).astype(int)) - 1  # steps that are drawn, even on a logarithmic axis


@cache
def way(kind: str, start: float) -> tuple[np.ndarray, int | None]:
    """The whole way of z with one activation, and the step in which the unit has arrived."""
    z = way_back(NAMES[kind], start, TARGET, steps=LAST)
    return z, arrival(NAMES[kind], z, TARGET)


def told(kind: str, start: float) -> str:
    """When a unit arrives."""
    arrived = way(kind, start)[1]
    return "does not arrive in 3,000 steps" if arrived is None else f"arrives in step {arrived:,}"


def state(kind: str, compare: str, start: float, step: float) -> dict:
    """One unit with two activations, from the same start and by the same steps."""
    step = round(step)
    f, f_grad = (getattr(activations, NAMES[kind] + end) for end in ("", "_grad"))
    other = getattr(activations, NAMES[compare])
    z, other_z = way(kind, start)[0], way(compare, start)[0]
    slope = f_grad(z[step])
    return {
        "z_axis": Z,
        "value": f(Z),
        "other_value": other(Z),
        "here": z[[step]],
        "here_value": f(z[[step]]),
        "other_here": other_z[[step]],
        "other_here_value": other(other_z[[step]]),
        "shown": np.log10(1.0 + SHOWN),
        "way": z[SHOWN],
        "other_way": other_z[SHOWN],
        "now": np.log10([1.0 + step]),
        "z": z[step],
        "a": f(z[step]),
        "slope": slope,
        "gradient": (f(z[step]) - TARGET) * slope,
        "other_z": other_z[step],
        "verdict": "is dead: its derivative is 0" if slope == 0 else told(kind, start),
        "other_verdict": told(compare, start),
    }


def explorer():
    """The explorer of the way back."""
    return explore(
        state,
        panel(
            rule(y=TARGET, label="target"),
            line("z_axis", "other_value", label="for comparison", color=1, dash=True),
            line("z_axis", "value", label="f(z)"),
            handle(x="start", label="start"),
            points("other_here", "other_here_value", color=1, size=6),
            points("here", "here_value", color=0, size=7),
            title="Where the unit stands",
            xlabel="z",
            ylabel="f(z)",
            xlim=(-10, 3),
            ylim=(-1.4, 3),
        ),
        panel(
            line("shown", "other_way", label="for comparison", color=1, dash=True),
            line("shown", "way", label="z"),
            points("now", "other_here", color=1, size=6),
            points("now", "here", color=0, size=7),
            title="Its way, step by step",
            xlabel="log₁₀ (1 + steps)",
            ylabel="z",
            xlim=(0, 3.5),
            ylim=(-10, 3),
        ),
        slug="activations_recovery",
        title="Does it come back?",
        alt="An activation function with a unit that slides along it towards the height 0.8, and the way of its z over "
        "the steps of gradient descent, beside the same unit with another activation.",
        says="A unit that starts at z = {start:.3g}, after {step:.0f} steps: with {kind} it stands at {z:.3g} and "
        "{verdict}; with {compare} it stands at {other_z:.3g} and {other_verdict}.",
        numbers=[
            number("z", "z", "z ← z − ½ (f(z) − 0.8) f′(z)"),
            number("a", "value", "f({z:.3g})"),
            number("slope", "derivative", "f′({z:.3g})"),
            number("gradient", "gradient", "(f(z) − 0.8) f′(z)"),
            number("other_z", "z of the comparison", "{compare}"),
        ],
        presets={
            "ReLU never": {"kind": "ReLU", "compare": "leaky ReLU", "start": -2, "step": 1000},
            "ELU overtakes": {"kind": "ELU", "compare": "leaky ReLU", "start": -4, "step": 100},
            "Too far for ELU": {"kind": "ELU", "compare": "leaky ReLU", "start": -10, "step": LAST},
            "The wrong way": {"kind": "SiLU", "compare": "ELU", "start": -4, "step": 1000},
            "A long plain, then all at once": {"kind": "tanh", "compare": "sigmoid", "start": -4, "step": 300},
        },
        kind=Choice(*NAMES, start="ReLU", label="function"),
        compare=Choice(*NAMES, start="leaky ReLU", label="compare with"),
        start=Slider(-10, 1, 23, start=-3, label="start z"),
        step=Slider(values=STEPS, start=0, label="steps"),
    )
