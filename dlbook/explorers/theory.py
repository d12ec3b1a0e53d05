"""Chapter 07: how many bumps, how steep, and with which heights; the net beside its target, inside and outside."""

from functools import cache

import numpy as np

from dlbook.experiments import theory as experiments
from dlbook.experiments.theory import INSIDE, TARGETS, bumps
from dlbook.explore.explorer import Choice, Slider, band, explore, line, number, panel, points

X = np.linspace(-0.25, 1.25, 151)
OUTSIDE = X[(X < 0) | (X > 1)]
COUNTS = (1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 40)
HEIGHTS = ("by hand", "fitted")


@cache
def _errors(target: str, steepness: float, fitted: bool) -> np.ndarray:
    return experiments.errors_over_width(TARGETS[target], COUNTS, steepness, fitted)


def state(target: str, heights: str, count: float, steepness: float) -> dict:
    """A net of `count` + 1 sigmoids on [0, 1] and a little beyond."""
    f, fitted, count = TARGETS[target], heights == "fitted", int(round(count))
    h = experiments.heights(f, count, steepness, fitted)  # (count,)
    net = lambda x: bumps(x, count, steepness) @ h
    error = np.abs(net(INSIDE) - f(INSIDE))
    third = count // 3  # the bump that is drawn on its own
    return {
        "x": X,
        "f": f(X),
        "net": net(X),
        "bump": h[third] * bumps(X, count, steepness)[:, third],
        "inside": np.array([[0.0, 1.0]]),
        "counts": np.array(COUNTS, dtype=float),
        "errors": _errors(target, steepness, fitted),
        "here": np.array([float(count)]),
        "here_error": np.array([error.max()]),
        "units": count + 1,
        "error": error.max(),
        "rms": np.sqrt(np.mean(error**2)),
        "outside": np.abs(net(OUTSIDE) - f(OUTSIDE)).max(),
        "height": np.round(h[third], 12),
    }


def explorer():
    """The explorer of the bumps."""
    return explore(
        state,
        panel(
            band("inside", label="the interval", color=2),
            line("x", "f", label="target", color=1, dash=True),
            line("x", "bump", label="one bump", color=3, width=1.2),
            line("x", "net", label="net"),
            title="The target and the sum of the bumps",
            xlabel="x",
            ylabel="f(x)",
            xlim=(-0.25, 1.25),
            ylim=(-2, 2.2),
            height=320,
        ),
        panel(
            line("counts", "errors", label="largest error"),
            points("here", "here_error", label="now", color=1, size=6),
            title="Error over the number of bumps, logarithmic",
            xlabel="bumps",
            ylabel="largest error",
            yscale="log",
            ylim=(0.005, 3),
            height=320,
        ),
        slug="theory",
        title="Bumps that add up",
        alt="A target on the interval from 0 to 1, a net of bumps that follows it there and ends outside, and the "
        "largest error over the number of bumps.",
        says="{units:.0f} sigmoids, heights {heights}: on the interval the net is at most {error:.2g} off; outside, "
        "{outside:.2g}.",
        numbers=[
            number("error", "largest error on [0, 1]", "max |f(x) − net(x)|"),
            number("rms", "typical error on [0, 1]", "√ mean (f(x) − net(x))²"),
            number("outside", "largest error beside it", "the same for −¼ ≤ x < 0 and 1 < x ≤ 1¼"),
            number("units", "hidden units", "{count:.0f} + 1, for neighbours share a step"),
            number("height", "height of the bump drawn", "h_k"),
        ],
        presets={
            "Five bumps": {"count": 5},
            "Forty bumps": {"count": 40},
            "Soft bumps": {"count": 10, "steepness": 2},
            "A jump: never below ½": {"target": "jump", "count": 40},
            "Fitted": {"heights": "fitted", "count": 20, "steepness": 4},
        },
        target=Choice(*TARGETS, label="target"),
        heights=Choice(*HEIGHTS, label="heights"),
        count=Slider(values=COUNTS, start=10, label="number of bumps"),
        steepness=Slider(values=(2, 4, 8, 20, 100), start=20, label="steepness, per bump"),
    )
