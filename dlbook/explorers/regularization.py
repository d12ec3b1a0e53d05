"""Chapter 11: a curve through noisy points, its weights, and both errors, over penalty, λ and dropout rate."""

from functools import cache

import numpy as np

from dlbook.experiments.regularization import FEATURES, NOISE, Fit, errors, fit, points, truth, unseen
from dlbook.explore.explorer import Choice, Slider, explore, handle, line, number, panel
from dlbook.explore.explorer import points as dots

LOG_STRENGTHS = tuple(k / 2 for k in range(-16, 1))  # log₁₀ λ
RATES = (0.0, 1e-4, 1e-3, 0.01, 0.1)
GRID = np.linspace(-2, 2, 101)
EDGES = np.linspace(-3.9, 3.9, 40)  # one of the bars stands on 0


@cache
def fitted(penalty: str, lam: float, rate: float) -> Fit:
    return fit(penalty, lam, rate)


@cache
def errors_over(penalty: str, rate: float) -> tuple[np.ndarray, np.ndarray]:
    """Both errors (17,) at every strength."""
    seen, fresh = np.array([errors(fitted(penalty, 10.0**strength, rate)) for strength in LOG_STRENGTHS]).T
    return seen, fresh


def state(strength: float, rate: float, penalty: str) -> dict:
    """The curve, the histogram of its weights, and both errors at this strength and over all of them."""
    lam = 10.0**strength
    f = fitted(penalty, lam, rate)
    x, y = points()
    seen, fresh = errors(f)
    count = np.histogram(np.clip(f.weights, EDGES[0], EDGES[-1]), EDGES)[0].astype(float)
    over_seen, over_fresh = errors_over(penalty, rate)
    return {
        "x": x,
        "y": y,
        "grid": GRID,
        "truth": truth(GRID),
        "curve": f(GRID),
        "edges": EDGES,
        "count": np.append(count, count[-1]),  # a step lasts until the next edge, the last one to the end
        "strengths": np.array(LOG_STRENGTHS),
        "seen_over": over_seen,
        "fresh_over": over_fresh,
        "here": np.array([strength, strength]),
        "here_errors": np.array([seen, fresh]),
        "lam": lam,
        "seen": seen,
        "fresh": fresh,
        "zeros": int((f.weights == 0).sum()),
        "largest": np.abs(f.weights).max(),
        "best": 10.0 ** LOG_STRENGTHS[over_fresh.argmin()],
        "verdict": verdict(seen, fresh),
    }


def verdict(seen: float, fresh: float) -> str:
    """Good is an error at fresh points below twice the noise; if it is not, the error at the points says why."""
    if fresh < 2 * NOISE**2:
        return "follows the truth"
    return "follows the noise" if seen < NOISE**2 / 2 else "is too stiff"


def explorer():
    """The explorer of chapter 11."""
    return explore(
        state,
        panel(
            line("grid", "truth", label="truth", color=2, dash=True),
            line("grid", "curve", label="fit"),
            dots("x", "y", label="points", color=1),
            title="The fit",
            xlabel="x",
            ylabel="y",
            xlim=(-2, 2),
            ylim=(-3, 3),
            height=300,
        ),
        panel(
            line("edges", "count", label="weights", step=True),
            title=f"Its {FEATURES} weights",
            xlabel="weight (the ends hold the rest)",
            ylabel="how many",
            xlim=(-3.9, 3.9),
            ylim=(0, 62),
            height=300,
        ),
        panel(
            line("strengths", "seen_over", label="at the points", color=1),
            line("strengths", "fresh_over", label="at fresh points", dash=True),
            dots("here", "here_errors", color=4, size=6, label="here"),
            handle(x="strength"),
            title="Both mean squared errors",
            xlabel="log₁₀ λ",
            xlim=(-8, 0),
            ylim=(0.008, 2),
            yscale="log",
            height=300,
        ),
        slug="regularization",
        title="How stiff should it be?",
        alt="A curve of sixty hinges fitted to 24 noisy points, a histogram of its weights, and the errors at the "
        "points and at fresh ones over the strength of the penalty.",
        says="{penalty} with λ = {lam:.2g}, dropout {rate:.2g}: the curve {verdict}. Error {seen:.3f} at the points, "
        "{fresh:.3f} at fresh ones; {zeros:.0f} of 60 weights are exactly 0.",
        numbers=[
            number("seen", "error at the 24 points", "mean (y − ŷ)²"),
            number("fresh", "error at 400 fresh points", f"the noise alone is {NOISE**2:.4f}"),
            number("zeros", "weights that are exactly 0", f"{unseen()} units see no point"),
            number("largest", "largest |w|", "max |w|"),
            number("best", "λ with the least fresh error", "among those of the slider, at this dropout rate"),
        ],
        presets={
            "By heart": {"strength": -8.0, "rate": 0.0, "penalty": "L2"},
            "Just right": {"strength": -3.0, "rate": 0.0, "penalty": "L2"},
            "Few hinges": {"strength": -3.0, "rate": 0.0, "penalty": "L1"},
            "Too stiff": {"strength": 0.0, "rate": 0.0, "penalty": "L2"},
            "Dropout alone": {"strength": -8.0, "rate": 1e-3, "penalty": "L2"},
        },
        strength=Slider(values=LOG_STRENGTHS, start=-3.0, label="log₁₀ λ"),
        rate=Slider(values=RATES, start=0.0, label="dropout rate p"),
        penalty=Choice("L2", "L1", start="L2", label="penalty"),
    )
