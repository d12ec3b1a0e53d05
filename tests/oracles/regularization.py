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
    table = np.vstack([phi - phi.mean(axis=0), np.diag(noise)])
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

    Whoever proposed the signs: where both conditions hold this is a minimum. Its curve is the only one; its weights
    are, too, unless a hinge that is a mean of two others stands just at λ: then this is one way to write the curve.
    """
    left, w = signs != 0, np.zeros(len(signs))
    Q, R = np.linalg.qr(table[:, left])
    w[left] = np.linalg.solve(R, Q.T @ right - n * lam * np.linalg.solve(R.T, signs[left]))
    slope = table.T @ (right - table @ w) / n
    assert (np.sign(w) == signs).all() and np.linalg.matrix_rank(R) == left.sum()
    assert np.abs(slope[~left]).max(initial=0) <= lam * (1 + 1e-9)
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
    every = {10.0**at: both_errors(penalty, 10.0**at, rate)[1] for at in explorer.LOG_STRENGTHS}
    return {
        "lam": 10.0**strength,
        "seen": seen,
        "fresh": fresh,
        "zeros": gone(penalty, w),
        "largest": np.abs(w).max(),
        "best": min(every, key=every.get),
    }


def gone(penalty, w):
    """L1 takes weights away; L2 none but those of units that see no point, where least squares reaches no exact 0."""
    blind = (experiments.hinges(experiments.points()[0]) == 0).all(axis=0)
    assert np.abs(w[blind]).max() < 1e-12 * max(1, np.abs(w).max())
    return int((w == 0).sum()) if penalty == "L1" else int(blind.sum())


def scratch(strength, rate, penalty):
    """What is left of the conditions of a minimum: 0, for the fit that is shown."""
    f = experiments.fit(penalty, 10.0**strength, rate)
    return {"zeros": int((f.weights == 0).sum()), "largest": float(np.abs(f.weights).max())}


def check_drawing(shown, values):
    """The curve is the oracle's, the bars count sixty weights, and the errors over λ lead through the point."""
    w, bias = solved(values["penalty"], 10.0 ** values["strength"], values["rate"])
    np.testing.assert_allclose(shown["curve"], experiments.hinges(shown["grid"]) @ w + bias, atol=5e-3)
    np.testing.assert_allclose(shown["truth"], np.sin(3 * shown["grid"]) + shown["grid"] / 2, atol=5e-3)
    places = np.clip(np.rint(w / 0.2), -19, 19).astype(int)  # 39 bars of width 0.2, one of them around 0
    assert shown["count"][:-1].tolist() == np.bincount(places + 19, minlength=39).tolist()
    here = np.abs(shown["strengths"] - values["strength"]).argmin()
    np.testing.assert_allclose([shown["seen_over"][here], shown["fresh_over"][here]], shown["here_errors"], rtol=1e-3)
    seen, fresh = shown["here_errors"]
    wrong = "follows the noise" if seen < 0.25**2 / 2 else "is too stiff"
    assert shown["verdict"] == ("follows the truth" if fresh < 2 * 0.25**2 else wrong)
