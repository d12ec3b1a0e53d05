"""What chapter 12 measures: remedies for a rare class on real tumours, what they do to probabilities, and a leak."""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from dlbook import data
from dlbook.scratch import activations, gradient_descent, imbalance, losses, metrics

FEATURES = ("mean texture", "mean compactness")
PREVALENCE = 0.05
REMEDIES = ("nothing", "class weights", "oversampling", "undersampling", "SMOTE", "threshold moved")
RETRAINED = REMEDIES[:-1]  # a moved threshold needs no training
BALANCED = RETRAINED[1:]  # trained as if both classes were equally frequent
METRICS = ("accuracy", "precision", "recall", "F1", "balanced accuracy", "ROC AUC", "average precision")


def tumours(features=FEATURES) -> tuple[np.ndarray, np.ndarray]:
    """X (569, D) of the named measurements and y: 1 for malignant."""
    cancer = data.breast_cancer()
    return cancer.X[:, [cancer.feature_names.index(name) for name in features]], cancer.y


def thin_out(y: np.ndarray, rng: np.random.Generator, prevalence: float = PREVALENCE) -> np.ndarray:
    """Rows: all benign cases, and malignant ones drawn at random until they are `prevalence` of all."""
    benign, malignant = np.flatnonzero(y == 0), np.flatnonzero(y == 1)
    keep = round(prevalence / (1 - prevalence) * len(benign))
    return np.append(benign, rng.choice(malignant, size=keep, replace=False))


@dataclass(frozen=True)
class Halves:
    """Training and test half of the thinned tumours; the columns have mean 0 and variance 1 in the training half."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def halves(seed: int) -> Halves:
    """One draw: which malignant tumours are kept, and who comes into which half. Both halves have 5 % malignant."""
    X_train, X_test, y_train, y_test = _raw_halves(seed)
    mean, std = scale(seed)
    return Halves((X_train - mean) / std, y_train, (X_test - mean) / std, y_test)


def scale(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation (2,) of the training half of a draw."""
    X_train = _raw_halves(seed)[0]
    return X_train.mean(axis=0), X_train.std(axis=0)


def _raw_halves(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    X, y = tumours()
    rows = thin_out(y, np.random.default_rng(seed))
    return data.split(data.Dataset(X[rows], y[rows]), test_fraction=0.5, seed=seed)


def balance(X: np.ndarray, y: np.ndarray, how: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """X and y resampled so that both classes are equally frequent; the rare class is 1."""
    if how == "oversampling":
        rows = imbalance.oversample(y, rng.random(imbalance.lacking(y).sum()))
        return X[rows], y[rows]
    if how == "undersampling":
        rows = imbalance.undersample(y, rng.random(len(y)))
        return X[rows], y[rows]
    rare, new = X[y == 1], imbalance.lacking(y)[1]
    base, neighbor, gap = rng.integers(0, len(rare), new), rng.integers(0, 5, new), rng.random(new)
    return np.vstack([X, imbalance.smote(rare, base, neighbor, gap)]), np.append(y, np.ones(new, dtype=y.dtype))


def descend(X: np.ndarray, y: np.ndarray, sample_weight=None, max_iter: int = 3_000) -> gradient_descent.Descent:
    """The descent of chapter 04 on the cross-entropy of logistic regression: weights and bias (D + 1,), and the way."""
    share = np.full(len(y), 1 / len(y)) if sample_weight is None else sample_weight / sample_weight.sum()
    A = np.column_stack([X, np.ones(len(y))])  # (m, D + 1)
    steepest = np.linalg.norm(np.sqrt(share)[:, None] * A, 2) ** 2 / 4  # no curvature is greater, for σ′ ≤ ¼

    def grad(theta):
        return np.append(*losses.cross_entropy_sigmoid_grad(theta[:-1], theta[-1], X, y, sample_weight))

    lr = 1.9 / steepest  # below 2 over the curvature every step goes down
    return gradient_descent.minimize(grad, np.zeros(X.shape[1] + 1), lr=lr, tol=1e-4, max_iter=max_iter)


def fit(X: np.ndarray, y: np.ndarray, sample_weight=None) -> np.ndarray:
    """Weights and bias (D + 1,) of logistic regression, where the descent ends."""
    return descend(X, y, sample_weight).theta


def parted(X: np.ndarray, y: np.ndarray) -> bool:
    """Whether a straight line parts the classes in the plane: X (m, 2), y (m,) of 0 and 1.

    The line that keeps furthest from both stands across the way between two cases, or runs along it: try them all.
    """
    for start in X:
        way = X - start  # (m, 2)
        normals = np.vstack([way, way[:, ::-1] * [1, -1]])  # (2m, 2), along and across
        side = X @ normals.T  # (m, 2m)
        if (side[y == 1].min(axis=0) > side[y == 0].max(axis=0)).any():
            return True
    return False


def probability(theta: np.ndarray, X: np.ndarray) -> np.ndarray:
    """σ(X w + b): (m,)."""
    return activations.sigmoid(X @ theta[:-1] + theta[-1])


def treated(how: str, half: Halves, rng: np.random.Generator) -> tuple:
    """X, y and the sample weights (or None) that a model is trained on after one of RETRAINED."""
    if how == "nothing":
        return half.X_train, half.y_train, None
    if how == "class weights":
        return half.X_train, half.y_train, imbalance.sample_weights(half.y_train)
    return *balance(half.X_train, half.y_train, how, rng), None


@dataclass(frozen=True)
class Trials:
    """Of every draw: `y_true` (draws, m), the malignant share, and for each of RETRAINED what became of it.

    `y_prob` (draws, m) on the test half, `theta` (draws, 3), whether the descent came to rest (draws,), and whether
    a straight line parts the cases that it was trained on (draws,): then there is no rest to come to.
    """

    y_true: np.ndarray
    prior: float
    y_prob: dict[str, np.ndarray]
    theta: dict[str, np.ndarray]
    converged: dict[str, np.ndarray]
    parted: dict[str, np.ndarray]


def trials(draws: int = 60, seed: int = 0) -> Trials:
    """Logistic regression after every remedy, on the same `draws` pairs of halves."""
    rng = np.random.default_rng(seed)
    drawn = [halves(seed + i) for i in range(draws)]
    y_prob, theta, converged, apart = {}, {}, {}, {}
    for how in RETRAINED:
        sets = [treated(how, half, rng) for half in drawn]
        ends = [descend(*training) for training in sets]
        theta[how] = np.stack([end.theta for end in ends])
        y_prob[how] = np.stack([probability(end.theta, half.X_test) for end, half in zip(ends, drawn, strict=True)])
        converged[how] = np.array([bool(end.converged) for end in ends])
        apart[how] = np.array([not end.converged and parted(X, y) for end, (X, y, _) in zip(ends, sets, strict=True)])
    y_true = np.stack([half.y_test for half in drawn])
    return Trials(y_true, float(drawn[0].y_train.mean()), y_prob, theta, converged, apart)


def scores(y_true: np.ndarray, y_prob: np.ndarray, threshold: float) -> np.ndarray:
    """The seven METRICS of every draw: y_true and y_prob (draws, m) -> (draws, 7)."""
    rows = []
    for y, p in zip(y_true, y_prob, strict=True):
        called = (p >= threshold).astype(int)
        rows.append(
            (
                metrics.accuracy(y, called),
                metrics.precision(y, called),
                metrics.recall(y, called),
                metrics.f1_score(y, called),
                metrics.recall(y, called, average="macro"),  # balanced accuracy: the mean of both classes' recalls
                metrics.roc_auc_score(y, p),
                metrics.average_precision(y, p),
            )
        )
    return np.array(rows)


def compare(runs: Trials) -> dict[str, np.ndarray]:
    """For each of REMEDIES the METRICS of every draw, (draws, 7); the moved threshold is the malignant share."""
    table = {how: scores(runs.y_true, runs.y_prob[how], 0.5) for how in RETRAINED}
    return table | {"threshold moved": scores(runs.y_true, runs.y_prob["nothing"], runs.prior)}


def means(table: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """The mean over the draws, by remedy and metric."""
    return {how: dict(zip(METRICS, rows.mean(axis=0), strict=True)) for how, rows in table.items()}


def same_calls(runs: Trials, how: str = "class weights") -> float:
    """The share of test cases that `how` at ½ and the untouched model at τ = malignant share call the same."""
    return float(((runs.y_prob[how] >= 0.5) == (runs.y_prob["nothing"] >= runs.prior)).mean())


def parted_share(draws: int = 60, repeats: int = 10, seed: int = 0) -> np.ndarray:
    """For every draw, in which share of `repeats` undersamplings a straight line parts the few cases left (draws,)."""
    rng, drawn = np.random.default_rng(seed), [halves(seed + i) for i in range(draws)]
    return np.array(
        [np.mean([parted(*treated("undersampling", half, rng)[:2]) for _ in range(repeats)]) for half in drawn]
    )


def turns(runs: Trials) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each of BALANCED how far its weights turned from the untouched ones, and how many times as long they are.

    Shapes: degrees (draws,) and factors (draws,); the bias is left out.
    """
    plain = runs.theta["nothing"][:, :-1]  # (draws, 2), without the bias
    length = np.linalg.norm(plain, axis=1)
    found = {}
    for how in BALANCED:
        w = runs.theta[how][:, :-1]
        growth = np.linalg.norm(w, axis=1) / length
        cosine = (w * plain).sum(axis=1) / (growth * length**2)
        found[how] = np.degrees(np.arccos(np.clip(cosine, -1, 1))), growth
    return found


def inventions(draws: int = 60, seed: int = 0, k_neighbors: int = 5) -> np.ndarray:
    """(draws, 2): how many of SMOTE's points lie nearer to a benign tumour than to a malignant one, and their variance.

    Both as shares: of all points, and of the variance of the malignant tumours that they were made from.
    """
    found = []
    for i in range(draws):
        half, rng = halves(seed + i), np.random.default_rng(seed + i)
        rare, m = half.X_train[half.y_train == 1], len(half.y_train)
        base, neighbor, gap = rng.integers(0, len(rare), m), rng.integers(0, k_neighbors, m), rng.random(m)
        new = imbalance.smote(rare, base, neighbor, gap, k_neighbors)
        nearer = nearest_label(half.X_train, half.y_train, new) == 0
        found.append((nearer.mean(), new.var(axis=0).sum() / rare.var(axis=0).sum()))
    return np.array(found)


def cost_at(y_true: np.ndarray, y_prob: np.ndarray, threshold: float, cost_fp: float, cost_fn: float) -> float:
    """The expected cost of a case when it is called positive from `threshold` on."""
    return float(imbalance.expected_cost(y_true, (y_prob >= threshold).astype(int), cost_fp, cost_fn))


def cost_by_draw(runs: Trials, threshold: float, cost_fp: float, cost_fn: float) -> np.ndarray:
    """What a test case of each draw costs with the untouched model (draws,), called positive from `threshold` on."""
    return np.array(
        [cost_at(y, p, threshold, cost_fp, cost_fn) for y, p in zip(runs.y_true, runs.y_prob["nothing"], strict=True)]
    )


def costs_at(runs: Trials, threshold: float, cost_fp: float, cost_fn: float) -> dict[str, float]:
    """What a test case costs after each of RETRAINED, all cut at one `threshold`, and with the shares put right."""
    found = {
        how: cost_at(runs.y_true.ravel(), p.ravel(), threshold, cost_fp, cost_fn) for how, p in runs.y_prob.items()
    }
    for how, p in way_back(runs).items():
        found[f"{how}, prior corrected"] = cost_at(runs.y_true.ravel(), p.ravel(), threshold, cost_fp, cost_fn)
    return found


def chosen_thresholds(runs: Trials, cost_fp: float, cost_fn: float) -> np.ndarray:
    """(draws, 3): τ̂ from every other test case of the untouched model, what it costs on the rest, and what τ* costs."""
    closed, found = imbalance.threshold(cost_fp, cost_fn), []
    for y, p in zip(runs.y_true, runs.y_prob["nothing"], strict=True):
        order = np.argsort(y, kind="stable")  # so that both parts have their share of the malignant
        valid, rest = order[::2], order[1::2]
        chosen, _ = imbalance.best_threshold(y[valid], p[valid], cost_fp, cost_fn)
        found.append((chosen, *(cost_at(y[rest], p[rest], tau, cost_fp, cost_fn) for tau in (chosen, closed))))
    return np.array(found)


def way_back(runs: Trials) -> dict[str, np.ndarray]:
    """The probabilities (draws, m) of each of BALANCED, taken back to the world's shares."""
    return {
        how: imbalance.prior_shift(runs.y_prob[how].ravel(), 0.5, runs.prior).reshape(runs.y_true.shape)
        for how in BALANCED
    }


@dataclass(frozen=True)
class Calibration:
    """Test cases in groups of like probability: its mean (B,), and the malignant share (B,) there; both over all."""

    predicted: np.ndarray
    observed: np.ndarray
    mean: float
    share: float


def calibration(y_true: np.ndarray, y_prob: np.ndarray, groups: int = 8) -> Calibration:
    """Equally many cases a group, from the lowest probability up; arrays of any shape are laid out flat."""
    order = np.argsort(y_prob, axis=None)
    parts = np.array_split(np.stack([y_prob.ravel()[order], y_true.ravel()[order]]), groups, axis=1)
    predicted, observed = np.array([part.mean(axis=1) for part in parts]).T
    return Calibration(predicted, observed, float(y_prob.mean()), float(y_true.mean()))


def calibrations(runs: Trials) -> dict[str, Calibration]:
    """Of each of RETRAINED, as it was trained."""
    return {how: calibration(runs.y_true, runs.y_prob[how]) for how in RETRAINED}


def corrected(runs: Trials) -> dict[str, Calibration]:
    """Of each of BALANCED, with the shares put right."""
    return {how: calibration(runs.y_true, y_prob) for how, y_prob in way_back(runs).items()}


def nearest_label(X_train: np.ndarray, y_train: np.ndarray, X: np.ndarray) -> np.ndarray:
    """The label (m,) of the nearest training case: a learner that knows its training set by heart."""
    distance = ((X[:, None, :] - X_train) ** 2).sum(axis=2)  # (m, training cases)
    return y_train[distance.argmin(axis=1)]


def leak(draws: int = 40, seed: int = 0, how: str = "oversampling") -> dict[str, np.ndarray]:
    """Balanced accuracy (draws, 2) of the nearest neighbour and of logistic regression, where copies leak or not.

    "before the split": balanced first, so that copies (or inventions) from one tumour come into both halves. "after
    the split": only the training half is balanced. "in the field": the leaky model on those that were thinned out.
    """
    X, y = tumours()
    found = {"before the split": [], "after the split": [], "in the field": []}
    for i in range(draws):
        rng = np.random.default_rng(seed + i)
        rows = thin_out(y, rng)
        fresh = np.setdiff1d(np.arange(len(y)), rows)
        mean, std = X[rows].mean(axis=0), X[rows].std(axis=0)
        Z = (X - mean) / std
        all_X, all_y = balance(Z[rows], y[rows], how, rng)
        train_X, test_X, train_y, test_y = data.split(data.Dataset(all_X, all_y), test_fraction=0.5, seed=seed + i)
        found["before the split"].append(_both(train_X, train_y, test_X, test_y))
        benign = test_y == 0
        field_X, field_y = np.vstack([test_X[benign], Z[fresh]]), np.append(test_y[benign], y[fresh])
        found["in the field"].append(_both(train_X, train_y, field_X, field_y))
        train_X, test_X, train_y, test_y = data.split(data.Dataset(Z[rows], y[rows]), test_fraction=0.5, seed=seed + i)
        found["after the split"].append(_both(*balance(train_X, train_y, how, rng), test_X, test_y))
    return {name: np.array(values) for name, values in found.items()}


def _both(X_train, y_train, X_test, y_test) -> tuple[float, float]:
    """Balanced accuracy of the nearest neighbour, and of logistic regression."""
    by_heart = nearest_label(X_train, y_train, X_test)
    by_line = (probability(fit(X_train, y_train), X_test) >= 0.5).astype(int)
    return tuple(metrics.recall(y_test, y_pred, average="macro") for y_pred in (by_heart, by_line))


def in_folds(y: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """The fold (m,) that each case is tested in, stratified: every class is dealt out evenly, in random order."""
    order = rng.permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]  # class by class
    fold = np.empty(len(y), dtype=int)
    fold[order] = np.arange(len(y)) % folds
    return fold


def cross_validated(X: np.ndarray, y: np.ndarray, how: str, inside: bool, rng: np.random.Generator) -> np.ndarray:
    """Balanced accuracy (2,) over three folds of the nearest neighbour and of logistic regression.

    `inside`: only what a fold is trained on is resampled, as it must be. Otherwise all cases are, before the folds.
    """
    if not inside:
        X, y = balance(X, y, how, rng)
    fold, found = in_folds(y, 3, rng), []
    for test in (fold == k for k in range(3)):
        train_X, train_y = X[~test], y[~test]
        if inside:
            train_X, train_y = balance(train_X, train_y, how, rng)
        found.append(_both(train_X, train_y, X[test], y[test]))
    return np.mean(found, axis=0)


def fold_leak(draws: int = 20, seed: int = 0, how: str = "oversampling") -> dict[str, np.ndarray]:
    """Balanced accuracy (draws, 2) of both learners in cross-validation on a training half, and in the field.

    In the field they learn from the whole half, balanced, and meet all tumours that are not in it.
    """
    X, y = tumours()
    found = {"before the folds": [], "inside each fold": [], "in the field": []}
    for i in range(draws):
        half, rng = halves(seed + i), np.random.default_rng(seed + i)
        found["before the folds"].append(cross_validated(half.X_train, half.y_train, how, False, rng))
        found["inside each fold"].append(cross_validated(half.X_train, half.y_train, how, True, rng))
        field_X, field_y = unseen(seed + i, X, y)
        found["in the field"].append(_both(*balance(half.X_train, half.y_train, how, rng), field_X, field_y))
    return {name: np.array(values) for name, values in found.items()}


def unseen(seed: int, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The test half of a draw and the malignant tumours that were thinned out, in the training half's scale."""
    half = halves(seed)
    fresh = np.setdiff1d(np.arange(len(y)), thin_out(y, np.random.default_rng(seed)))
    mean, std = scale(seed)
    return np.vstack([half.X_test, (X[fresh] - mean) / std]), np.append(half.y_test, y[fresh])


def no_positive(m: int, positives: int, folds: int) -> tuple[float, float]:
    """Without stratifying: the probability that the first fold has no positive, and that some fold has none.

    Exact: of all ways to place the positives, those that leave out the fold; and for several folds at once, in turn
    added and taken off (inclusion and exclusion).
    """
    sizes = [m // folds + (k < m % folds) for k in range(folds)]
    empty = lambda left_out: comb(m - sum(left_out), positives) / comb(m, positives)
    some = sum((-1) ** (j + 1) * empty(left) for j in range(1, folds + 1) for left in combinations(sizes, j))
    return empty(sizes[:1]), some


def positives_in_a_fold(m: int, positives: int, size: int) -> np.ndarray:
    """The probability (positives + 1,) of 0, 1, … positives among `size` of `m` cases drawn at random."""
    ways = [comb(positives, n) * comb(m - positives, size - n) for n in range(positives + 1)]
    return np.array([way / comb(m, size) for way in ways])


def precision_among(y_true: np.ndarray, y_score: np.ndarray, k: int) -> float:
    """Of the k cases with the highest scores, the share that is positive."""
    return float(y_true[np.argsort(-y_score, kind="stable")[:k]].mean())


def among_the_top(runs: Trials, k: int) -> dict[str, np.ndarray]:
    """The precision (draws,) among the k highest of each test half, after each of RETRAINED."""
    return {
        how: np.array([precision_among(y, p, k) for y, p in zip(runs.y_true, y_prob, strict=True)])
        for how, y_prob in runs.y_prob.items()
    }


def rare_weight(y: np.ndarray, prevalence: float = PREVALENCE) -> np.ndarray:
    """Weights (m,) under which the malignant cases are `prevalence` of all: no draw, no noise."""
    return np.where(y == 1, prevalence / y.mean(), (1 - prevalence) / (1 - y.mean()))


def single_scores(prevalence: float = PREVALENCE) -> dict[str, tuple[float, float]]:
    """ROC AUC and average precision of each of the thirty measurements, taken as a score as it is."""
    cancer = data.breast_cancer()
    weight = rare_weight(cancer.y, prevalence)
    found = {}
    for name, score in zip(cancer.feature_names, cancer.X.T, strict=True):
        auc = metrics.roc_auc_score(cancer.y, score, sample_weight=weight)
        found[name] = (float(auc), float(metrics.average_precision(cancer.y, score, sample_weight=weight)))
    return found
