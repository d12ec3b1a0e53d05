"""Chapter 07: one slider for the dimension; where the volume is, and how far apart random points are."""

from functools import cache

import numpy as np

from dlbook.experiments import theory as experiments
from dlbook.explore.explorer import Slider, band, explore, line, number, panel, rule

DIMENSIONS = (1, 2, 3, 4, 5, 6, 7, 10, 15, 20, 30, 50, 70, 100, 200, 500, 1000)
ENDS = np.linspace(0, 2.4, 61)
POINTS = 120


@cache
def _distances(D: int) -> np.ndarray:
    return experiments.cube_distances(D, POINTS)


def state(D: float, share: float) -> dict:
    """Volumes in closed form, and the distances of 120 random points of the unit cube."""
    D = int(round(D))
    pairs = _distances(D)
    counts, _ = np.histogram(pairs, ENDS)
    edge = experiments.edge_for_share(D, share)
    radius = np.linspace(0, 1, 61)
    return {
        "radius": radius,
        "within": radius**D,
        "inner": np.array([[0.0, 0.9]]),
        "ratio": np.repeat(ENDS, 2)[1:-1],
        "pairs": np.repeat(counts / counts.max(), 2),
        "edge": edge,
        "shell": experiments.shell_share(D, 0.1),
        "ball": experiments.ball_volume(D, 0.5),
        "spread": pairs.std(),
        "nearest": pairs.min(),
    }


def explorer():
    """The explorer of the dimension."""
    return explore(
        state,
        panel(
            band("inner", label="inner nine tenths", color=2),
            line("radius", "within", label="share of the volume"),
            rule(x="edge", label="edge of the small cube"),
            title="What lies within a smaller ball or cube",
            xlabel="its size r, of 1",
            ylabel="share of the volume, r^D",
            xlim=(0, 1),
            ylim=(0, 1.02),
            height=300,
        ),
        panel(
            line("ratio", "pairs", label="pairs of points"),
            rule(x="nearest", label="nearest pair"),
            title="How far apart random points are",
            xlabel="distance / mean distance",
            ylabel="how many, of the most",
            xlim=(0, 2.4),
            ylim=(0, 1.05),
            height=300,
        ),
        slug="theory_dimensions",
        title="One dimension more",
        alt="The share of the volume within a smaller ball, over its size, and a histogram of the distances between "
        "120 random points of a cube, as shares of their mean. Dotted lines mark the edge of the cube that holds the "
        "chosen share, and the nearest pair.",
        says="In {D:.0f} dimensions, the outer tenth holds {shell:.1%} of a ball; distances differ by {spread:.1%} of "
        "their mean; a grid of ten values an axis has 10^{D:.0f} points.",
        numbers=[
            number("shell", "in the outer tenth", "1 − 0.9^D"),
            number("ball", "ball within its cube", "π^(D/2) / (2^D Γ(D/2 + 1))"),
            number("edge", "edge of a cube with this share", "{share:.3g}^(1/{D:.0f})"),
            number("spread", "spread of the distances", "standard deviation / mean"),
            number("nearest", "nearest pair", "least distance / mean"),
        ],
        presets={
            "A line": {"D": 1},
            "Our space": {"D": 3},
            "Ten measurements": {"D": 10},
            "A thousand: all about equally far": {"D": 1000},
        },
        D=Slider(values=DIMENSIONS, start=2, label="dimension D"),
        share=Slider(values=(0.001, 0.01, 0.1, 0.5), start=0.01, label="share in the cube"),
    )
