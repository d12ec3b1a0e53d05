"""Chapter 03: drag one outlier; the other values under each scaling, and the loss contour, follow."""

import numpy as np

from dlbook.experiments.preprocessing import SCALINGS, tumours
from dlbook.explore.explorer import Choice, Slider, explore, handle, line, number, panel, path, points, text

COLUMN = "mean texture"
STEPS = 15
ROWS = ("min-max [0, 1]", "min-max [−1, 1]", "z-norm", "robust")  # drawn one above the other, the last one on top
EDGE = 7.0  # of the panel with the rows
AXIS = 1.2  # of the panel with the contour

_cancer = tumours((COLUMN,))
HONEST, CLASS = _cancer.X[::19, 0], np.append(_cancer.y[::19], 1)  # thirty tumours, and a malignant one as the outlier
_JITTER = np.random.default_rng(3).uniform(-0.2, 0.2, len(CLASS))  # so that none hides another
_CIRCLE = np.linspace(0, 2 * np.pi, 37)


def rows(X: np.ndarray) -> dict:
    """The column under each of the four scalings; an outlier beyond the edge stands at it, with its number."""
    drawn = np.concatenate([SCALINGS[name](X, X)[:, 0] for name in ROWS])
    height = np.concatenate([i + _JITTER for i in range(len(ROWS))])
    last = np.arange(len(X) - 1, len(drawn), len(X))  # the outlier of each row
    others = np.delete(np.arange(len(drawn)), last)
    return {
        "row_x": drawn[others],
        "row_y": height[others],
        "row_class": np.tile(CLASS[:-1], len(ROWS)),
        "out_x": np.minimum(drawn[last], EDGE - 0.2),
        "out_y": height[last],
    } | {f"beyond_{i}": f"→ {x:.0f}" if x > EDGE else "" for i, x in enumerate(drawn[last])}


def state(scaling: str, outlier: float, rate: float) -> dict:
    """A linear model w x + b with squared error on the scaled column, and fifteen steps of gradient descent.

    The contour is drawn about the minimum, in units in which its longest half-axis is 1.
    """
    X = np.append(HONEST, outlier)[:, None]
    scaled = SCALINGS[scaling](X, X)[:, 0]
    A = np.stack([scaled, np.ones(len(scaled))], axis=1)  # (N, 2)
    hessian = A.T @ A / len(A)
    curvature, axes = np.linalg.eigh(
        hessian.round(12)
    )  # rising; rounded, so that a circle has the same axes everywhere
    axes = axes * np.where(axes[1] < 0, -1, 1)  # an eigenvector has no sign: let each point upwards
    half = np.sqrt(curvature[0] / curvature)  # half-axes of the ellipse, the longest is 1
    circle = np.stack([np.cos(_CIRCLE), np.sin(_CIRCLE)])  # (2, 37)
    rings = [size * axes @ (half[:, None] * circle) for size in (0.25, 0.5, 0.75, 1)]
    gap = np.full((2, 1), np.nan)  # lifts the pen between two rings
    rings = np.concatenate([np.concatenate([ring, gap], axis=1) for ring in rings], axis=1)
    way = [axes @ (half * np.sqrt(0.5))]  # on the outermost ring, as much cost along either axis
    for _ in range(STEPS):
        way.append(way[-1] - rate * 2 / curvature[1] * (hessian @ way[-1]))
    way = np.array(way)  # (STEPS + 1, 2)
    cost = ((way @ hessian) * way).sum(axis=1)
    fit, *_ = np.linalg.lstsq(A, CLASS, rcond=None)  # (w, b): the same line under every scaling
    q1, q3 = np.percentile(scaled[:-1], [25, 75])
    condition, spread, left = curvature[1] / curvature[0], q3 - q1, cost[-1] / cost[0]
    if left > 1:
        verdict = "the descent diverges"
    elif left > 0.1:
        verdict = "the descent crawls along a narrow valley"
    else:
        verdict = "the descent arrives"
    outside = np.cumsum(np.abs(way).max(axis=1) > AXIS) > 0  # what has left is not drawn again
    titles = {f"row_{i}": name for i, name in enumerate(ROWS)}
    return (
        rows(X)
        | titles
        | {
            "x": HONEST,
            "y": CLASS[:-1] + _JITTER[:-1],
            "class": CLASS[:-1],
            "raw_x": np.array([outlier]),
            "raw_y": CLASS[-1:],
            "fit_x": np.sort(X[:, 0])[[0, -1]],
            "fit_y": np.sort(scaled)[[0, -1]] * fit[0] + fit[1],
            "step": np.arange(STEPS + 1.0),
            "cost": np.maximum(cost / cost[0], 1e-9),  # a zero has no logarithm
            "ring_w": rings[0],
            "ring_b": rings[1],
            "way": np.where(outside[:, None], np.nan, way),
            "condition": condition,
            "spread": spread,
            "outlier_at": scaled[-1],
            "left": left,
            "verdict": verdict,
        }
    )


def explorer():
    """The explorer of chapter 03."""
    names = [text(-3.9, i + 0.38, f"row_{i}") for i in range(len(ROWS))]
    beyond = [text(EDGE - 1.6, i + 0.38, f"beyond_{i}") for i in range(len(ROWS))]
    return explore(
        state,
        panel(
            points("x", "y", color="class", size=3.5),
            points("raw_x", "raw_y", label="the outlier", color=4, size=6, ring=True),
            line("fit_x", "fit_y", label="ŷ", color=-1),
            handle(x="outlier", label="outlier", color=4),
            title="As measured: drag the outlier",
            xlabel=COLUMN,
            ylabel="0 benign, 1 malignant",
            xlim=(0, 160),
            ylim=(-0.5, 1.5),
            height=320,
        ),
        panel(
            points("row_x", "row_y", color="row_class", size=3),
            points("out_x", "out_y", label="the outlier", color=4, size=6, ring=True),
            *names,
            *beyond,
            title="Under each scaling",
            xlabel="x′",
            xlim=(-4, EDGE),
            ylim=(-0.5, 4),
            height=320,
            yticks=False,
        ),
        panel(
            line("ring_w", "ring_b", color=-1, width=1),
            path("way", color=0),
            title="The loss contour under the chosen one",
            xlabel="w − w*, longest half-axis 1",
            ylabel="b − b*",
            xlim=(-AXIS, AXIS),
            ylim=(-AXIS, AXIS),
            height=320,
        ),
        panel(
            line("step", "cost"),
            title="The cost above its minimum, as a share",
            xlabel="step",
            yscale="log",
            ylim=(1e-4, 10),
            height=320,
        ),
        slug="preprocessing",
        title="One outlier, four scalings",
        alt="Thirty values of one measurement and an outlier that can be dragged; the same values under four scalings; "
        "level lines of the squared error of a linear model under the chosen scaling, with a path of gradient descent; "
        "and the cost along that path.",
        says="{scaling}, outlier at {outlier:.3g}: the other values keep a spread of {spread:.2g}, the condition number"
        " is {condition:.3g}, and at {rate:.2g} times the limiting rate {verdict}.",
        numbers=[
            number("spread", "spread of the others", "Q₃ − Q₁ without the outlier"),
            number("outlier_at", "the outlier, scaled", "x′"),
            number("condition", "condition number", "λ_max / λ_min"),
            number("left", "cost left after 15 steps", "(J(θ₁₅) − J*) / (J(θ₀) − J*)"),
        ],
        presets={
            "Raw": {"scaling": "raw", "outlier": 30},
            "Centred, still narrow": {"scaling": "centred only", "outlier": 30},
            "z-norm": {"scaling": "z-norm", "outlier": 30},
            "Min-max squeezed": {"scaling": "min-max [0, 1]", "outlier": 150},
            "Robust, and the outlier stays": {"scaling": "robust", "outlier": 150},
            "Divergent": {"scaling": "min-max [0, 1]", "outlier": 30, "rate": 1.05},
        },
        scaling=Choice(*SCALINGS, start="z-norm", label="scaling"),
        outlier=Slider(10, 150, 29, start=30, label="outlier"),
        rate=Slider(values=(0.25, 0.5, 0.9, 1.05), start=0.5, label="η / limit"),
    )
