"""Chapter 12: one training half, five remedies: where the border goes, and what the test half is told."""

from functools import cache

import numpy as np

from dlbook.experiments import imbalance as experiments
from dlbook.explore.explorer import Choice, Slider, explore, line, number, panel, points
from dlbook.scratch import imbalance, metrics

REMEDIES = {  # in words that fit into the list
    "nothing": "nothing",
    "weights": "class weights",
    "copies": "oversampling",
    "leaving out": "undersampling",
    "SMOTE": "SMOTE",
}
STEPS = (10, 100, 1000, 3000)
ACROSS = np.linspace(-2.5, 4, 66)  # of the first measurement, where the borders are drawn
UP = (-2.5, 6)  # of the second
EDGES = np.linspace(0, 1, 21)


@cache
def half(draw: int) -> experiments.Halves:
    return experiments.halves(draw)


@cache
def trained(how: str, draw: int) -> tuple:
    """X and y after the remedy, the descent's path (steps + 1, 3), and whether a line parts the cases."""
    X, y, weight = experiments.treated(REMEDIES[how], half(draw), np.random.default_rng(draw))
    found = experiments.descend(X, y, weight)
    return X, y, found.path, not found.converged and experiments.parted(X, y)


def state(how: str, draw: float, steps: float) -> dict:
    """The training cases and the border after `steps` steps; probabilities and rates of the test half."""
    draw, cases = int(round(draw)), half(int(round(draw)))
    X, y, path, apart = trained(how, draw)
    theta, plain = path[min(int(round(steps)), len(path) - 1)], trained("nothing", draw)[2][-1]
    y_prob = experiments.probability(theta, cases.X_test)
    called, prior = (y_prob >= 0.5).astype(int), float(cases.y_train.mean())
    w, v = theta[:-1], plain[:-1]
    length = np.linalg.norm(w)
    told = y_prob if how == "nothing" else imbalance.prior_shift(y_prob, 0.5, prior)
    return {
        **_drawn("benign", X[y == 0], 179),
        **_drawn("malignant", cases.X_train[cases.y_train == 1], 9),
        **_drawn("new", X[len(cases.y_train) :] if how == "SMOTE" else X[:0], 170),
        "across": ACROSS,
        "border": _border(theta, 0.5),
        "moved": _border(plain, prior),
        "p": np.repeat(EDGES, 2)[1:-1],
        "well": _shares(y_prob[cases.y_test == 0]),
        "ill": _shares(y_prob[cases.y_test == 1]),
        "recall": metrics.recall(cases.y_test, called),
        "precision": metrics.precision(cases.y_test, called),
        "share": cases.y_test.mean(),
        "mean": y_prob.mean(),
        "back": told.mean(),
        "length": length,
        "angle": np.degrees(np.arctan2(np.abs(w[0] * v[1] - w[1] * v[0]), w @ v)),
        "apart": "A straight line parts" if apart else "No straight line parts",
    }


def _drawn(name: str, X: np.ndarray, room: int) -> dict:
    """The columns of X (m, 2) as `name`_x and `name`_y (room,), NaN where there are no cases."""
    padded = np.full((room, 2), np.nan)
    padded[: len(X)] = X.round(3)
    return {f"{name}_x": padded[:, 0], f"{name}_y": padded[:, 1]}


def _border(theta: np.ndarray, probability: float) -> np.ndarray:
    """Where σ(w·x + b) is `probability`, over ACROSS; NaN outside of the drawing."""
    height = (np.log(probability / (1 - probability)) - theta[2] - theta[0] * ACROSS) / theta[1]
    return np.where((height >= UP[0]) & (height <= UP[1]), height, np.nan)


def _shares(y_prob: np.ndarray) -> np.ndarray:
    """The share of the cases in each of twenty bars, twice, for a line with steps."""
    return np.repeat(np.histogram(y_prob, EDGES)[0] / len(y_prob), 2)


def explorer():
    """The explorer of the remedies."""
    return explore(
        state,
        panel(
            points("benign_x", "benign_y", label="benign", size=2.5),
            points("new_x", "new_y", label="new (SMOTE)", color=2, size=3, ring=True),
            points("malignant_x", "malignant_y", label="malignant", color=1, size=6),
            line("across", "border", label="border at ½", color=3),
            line("across", "moved", label="untouched, threshold moved", color=-1, dash=True, width=1.5),
            title="What it is trained on",
            xlabel="mean texture (standardised)",
            ylabel="mean compactness",
            xlim=(-2.5, 4),
            ylim=UP,
            height=340,
        ),
        panel(
            line("p", "well", label="benign"),
            line("p", "ill", label="malignant", color=1),
            title="What the test half is told",
            xlabel="probability of being malignant",
            ylabel="share of the class",
            xlim=(0, 1),
            ylim=(0, 1.03),
            height=340,
        ),
        slug="imbalance_remedies",
        title="One training half, five remedies",
        alt="Benign and malignant tumours in the plane of two measurements, the border of a logistic regression after "
        "the chosen remedy and that of the untouched one with its threshold moved; and how the probabilities spread "
        "that either class gets in the test half.",
        says="{apart} the cases. It finds {recall:.0%} of the malignant, and {precision:.0%} of its alarms are right. "
        "It says {mean:.1%} on average, and {back:.1%} with the shares put right; in truth {share:.1%} are malignant.",
        numbers=[
            number("recall", "recall", "TP / (TP + FN)"),
            number("precision", "precision", "TP / (TP + FP)"),
            number("mean", "mean probability", "Σ p′ / m"),
            number("back", "mean, shares put right", "Σ p / m; for balanced p′ the odds times π/(1 − π)"),
            number("share", "malignant in truth", "m₁ / m"),
            number("length", "length of the weights", "‖w‖"),
            number("angle", "turned against the untouched, in degrees", "arccos(w·v / (‖w‖ ‖v‖))"),
        ],
        presets={
            "Untouched": {"how": "nothing", "draw": 0, "steps": 3000},
            "Weighed": {"how": "weights", "draw": 0, "steps": 3000},
            "Invented among the benign": {"how": "SMOTE", "draw": 6, "steps": 3000},
            "Parted by a line": {"how": "leaving out", "draw": 0, "steps": 3000},
        },
        how=Choice(*REMEDIES, start="nothing", label="remedy"),
        draw=Slider(values=tuple(range(8)), start=0, label="draw"),
        steps=Slider(values=STEPS, start=3000, label="steps of the descent"),
    )
