"""Chapter 06: even or random inputs, and a penalty; watch where the variance comes from."""

from functools import cache

import numpy as np

from dlbook.experiments.bias_variance import (
    SIGMA,
    X_TEST,
    Split,
    drawn_inputs,
    inputs,
    ridge_smoother,
    split,
    truth,
)
from dlbook.explore.explorer import Choice, Slider, explore, handle, line, number, panel
from dlbook.explorers.bias_variance import fits_drawn, fits_panel

LOG_LAMS = tuple(k / 2 for k in range(-12, 5))  # log₁₀ λ
EVERY = 4  # of the points at which errors are measured, each fourth is drawn
SHOWN = 5  # of the fitted curves, drawn
SETS = 100  # draws of the inputs


@cache
def sets(kind: str, n: int) -> np.ndarray:
    """The inputs (n_sets, n) of many training sets; even ones are the same for all."""
    return inputs(n)[None] if kind == "even" else drawn_inputs(n, SETS, seed=n)


@cache
def samples(kind: str, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels (SHOWN, n) of the training sets that are drawn."""
    x = np.broadcast_to(sets(kind, n)[:SHOWN], (SHOWN, n))
    return x, truth(x) + np.random.default_rng(n).normal(0, SIGMA, (SHOWN, n))


@cache
def over(degree: int, kind: str, n: int) -> list[Split]:
    """The parts at every λ of the slider."""
    return [split(degree, 10.0**strength, sets(kind, n)) for strength in LOG_LAMS]


def above_zero(values) -> np.ndarray:
    """For a logarithmic axis: what is 0, or an estimate below 0, is not drawn."""
    values = np.array(values)
    return np.where(values > 0, values, np.nan)


def state(strength: float, degree: float, n: float, kind: str) -> dict:
    """The fits of several training sets, and the parts of their error, here and over λ."""
    degree, n = round(degree), round(n)
    x_train, y = samples(kind, n)
    H = ridge_smoother(x_train, X_TEST[::EVERY], degree, 10.0**strength)  # (SHOWN, n_x, n)
    fits, x = (H @ y[..., None])[..., 0], X_TEST[::EVERY]
    parts, curve = split(degree, 10.0**strength, sets(kind, n)), over(degree, kind, n)
    return {
        **fits_drawn(x, np.clip(fits, -4, 4), x_train[0], y[0]),  # how far outside does not matter
        "mean": parts.mean[::EVERY],
        "strengths": np.array(LOG_LAMS),
        "over_bias2": above_zero([p.bias2 for p in curve]),
        "over_of_noise": above_zero([p.of_noise for p in curve]),
        "over_of_inputs": above_zero([p.of_inputs for p in curve]),
        "over_test": np.array([p.test for p in curve]),
        "lam": 10.0**strength,
        "bias2": parts.bias2,
        "of_noise": parts.of_noise,
        "of_inputs": parts.of_inputs,
        "noise": SIGMA**2,
        "test": parts.test,
        "best": 10.0 ** LOG_LAMS[int(np.argmin([p.test for p in curve]))],
    }


def explorer():
    """The second explorer of chapter 06."""
    return explore(
        state,
        fits_panel(SHOWN),
        panel(
            line("strengths", "over_bias2", label="bias²", color=0),
            line("strengths", "over_of_noise", label="variance from noise", color=1, dash=True),
            line("strengths", "over_of_inputs", label="variance from inputs", color=3, dash=True),
            line("strengths", "over_test", label="test error", color=-1, width=1),
            handle(x="strength", label="log₁₀ λ"),
            title="Squared error, logarithmic: drag",
            xlabel="log₁₀ λ",
            yscale="log",
            ylim=(1e-4, 3e3),
            height=320,
        ),
        slug="bias_variance_ridge",
        title="Even or random inputs",
        alt="Polynomials fitted with a penalty to five noisy training sets, with their mean and the true curve; and "
        "bias², the variance from noise and from inputs, and the test error over the strength of the penalty.",
        says="Degree {degree:.0f} on {n:.0f} {kind} inputs with λ = {lam:.2g}. Bias² {bias2:.2g} + variance "
        "{of_noise:.2g} from noise and {of_inputs:.2g} from inputs + noise {noise:.2g} = test error {test:.3g}. λ "
        "= {best:.2g} would be best.",
        numbers=[
            number("bias2", "bias²", "mean over x of (E[h] − f)²"),
            number("of_noise", "variance from noise", "σ² · mean of (H Hᵀ)ₓₓ"),
            number("of_inputs", "variance from inputs", "variance of H f over the draws"),
            number("noise", "noise", f"σ² = {SIGMA}²"),
            number("test", "expected test error", "their sum"),
            number("best", "λ with the least test error", "among those of the slider"),
        ],
        presets={
            "Even, no penalty": {"strength": -6.0, "degree": 12, "n": 30, "kind": "even"},
            "Random, no penalty": {"strength": -6.0, "degree": 12, "n": 30, "kind": "random"},
            "Random, the right penalty": {"strength": -0.5, "degree": 12, "n": 30, "kind": "random"},
            "Too stiff": {"strength": 2.0, "degree": 12, "n": 30, "kind": "random"},
        },
        strength=Slider(values=LOG_LAMS, start=-3.0, label="log₁₀ λ"),
        degree=Slider(values=(3, 5, 12), start=12, label="degree"),
        n=Slider(values=(15, 30, 60), start=30, label="samples m"),
        kind=Choice("even", "random", start="random", label="inputs"),
    )
