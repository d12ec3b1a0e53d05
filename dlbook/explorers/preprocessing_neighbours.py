"""Chapter 03: one measurement in smaller and smaller units: which five are nearest, and what they say."""

from functools import cache

import numpy as np

from dlbook import data
from dlbook.experiments.preprocessing import PAIR, SCALINGS, nearest_neighbours, tumours
from dlbook.explore.explorer import Choice, Slider, explore, handle, line, number, panel, points
from dlbook.scratch import metrics

X_TRAIN, X_TEST, Y_TRAIN, Y_TEST = data.split(tumours(PAIR), test_fraction=0.5, seed=0)
ASKED = (1, 2, 3, 6, 10, 12, 13, 18)  # rows of the test half
UNITS = tuple(k / 2 for k in range(11))  # log₁₀ of what the smoothness is multiplied by
ACROSS, UP = (9.0, 40.0), (0.05, 0.165)  # the plane that is drawn, in the units that were measured
K = 5
NAMES = ("benign", "malignant")


def scaled(scaling: str, unit: float) -> tuple[np.ndarray, np.ndarray]:
    """Both halves, the smoothness times 10^unit, then scaled."""
    units = np.array([1, 10.0**unit])
    return tuple(SCALINGS[scaling](X * units, X_TRAIN * units) for X in (X_TRAIN, X_TEST))


@cache
def accuracy(scaling: str, unit: float) -> float:
    """The share of the test half that its five nearest call right."""
    train, test = scaled(scaling, unit)
    return metrics.accuracy(Y_TEST, nearest_neighbours(train, Y_TRAIN, test, K))


def state(unit: float, scaling: str, tumour: float) -> dict:
    """The five nearest of one tumour, everything that is as near as the fifth, and the accuracy over all units."""
    row = ASKED[int(round(tumour)) - 1]
    train, test = scaled(scaling, unit)
    square = (train - test[row]) ** 2  # (N, 2), what each measurement adds to the squared distance
    nearest = np.argsort(square.sum(axis=1), kind="stable")[:K]
    votes = int(Y_TRAIN[nearest].sum())
    half_axes = np.sqrt(square[nearest[-1]].sum()) * np.ptp(X_TRAIN, axis=0) / np.ptp(train, axis=0)  # in the plane
    around = ellipse(X_TEST[row], half_axes)
    x, near = X_TEST[row], X_TRAIN[nearest]
    gap = np.full(K, np.nan)  # lifts the pen between two spokes
    return {
        **{f"{name}_{axis}": X_TRAIN[Y_TRAIN == k, j] for k, name in enumerate(NAMES) for j, axis in enumerate("xy")},
        "spoke_x": np.stack([np.full(K, x[0]), near[:, 0], gap], axis=1).ravel(),
        "spoke_y": np.stack([np.full(K, x[1]), near[:, 1], gap], axis=1).ravel(),
        "near_x": near[:, 0],
        "near_y": near[:, 1],
        "x": x[:1],
        "y": x[1:],
        "around_x": around[:, 0],
        "around_y": around[:, 1],
        "units": np.array(UNITS),
        "raw": np.array([accuracy("raw", u) for u in UNITS]),
        "z_norm": np.array([accuracy("z-norm", u) for u in UNITS]),
        "now_x": np.array([unit]),
        "now_y": np.array([accuracy(scaling, unit)]),
        "times": f"{10**unit:,.0f}",
        "votes": float(votes),
        "texture": float((square[:, 0] / square.sum(axis=1)).mean()),
        "accuracy": accuracy(scaling, unit),
        "called": NAMES[int(votes > K / 2)],
        "truth": NAMES[Y_TEST[row]],
    }


def ellipse(centre: np.ndarray, half_axes: np.ndarray) -> np.ndarray:
    """All at the same distance from the centre, on the right and on the left, NaN outside of the plane. (63, 2)."""
    top, bottom = np.arccos(np.clip((np.array(UP[::-1]) - centre[1]) / half_axes[1], -1, 1))
    angle = np.linspace(top, bottom, 31)
    right = np.stack([np.sin(angle), np.cos(angle)], axis=1) * half_axes  # (31, 2)
    both = np.concatenate([right, np.full((1, 2), np.nan), right * (-1, 1)]) + centre
    return np.where(((both[:, 0] >= ACROSS[0]) & (both[:, 0] <= ACROSS[1]))[:, None], both, np.nan)


def explorer():
    """The explorer of units and neighbours."""
    return explore(
        state,
        panel(
            points("benign_x", "benign_y", label="benign", size=2.5),
            points("malignant_x", "malignant_y", label="malignant", color=1, size=3.5),
            line("around_x", "around_y", label="as near as the fifth", color=3),
            line("spoke_x", "spoke_y", color=-1, width=1),
            points("near_x", "near_y", label="the five nearest", color=3, size=5, ring=True),
            points("x", "y", label="asked about", color=4, size=4),
            title="Who is near",
            xlabel=PAIR[0],
            ylabel=PAIR[1],
            xlim=ACROSS,
            ylim=UP,
            height=340,
        ),
        panel(
            line("units", "raw", label="raw", color=1),
            line("units", "z_norm", label="z-norm", dash=True),
            points("now_x", "now_y", label="now", color=4, size=6),
            handle(x="unit", label="unit", color=4),
            title="Accuracy: drag the unit",
            xlabel="log₁₀ of what the smoothness is multiplied by",
            ylabel="accuracy on the test half",
            xlim=(UNITS[0], UNITS[-1]),
            ylim=(0.5, 0.9),
            height=340,
        ),
        slug="preprocessing_neighbours",
        title="Whose neighbours?",
        alt="Tumours in the plane of texture and smoothness; one that is asked about, its five nearest, and the line "
        "of all that is as near as the fifth; and the accuracy of nearest neighbours over the unit of the smoothness, "
        "raw and with the z-norm.",
        says="Smoothness times {times}, {scaling}: {votes:.0f} of the five nearest are malignant, so the tumour is "
        "called {called}; it is {truth}. Texture makes {texture:.1%} of a squared distance, on average. Of the test "
        "half {accuracy:.1%} are called right.",
        numbers=[
            number("votes", "malignant among the five", "Σ y over the nearest"),
            number("texture", "texture’s part of the distances", "mean of Δx₁² / (Δx₁² + Δx₂²) over the training half"),
            number("accuracy", "accuracy", "right answers / 284"),
        ],
        presets={
            "As measured": {"unit": 0, "scaling": "raw"},
            "A unit that suits": {"unit": 2.5, "scaling": "raw"},
            "Too small a unit": {"unit": 5, "scaling": "raw"},
            "z-norm, whatever the unit": {"unit": 5, "scaling": "z-norm"},
        },
        unit=Slider(values=UNITS, start=0, label="log₁₀ of the factor"),
        scaling=Choice("raw", "min-max [0, 1]", "z-norm", "robust", start="raw", label="scaling"),
        tumour=Slider(values=tuple(range(1, len(ASKED) + 1)), start=1, label="tumour"),
    )
