"""Chapter 12, the remedies: a descent written out anew, scikit-learn where it came to rest, a linear program."""

from functools import cache

import numpy as np
import scipy.optimize
import sklearn.linear_model
from scipy.special import expit, logit
from sklearn import metrics as sk

from dlbook.experiments import imbalance as experiments
from dlbook.scratch import imbalance, metrics

RTOL = 1e-8
LONG = {"weights": "class weights", "copies": "oversampling", "leaving out": "undersampling"}


@cache
def data(how, draw):
    half = experiments.halves(int(draw))
    return half, *experiments.treated(LONG.get(how, how), half, np.random.default_rng(int(draw)))


@cache
def path(how, draw):
    """θ ← θ − η ∇J step by step, and scikit-learn's model where that comes to rest."""
    _, X, y, weight = data(how, draw)
    share = np.ones(len(y)) / len(y) if weight is None else weight / weight.sum()
    A = np.c_[X, np.ones(len(y))]
    lr = 1.9 * 4 / np.linalg.eigvalsh(A.T @ (share[:, None] * A)).max()
    theta, way = np.zeros(3), [np.zeros(3)]
    for _ in range(3000):
        step = lr * A.T @ (share * (expit(A @ theta) - y))
        theta = theta - step
        way.append(theta)
        if np.linalg.norm(step) < 1e-4:
            model = sklearn.linear_model.LogisticRegression(C=np.inf, tol=1e-10).fit(X, y, weight)
            np.testing.assert_allclose(theta[:2], model.coef_[0], rtol=1e-2, atol=1e-2)
            break
    return np.array(way)


def at(how, draw, steps):
    way = path(how, draw)
    return way[min(int(steps), len(way) - 1)]


def told(how, draw, steps):
    half = data(how, draw)[0]
    theta = at(how, draw, steps)
    return half, expit(half.X_test @ theta[:2] + theta[2])


def oracle(how, draw, steps):
    half, y_prob = told(how, draw, steps)
    w, v = at(how, draw, steps)[:2], path("nothing", draw)[-1][:2]
    turn = np.angle(complex(*w) / complex(*v), deg=True)
    back = y_prob if how == "nothing" else expit(logit(y_prob) + logit(half.y_train.mean()))
    return {
        "recall": sk.recall_score(half.y_test, y_prob >= 0.5),
        "precision": sk.precision_score(half.y_test, y_prob >= 0.5, zero_division=0),
        "share": (half.y_test == 1).sum() / len(half.y_test), "mean": y_prob.sum() / len(y_prob),
        "back": back.sum() / len(back), "length": np.hypot(*w),
        "angle": 0 if np.allclose(w, v, rtol=1e-12) else abs(turn),
    }  # fmt: skip


def scratch(how, draw, steps):
    half = data(how, draw)[0]
    _, X, y, weight = data(how, draw)
    theta = experiments.descend(X, y, weight, max_iter=int(steps)).theta
    y_prob = experiments.probability(theta, half.X_test)
    found = {"recall": metrics.recall(half.y_test, y_prob >= 0.5), "mean": y_prob.mean()}
    return found | ({"back": y_prob.mean()} if how == "nothing" else {})


def check_drawing(shown, values):
    """Every training case is drawn, new ones between neighbours; the border is where the probability is one half."""
    half, X, y, _ = data(values["how"], values["draw"])
    benign = np.c_[shown["benign_x"], shown["benign_y"]]
    benign = benign[~np.isnan(benign[:, 0])]
    np.testing.assert_allclose(benign[: (y == 0).sum()], X[y == 0], atol=6e-4)
    assert len(benign) == (9 if values["how"] == "leaving out" else 179)
    malignant = np.c_[shown["malignant_x"], shown["malignant_y"]]
    np.testing.assert_allclose(malignant, half.X_train[half.y_train == 1], atol=6e-4)
    assert (~np.isnan(shown["new_x"])).sum() == (170 if values["how"] == "SMOTE" else 0)
    if values["how"] == "SMOTE":
        assert shown["new_y"].max() <= malignant[:, 1].max() and shown["new_x"].min() >= malignant[:, 0].min()
    for key, theta, p in (
        ("border", at(**values), 0.5),
        ("moved", path("nothing", values["draw"])[-1], imbalance.threshold(*imbalance.class_weights(half.y_train))),
    ):
        inside = ~np.isnan(shown[key])
        z = theta[0] * shown["across"][inside] + theta[1] * shown[key][inside] + theta[2]
        np.testing.assert_allclose(expit(z), p, rtol=1e-5)
    _, y_prob = told(**values)
    for key, label in (("well", 0), ("ill", 1)):
        bars = np.bincount(np.minimum((y_prob[half.y_test == label] * 20).astype(int), 19), minlength=20)
        np.testing.assert_allclose(shown[key][::2], bars / bars.sum())
    A = np.c_[X, np.ones(len(y))] * (1 - 2 * y[:, None])
    parted = scipy.optimize.linprog(np.zeros(3), A, -np.ones(len(y)), bounds=(None, None)).status == 0
    assert shown["apart"] == ("A straight line parts" if parted else "No straight line parts")
