"""Chapter 06: choose degree, noise and sample size; watch the spread of the fits and the parts of the error."""

from functools import cache

import numpy as np

from dlbook.experiments.bias_variance import DEGREES, X_TEST, exact, inputs, over_degrees, smoother, truth
from dlbook.explore.explorer import Slider, explore, handle, line, number, panel, points
from dlbook.scratch.bias_variance import decompose

EVERY = 2  # of the points at which errors are measured, each second is drawn
SHOWN = 7  # of the fitted curves, drawn
SETS = 100  # training sets, measured
MOST = 60  # points of the largest training set


@cache
def noise(n: int) -> np.ndarray:
    """(SETS, n): standard normal, the same for every degree and σ, so that only what the reader moves changes."""
    return np.random.default_rng(n).normal(0, 1, (SETS, n))


@cache
def over(n: int, sigma: float) -> dict[str, np.ndarray]:
    """The exact curves over the degree."""
    return over_degrees(DEGREES, n, sigma)


def fits_drawn(x, fits, x_train, y) -> dict[str, np.ndarray]:
    """What the panel of fits shows: several curves over x (n_x,), and one training set."""
    one = np.full((2, MOST), np.nan)
    one[:, : len(x_train)] = x_train, y
    return {
        "x": x,
        "truth": truth(x),
        "x_fits": np.tile(np.append(x, np.nan), len(fits)),  # NaN lifts the pen between two curves
        "fits": np.pad(fits, ((0, 0), (0, 1)), constant_values=np.nan).ravel(),
        "x_points": one[0],
        "y_points": one[1],
    }


def fits_panel(count: int):
    """The fits of `count` training sets, their mean and the truth."""
    return panel(
        line("x_fits", "fits", label=f"fits of {count} training sets", color=0, width=1),
        line("x", "truth", label="f, the truth", color=2),
        line("x", "mean", label="mean of all fits", color=1, dash=True),
        points("x_points", "y_points", label="one training set", color=-1, size=2.5),
        title="The fits",
        xlabel="x",
        ylabel="y",
        xlim=(-1.05, 1.05),
        ylim=(-2.5, 2.5),
        height=320,
    )


def state(degree: float, sigma: float, n: float) -> dict:
    """The fits of many training sets, and the parts of their error."""
    degree, n = round(degree), round(n)
    x_train, f, x = inputs(n), truth(X_TEST), X_TEST[::EVERY]
    H = smoother(x_train, X_TEST, degree)
    y = truth(x_train) + sigma * noise(n)  # (SETS, n)
    predictions = y @ H.T  # (SETS, n) @ (n, 201) -> (SETS, 201)
    measured, parts = decompose(predictions, f, sigma**2), exact(degree, n, sigma)
    curves = over(n, sigma)
    best = int(curves["test"].argmin())
    if curves["test"][degree] <= 1.1 * curves["test"][best]:
        verdict = "is about right"
    else:
        verdict = "underfits: bias² is what costs" if degree < best else "overfits: the variance is what costs"
    return {
        **fits_drawn(x, predictions[:SHOWN, ::EVERY], x_train, y[0]),
        "mean": (H @ truth(x_train))[::EVERY],
        "degrees": np.array(DEGREES, dtype=float),
        **{f"over_{name}": curve for name, curve in curves.items()},
        "bias2": parts.bias2,
        "variance": parts.variance,
        "noise": parts.noise,
        "test": parts.mse,
        "train": curves["train"][degree],
        "measured": measured.mse,
        "best": best,
        "fitted": degree,
        "verdict": verdict,
    }


def explorer():
    """The explorer of chapter 06."""
    return explore(
        state,
        fits_panel(SHOWN),
        panel(
            line("degrees", "over_bias2", label="bias²", color=0),
            line("degrees", "over_variance", label="variance", color=1, dash=True),
            line("degrees", "over_noise", label="noise σ²", color=4, width=1),
            line("degrees", "over_test", label="test error", color=3),
            line("degrees", "over_train", label="training error", color=-1, dash=True, width=1),
            handle(x="degree", label="degree"),
            title="Squared error, logarithmic: drag",
            xlabel="degree",
            yscale="log",
            ylim=(1e-3, 3),
            height=320,
        ),
        slug="bias_variance",
        title="Stiff or nervous",
        alt="Polynomials fitted to seven noisy training sets with their mean and the true curve; and bias², "
        "variance, noise, test and training error over the degree.",
        says="Degree {fitted} on {n} points {verdict}. Bias² {bias2:.3g} + variance {variance:.3g} + noise {noise:.3g} "
        "= test error {test:.3g}; degree {best} would be best.",
        numbers=[
            number("bias2", "bias²", "mean over x of (E[h] − f)²"),
            number("variance", "variance", "σ² · mean over x of (H Hᵀ)ₓₓ"),
            number("noise", "noise", "σ² = {sigma:.2g}²"),
            number("test", "expected test error", "{bias2:.3g} + {variance:.3g} + {noise:.3g}"),
            number("measured", "the same, from 100 training sets", "mean of (h − f)², + σ²"),
            number("train", "expected training error", "mean of (h − y)² on the training set"),
        ],
        presets={
            "Underfit": {"degree": 1, "sigma": 0.3, "n": 15},
            "Right": {"degree": 5, "sigma": 0.3, "n": 15},
            "Overfit": {"degree": 12, "sigma": 0.3, "n": 15},
            "Overfit, cured by data": {"degree": 12, "sigma": 0.3, "n": 60},
            "Underfit, not cured by data": {"degree": 1, "sigma": 0.3, "n": 60},
        },
        degree=Slider(values=DEGREES, start=3, label="degree"),
        sigma=Slider(values=(0.1, 0.3, 0.6), start=0.3, label="noise σ"),
        n=Slider(values=(15, 20, 30, 60), start=30, label="samples m"),
    )
