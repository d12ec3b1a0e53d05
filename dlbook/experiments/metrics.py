"""What chapter 01 measures: a weak screening test on real tumours, and what each metric makes of it."""

from dataclasses import dataclass

import numpy as np

from dlbook import data
from dlbook.scratch import activations, gradient_descent, losses, metrics

FEATURES = ("mean texture", "mean smoothness")


@dataclass(frozen=True)
class Scores:
    """What a classifier says of cases it has not seen: y_true (m,) in {0, 1} and y_score (m,) in [0, 1]."""

    y_true: np.ndarray
    y_score: np.ndarray

    def predict(self, threshold: float = 0.5) -> np.ndarray:
        """1 where the score reaches the threshold."""
        return (self.y_score >= threshold).astype(int)


def screening(seed: int = 0) -> Scores:
    """A logistic regression that sees two of the thirty measurements, trained on one half, scored on the other.

    With all thirty it hardly errs; with two it makes mistakes of both kinds, which is what this chapter counts.
    """
    cancer = data.breast_cancer()
    columns = [cancer.feature_names.index(name) for name in FEATURES]
    X_train, X_test, y_train, y_test = data.split(cancer, test_fraction=0.5, seed=seed)
    X_train, X_test = X_train[:, columns], X_test[:, columns]
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    w, b = fit_logistic((X_train - mean) / std, y_train)
    return Scores(y_test, activations.sigmoid((X_test - mean) / std @ w + b))


def fit_logistic(X: np.ndarray, y: np.ndarray, lr: float = 1.0, tol: float = 1e-8):
    """Weights (D,) and bias of a sigmoid unit that minimises the cross-entropy, by the descent of chapter 04."""

    def grad(theta):
        return np.append(*losses.cross_entropy_sigmoid_grad(theta[:-1], theta[-1], X, y))

    theta = gradient_descent.minimize(grad, np.zeros(X.shape[1] + 1), lr=lr, tol=tol, max_iter=10_000).theta
    return theta[:-1], theta[-1]


def thin_out(scores: Scores, prevalence: float, rng: np.random.Generator) -> Scores:
    """The same cases with positives left out at random until only `prevalence` of all are positive."""
    positive, negative = np.flatnonzero(scores.y_true == 1), np.flatnonzero(scores.y_true == 0)
    keep = round(prevalence / (1 - prevalence) * len(negative))
    if not 0 < keep <= len(positive):
        raise ValueError(f"prevalence must keep 1 to {len(positive)} positives: got {prevalence}, which keeps {keep}")
    rows = np.append(negative, rng.choice(positive, size=keep, replace=False))
    return Scores(scores.y_true[rows], scores.y_score[rows])


def prevalence_effect(scores: Scores, prevalences, draws: int = 200, seed: int = 0) -> dict[str, np.ndarray]:
    """Mean over `draws` subsamples at each prevalence of what the same classifier, at threshold ½, is worth.

    `idle_accuracy` is the accuracy of calling every case negative.
    """
    rng = np.random.default_rng(seed)
    table = {name: [] for name in ("accuracy", "idle_accuracy", "recall", "precision", "roc_auc", "average_precision")}
    for prevalence in prevalences:
        rows = []
        for _ in range(draws):
            thin = thin_out(scores, prevalence, rng)
            y_pred = thin.predict()
            rows.append(
                (
                    metrics.accuracy(thin.y_true, y_pred),
                    metrics.accuracy(thin.y_true, np.zeros_like(y_pred)),
                    metrics.recall(thin.y_true, y_pred),
                    metrics.precision(thin.y_true, y_pred),
                    metrics.roc_auc_score(thin.y_true, thin.y_score),
                    metrics.average_precision(thin.y_true, thin.y_score),
                )
            )
        for name, mean in zip(table, np.mean(rows, axis=0), strict=True):
            table[name].append(mean)
    return {"prevalence": np.asarray(prevalences, dtype=float), **{name: np.array(v) for name, v in table.items()}}


def nearest_centroid_digits(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """y_true, y_pred of half the digits, each called by the nearest of the ten mean pictures of the other half."""
    X_train, X_test, y_train, y_test = data.split(data.digits(), test_fraction=0.5, seed=seed)
    centroids = np.stack([X_train[y_train == digit].mean(axis=0) for digit in range(10)])  # (10, 64)
    distances = ((X_test[:, None, :] - centroids) ** 2).sum(axis=2)  # (m, 10)
    return y_test, distances.argmin(axis=1)


def make_rare(y_true: np.ndarray, y_pred: np.ndarray, label: int, keep: int) -> tuple[np.ndarray, np.ndarray]:
    """The same predictions with only the first `keep` cases of class `label`."""
    rows = np.sort(np.append(np.flatnonzero(y_true != label), np.flatnonzero(y_true == label)[:keep]))
    return y_true[rows], y_pred[rows]
