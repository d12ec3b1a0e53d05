"""What chapter 01 measures: a weak screening test on real tumours, and what each metric makes of it."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from dlbook import data
from dlbook.experiments import measured
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


def at_prevalence(y_true: np.ndarray, prevalence: float) -> np.ndarray:
    """The weight of each case (m,) with which the positives make up `prevalence` of all: 1 for a negative."""
    positives = np.mean(y_true == 1)
    return np.where(y_true == 1, prevalence / (1 - prevalence) * (1 - positives) / positives, 1.0)


def prevalence_effect(scores: Scores, prevalences) -> dict[str, np.ndarray]:
    """What the same classifier, at threshold ½, is worth at each prevalence, exactly: the positives weigh less.

    `idle_accuracy` is the accuracy of calling every case negative.
    """
    y_true, y_pred, idle = scores.y_true, scores.predict(), np.zeros_like(scores.y_true)
    weights = [at_prevalence(y_true, prevalence) for prevalence in prevalences]
    columns = {
        "accuracy": [metrics.accuracy(y_true, y_pred, sample_weight=w) for w in weights],
        "idle_accuracy": [metrics.accuracy(y_true, idle, sample_weight=w) for w in weights],
        "recall": [metrics.recall(y_true, y_pred, sample_weight=w) for w in weights],
        "precision": [metrics.precision(y_true, y_pred, sample_weight=w) for w in weights],
        "balanced_accuracy": [metrics.balanced_accuracy_score(y_true, y_pred, sample_weight=w) for w in weights],
        "matthews": [metrics.matthews_corrcoef(y_true, y_pred, sample_weight=w) for w in weights],
        "roc_auc": [metrics.roc_auc_score(y_true, scores.y_score, sample_weight=w) for w in weights],
        "average_precision": [metrics.average_precision(y_true, scores.y_score, sample_weight=w) for w in weights],
    }
    return {name: np.array(values) for name, values in {"prevalence": prevalences, **columns}.items()}


RATES = {
    "accuracy": metrics.accuracy,
    "precision": metrics.precision,
    "recall": metrics.recall,
    "specificity": metrics.specificity,
    "F₁": metrics.f1_score,
    "balanced accuracy": metrics.balanced_accuracy_score,
    "Matthews' correlation": metrics.matthews_corrcoef,
}
AREAS = {"ROC AUC": metrics.roc_auc_score, "average precision": metrics.average_precision}


def idle_and_eager(y_true: np.ndarray, y_pred: np.ndarray) -> dict[str, dict[str, float]]:
    """What four metrics say of a classifier, and of two that look at nothing."""
    none = np.zeros_like(y_pred)
    who = {"the classifier": y_pred, "calling nobody": none, "calling everybody": none + 1}
    judges = {"accuracy": "accuracy", "F₁": "F₁", "balanced": "balanced accuracy", "MCC": "Matthews' correlation"}
    return {
        name: {judge: float(RATES[rate](y_true, called)) for judge, rate in judges.items()}
        for name, called in who.items()
    }


def over_thresholds(scores: Scores, thresholds) -> dict[str, np.ndarray]:
    """Each of RATES at each of `thresholds` (T,)."""
    called = [scores.predict(threshold) for threshold in thresholds]
    return {name: np.array([rate(scores.y_true, y_pred) for y_pred in called]) for name, rate in RATES.items()}


def best_thresholds(thresholds, seeds=range(1, 11)) -> dict[str, float]:
    """Where F₁ ("low" to "high") and accuracy ("least" to "most") are best, on several halves of the tumours."""
    moving = [over_thresholds(screening(seed), thresholds) for seed in seeds]
    f1, accuracy = ([thresholds[table[name].argmax()] for table in moving] for name in ("F₁", "accuracy"))
    return {"low": min(f1), "high": max(f1), "least": min(accuracy), "most": max(accuracy)}


def spread_over_splits(seeds=range(10)) -> dict[str, tuple[float, float]]:
    """The least and the largest of every metric over classifiers that learned from different halves of the tumours."""
    halves = [screening(seed) for seed in seeds]
    found = {name: [rate(s.y_true, s.predict()) for s in halves] for name, rate in RATES.items()}
    found |= {name: [area(s.y_true, s.y_score) for s in halves] for name, area in AREAS.items()}
    return {name: (min(values), max(values)) for name, values in found.items()}


def draw_again(m: int, count: int, seed=0) -> np.ndarray:
    """Resamples of m cases, one a row (count, m): the number of a case each, which may come twice or not at all."""
    return np.random.default_rng(seed).integers(m, size=(count, m))


def bootstrap(metric, y_true, answers, count: int = 1000, seed=0) -> np.ndarray:
    """The metric on each of `count` resamples (count,); `answers` are predictions or scores, as the metric takes them.

    A case is drawn with its answer: what belongs together stays together.
    """
    rows = draw_again(len(y_true), count, seed)
    return np.array([metric(y_true[row], answers[row]) for row in rows])


def interval(values: np.ndarray, share: float = 0.95) -> tuple[float, float]:
    """The ends between which the middle `share` of the values lies; a resample without a value is left out."""
    low, high = np.nanquantile(values, [(1 - share) / 2, (1 + share) / 2])
    return low, high


def intervals(scores: Scores, count: int = 1000, seed=0) -> dict[str, tuple[float, float, float]]:
    """Value, lower and upper end of the 95 % bootstrap interval of every metric, at the threshold ½."""
    found = {}
    for table, answers in ((RATES, scores.predict()), (AREAS, scores.y_score)):
        for name, metric in table.items():
            values = bootstrap(metric, scores.y_true, answers, count, seed)
            found[name] = (metric(scores.y_true, answers), *interval(values))
    return found


def rare_interval(scores: Scores, prevalence: float, count: int = 1000, seed=0) -> tuple[float, float]:
    """The 95 % bootstrap interval of the average precision at a prevalence that weights make."""

    def average_precision(y_true, y_score):
        return metrics.average_precision(y_true, y_score, sample_weight=at_prevalence(y_true, prevalence))

    return interval(bootstrap(average_precision, scores.y_true, scores.y_score, count, seed))


# A population of which the truth is known: 30 % positives, scores N(1.5, 1), and negatives N(0, 1)

PREVALENCE, SEPARATION, CUT = 0.3, 1.5, 0.8
MOST = 1600


def sample(seed: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    """y_true and y_score of the first m cases that a study draws from the population, at most MOST."""
    rng = np.random.default_rng(seed)
    y_true = rng.random(MOST) < PREVALENCE
    return y_true[:m], (rng.normal(size=MOST) + SEPARATION * y_true)[:m]


def truth() -> dict[str, float]:
    """The metrics of the whole population, at the threshold CUT, from the normal distribution."""
    bell = NormalDist()
    recall, fpr = 1 - bell.cdf(CUT - SEPARATION), 1 - bell.cdf(CUT)
    precision = PREVALENCE * recall / (PREVALENCE * recall + (1 - PREVALENCE) * fpr)
    f1, auc = 2 * precision * recall / (precision + recall), bell.cdf(SEPARATION / 2**0.5)
    return {"precision": precision, "recall": recall, "f1_score": f1, "roc_auc": auc}


@np.errstate(invalid="ignore")  # a resample without positives has no recall
def of_rows(y_true: np.ndarray, y_score: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Four metrics of many resamples at once, one a row of `rows` (count, m); no two scores are equal."""
    (count, m), order = rows.shape, np.argsort(y_score)
    places = (rows + m * np.arange(count)[:, None]).ravel().astype(np.intp, copy=False)  # bincount takes no more
    times = np.bincount(places, minlength=count * m).reshape(count, m)[:, order]  # how often each case came
    positive, called = y_true[order], y_score[order] >= CUT
    tp, fp, fn = times @ (positive & called), times @ (~positive & called), times @ (positive & ~called)
    below = np.cumsum(times * ~positive, axis=1)  # negatives of a lower score
    pairs_won = (times * positive * below).sum(axis=1)
    return {
        "precision": tp / (tp + fp),
        "recall": tp / (tp + fn),
        "f1_score": 2 * tp / (2 * tp + fp + fn),
        "roc_auc": pairs_won / ((tp + fn) * below[:, -1]),
    }


def resampled(y_true: np.ndarray, y_score: np.ndarray, count: int, seed=0) -> dict[str, np.ndarray]:
    """The same as `bootstrap`, of four metrics at once."""
    return of_rows(y_true, y_score, draw_again(len(y_true), count, seed))


@measured.over(m=(50, 200, 800), seeds=range(5))
def coverage(seed, m) -> dict:
    """The share of 300 samples of m cases whose 95 % bootstrap interval holds the truth, for each of four metrics."""
    right, samples = truth(), 300
    hits = dict.fromkeys(right, 0)
    for number in range(samples):
        values = resampled(*sample((seed, number), m), count=400, seed=(seed, number, m))
        for name in right:
            low, high = interval(values[name])
            hits[name] += low <= right[name] <= high
    return {name: int(count) / samples for name, count in hits.items()}


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


def rare_class_effect(seeds, label: int = 9, keep: int = 10) -> dict[str, np.ndarray]:
    """By how much macro and micro precision fall when one digit becomes rare, for each split of the digits."""
    falls = {"macro": [], "micro": []}
    for seed in seeds:
        y_true, y_pred = nearest_centroid_digits(seed)
        rare_true, rare_pred = make_rare(y_true, y_pred, label, keep)
        for average, fall in falls.items():
            before, after = (
                metrics.precision(y_true, y_pred, average=average),
                metrics.precision(rare_true, rare_pred, average=average),
            )
            fall.append(before - after)
    return {average: np.array(fall) for average, fall in falls.items()}
