"""Chapter 07: what an assumption on the function is worth, and how the error of a net goes with its width."""

import numpy as np
from numpy.polynomial import legendre

from dlbook.experiments import measured, theory
from dlbook.scratch import activations


@measured.over(steps=(2000, 20_000), seeds=range(5))
def patience(seed: int, steps: int) -> dict[str, float]:
    """40 sigmoids on the wave, trained from small weights: the largest error, and how far the net is from a line."""
    wave = theory.TARGETS["wave"]
    net = theory.trained(wave, 40, scale=1, steps=steps, seed=seed)
    return {"error": theory.largest_error(wave, net), "bend": theory.bend(net)}


@measured.over(scale=(40,), seeds=range(5))
def started(seed: int, scale: float) -> dict[str, float]:
    """The same net after 2,000 steps from weights of another scale."""
    wave = theory.TARGETS["wave"]
    return {"error": theory.largest_error(wave, theory.trained(wave, 40, scale=scale, seed=seed))}


# ── A sum of curves ─────────────────────────────────────────────────────────────────────────────────────────────────


def powers(X: np.ndarray, degree: int = 5) -> np.ndarray:
    """A constant, and for each axis the polynomials of degree 1 to `degree`, (N, 1 + D · degree): no mixed terms."""
    axes = [legendre.legvander(2 * column - 1, degree)[:, 1:] for column in X.T]
    return np.concatenate([np.ones((len(X), 1)), *axes], axis=1)


def product(X: np.ndarray) -> np.ndarray:
    """2 sin 2πx₁ · sin 2πx₂, of mean 0 and variance 1: no sum of functions of one axis each."""
    return 2 * np.prod(np.sin(2 * np.pi * X[:, :2]), axis=1)


def additive_errors(D: int, counts, f=theory.smooth, cases: int = 2000, seed: int = 0) -> np.ndarray:
    """The rms error of a sum of D curves of degree 5, fitted to the first samples by least squares, for each number."""
    rng = np.random.default_rng(seed)
    X, X_new = rng.random((max(counts), D)), rng.random((cases, D))
    A, y, errors = powers(X), f(X), []
    for count in counts:
        theta = np.linalg.lstsq(A[:count], y[:count], rcond=None)[0]
        errors.append(np.sqrt(np.mean((powers(X_new) @ theta - f(X_new)) ** 2)))
    return np.array(errors)


# ── A poll ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def votes(X: np.ndarray, seed: int = 0, voters: int = 1000) -> np.ndarray:
    """What each voter says at each x, (N, voters), from 0 to 1: a sigmoid of an own weighing of the D measurements."""
    rng = np.random.default_rng(seed)
    W = np.abs(rng.normal(size=(voters, X.shape[1])))
    W /= W.sum(axis=1, keepdims=True)  # (voters, D)
    return activations.sigmoid(20 * (X @ W.T - rng.random(voters)))


def poll_errors(D: int, sizes, polls: int = 40, cases: int = 300, seed: int = 0) -> dict[str, np.ndarray]:
    """The rms error of the mean vote of n voters, drawn with replacement, as a guess at that of all; and in theory."""
    rng = np.random.default_rng(seed)
    G = votes(rng.random((cases, D)), seed)  # (N, voters)
    f, alike = G.mean(axis=1), np.full(G.shape[1], 1 / G.shape[1])
    asked = lambda n: rng.multinomial(n, alike, polls) / n  # (polls, voters): how often each voter is asked, of n
    measured_errors = [np.sqrt(np.mean((asked(n) @ G.T - f) ** 2)) for n in sizes]
    expected = np.sqrt(G.var(axis=1).mean() / np.array(sizes))  # a mean of n strays by the variance over n
    return {"measured": np.array(measured_errors), "expected": expected, "std": f.std()}


def grid_errors(D: int, sides, cases: int = 500, seed: int = 0) -> np.ndarray:
    """The rms error of a bump in each of side^D cells of a grid, as high as the mean vote in its middle."""
    X = np.random.default_rng(seed).random((cases, D))
    f = votes(X, seed).mean(axis=1)
    guesses = [votes((np.floor(X * side) + 0.5) / side, seed).mean(axis=1) for side in sides]
    return np.array([np.sqrt(np.mean((guess - f) ** 2)) for guess in guesses])


def sides(D: int, most: int = 1100) -> list[int]:
    """Cells along an axis, for grids of at most `most` cells."""
    return [side for side in (2, 3, 4, 6, 8, 16, 32, 64, 128, 256, 512, 1024) if side**D <= most]
