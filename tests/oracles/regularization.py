"""Chapter 11: the same fits by other means: ridge as least squares on a longer table, the lasso by its conditions."""

import math
from functools import cache

import numpy as np

from dlbook.experiments import regularization as experiments
from dlbook.explorers import regularization as explorer

RTOL = 1e-6


@cache
def solved(penalty, lam, rate):
    """Weights and bias: ridge as least squares on a longer table; the lasso by the conditions of its one minimum."""
    x, y = experiments.points()
    phi, n = experiments.hinges(x), len(x)
    noise = np.sqrt(rate / (1 - rate) * (phi**2).sum(axis=0))
    table = np.vstack([phi - phi.mean(axis=0), np.diag(noise), np.sqrt(n * experiments.FLOOR) * np.eye(60)])
    if penalty == "L2":
        table = np.vstack([table, math.sqrt(n * lam) * np.eye(60)])
    right = np.append(y - y.mean(), np.zeros(len(table) - n))
    if penalty == "L2":
        w = np.linalg.lstsq(table, right, rcond=None)[0]
    else:
        w = minimum(table, right, n, lam, np.sign(experiments.fit(penalty, lam, rate).weights))
    return w, y.mean() - phi.mean(axis=0) @ w


def minimum(table, right, n, lam, signs):
    """The lasso's weights, if they have these signs: one equation for those that are not 0, and two conditions.

    Whoever proposed the signs: where both conditions hold, this is the minimum, and there is but one.
    """
    left, w = signs != 0, np.zeros(len(signs))
    H, b = table[:, left].T @ table[:, left] / n, table[:, left].T @ right / n
    w[left] = np.linalg.solve(H, b - lam * signs[left])
    slope = table.T @ (right - table @ w) / n
    assert (np.sign(w) == signs).all() and np.abs(slope[~left]).max(initial=0) <= lam * (1 + 1e-9)
    return w


def both_errors(penalty, lam, rate):
    w, bias = solved(penalty, lam, rate)
    found = []
    for x, y in (experiments.points(), experiments.points(400, seed=1000)):
        found.append(((experiments.hinges(x) @ w + bias - y) ** 2).mean())
    return found


def oracle(strength, rate, penalty):
    seen, fresh = both_errors(penalty, 10.0**strength, rate)
    w, _ = solved(penalty, 10.0**strength, rate)
    every = {lam: both_errors(penalty, lam, rate)[1] for lam in explorer.STRENGTHS}
    return {
        "lam": 10.0**strength,
        "seen": seen,
        "fresh": fresh,
        "zeros": dead(w),
        "largest": np.abs(w).max(),
        "best": min(every, key=every.get),
    }


def dead(w):
    """Weights that are 0 up to the rounding of least squares, which reaches no exact 0."""
    return int((np.abs(w) < 1e-12).sum())


def scratch(strength, rate, penalty):
    """What is left of the conditions of a minimum: 0, for the fit that is shown."""
    f = experiments.fit(penalty, 10.0**strength, rate)
    return {"zeros": int((f.weights == 0).sum()), "largest": float(np.abs(f.weights).max())}


def check_drawing(shown, values):
    """The curve is the oracle's, the bars count sixty weights, and the errors over λ lead through the point."""
    w, bias = solved(values["penalty"], 10.0 ** values["strength"], values["rate"])
    np.testing.assert_allclose(shown["curve"], experiments.hinges(shown["grid"]) @ w + bias, atol=5e-3)
    np.testing.assert_allclose(shown["truth"], np.sin(3 * shown["grid"]) + shown["grid"] / 2, atol=5e-3)
    assert shown["count"].sum() == 60
    inside = np.abs(w) < 1.4
    mean = (shown["count"] * shown["middle"]).sum() / 60
    np.testing.assert_allclose(mean, np.clip(w, -1.5, 1.5).mean(), atol=0.04)
    assert inside.sum() > 50
    here = np.abs(shown["strengths"] - values["strength"]).argmin()
    np.testing.assert_allclose([shown["seen_over"][here], shown["fresh_over"][here]], shown["here_errors"], rtol=1e-3)
    seen, fresh = shown["here_errors"]
    noisy, stiff = seen < fresh / 5, seen > 0.15
    assert shown["verdict"] == ("follows the noise" if noisy else "is too stiff" if stiff else "follows the truth")
