"""What chapter 13 measures: the worth of a positive test, dependent evidence, what a prior does, and a line's band."""

from dataclasses import dataclass
from math import comb

import numpy as np

from dlbook import data
from dlbook.experiments import metrics as chapter_01
from dlbook.scratch import bayes, gradient_descent, metrics

# ─── Medical tests ──────────────────────────────────────────────────────────────────────────────────────────


def people(prevalence: float, sensitivity: float, specificity: float, tests: int = 1, copied: float = 0.0,
           count: int = 1_000_000, seed: int = 0):  # fmt: skip
    """Simulated people who take a test several times: sick (count,) and the number of positives (count,).

    With probability `copied` a repetition only repeats the first result, as a second look at the same blood would.
    """
    rng = np.random.default_rng(seed)
    sick = rng.random(count) < prevalence
    chance = np.where(sick, sensitivity, 1 - specificity)  # of a positive result
    first = rng.random(count) < chance
    positives = first.astype(int)
    for _ in range(tests - 1):
        again = np.where(rng.random(count) < copied, first, rng.random(count) < chance)
        positives += again
    return sick, positives


def simulated_ppv(*args, tests: int = 1, **kwargs) -> float:
    """The share of the sick among those whose tests were all positive."""
    sick, positives = people(*args, tests=tests, **kwargs)
    return sick[positives == tests].mean()


def carried_to(prevalences, draws: int = 200, seed: int = 0) -> dict[str, np.ndarray]:
    """PPV of chapter 01's screening where the disease is rarer: by the formula, and counted.

    In every draw one half of the test cases gives sensitivity and specificity. The other half is thinned out to the
    wanted prevalence, and alarms are counted there. Both are averaged over the draws.
    """
    scores, rng = chapter_01.screening(), np.random.default_rng(seed)
    table = {"prevalence": [], "sensitivity": [], "specificity": [], "formula": [], "counted": []}
    for wanted in prevalences:
        rates, alarms, found = [], 0, 0
        for _ in range(draws):
            known, other = _halves(scores, rng)
            thin = chapter_01.thin_out(other, wanted, rng)
            y_pred = known.predict()
            rates.append((thin.y_true.mean(), metrics.recall(known.y_true, y_pred),
                          metrics.specificity(known.y_true, y_pred)))  # fmt: skip
            called = thin.predict() == 1
            alarms, found = alarms + called.sum(), found + (called & (thin.y_true == 1)).sum()
        rates = np.mean(rates, axis=0)  # prevalence, sensitivity, specificity
        row = (*rates, bayes.medical_test(*rates).ppv, found / alarms)
        for column, value in zip(table.values(), row, strict=True):
            column.append(float(value))
    return {name: np.array(column) for name, column in table.items()}


def _halves(scores, rng):
    """The cases in two halves at random, with as many positives in the one as in the other."""
    side = np.zeros(len(scores.y_true), dtype=int)
    for label in (0, 1):
        members = rng.permutation(np.flatnonzero(scores.y_true == label))
        side[members[len(members) // 2 :]] = 1
    return tuple(chapter_01.Scores(scores.y_true[side == k], scores.y_score[side == k]) for k in (0, 1))


def two_measurements(first: str, second: str) -> dict[str, float]:
    """Two tests on the real tumours, each one measurement above its median: what both positive means.

    `rule` multiplies the two as if they were independent given the condition; `counted` counts.
    """
    cancer = data.breast_cancer()
    X = cancer.X[:, [cancer.feature_names.index(name) for name in (first, second)]]
    sick, positive = cancer.y == 1, np.median(X, axis=0) < X  # (569, 2)
    sensitivity, specificity = positive[sick].mean(axis=0), 1 - positive[~sick].mean(axis=0)
    rule = sick.mean()
    for s, c in zip(sensitivity, specificity, strict=True):
        rule = bayes.medical_test(rule, s, c).ppv  # the posterior of one test is the prior of the next
    both = positive.all(axis=1)
    return {
        "one": float(bayes.medical_test(sick.mean(), sensitivity[0], specificity[0]).ppv),
        "rule": float(rule),
        "counted": float(sick[both].mean()),
        "agree": float(np.mean([np.corrcoef(positive[group].T)[0, 1] for group in (sick, ~sick)])),
    }


# ─── Priors ─────────────────────────────────────────────────────────────────────────────────────────────────

PRIORS = {"knows nothing": (1.0, 1.0), "sure of 5 %": (5.0, 95.0), "sure of 80 %": (80.0, 20.0)}
GRID = np.linspace(0, 1, 1001)


@dataclass(frozen=True)
class Belief:
    """Mean, and the interval that holds 95 %, of a belief in a share, after each number of data in `counts`."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


COUNTS = (0, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000)


def washing_out(counts=COUNTS, seed: int = 0) -> dict[str, Belief]:
    """The share of malignant tumours, learnt from tumours drawn with replacement, from three priors."""
    y = np.random.default_rng(seed).choice(data.breast_cancer().y, size=max(counts))
    beliefs = {}
    for name, (a, b) in PRIORS.items():
        rows = []
        for n in counts:
            malignant = y[:n].sum()
            a_n, b_n = bayes.beta_binomial(a, b, malignant, n - malignant)
            rows.append((a_n / (a_n + b_n), *beta_interval(a_n, b_n)))
        beliefs[name] = Belief(*np.array(rows).T)
    return beliefs


def beta_interval(a: float, b: float) -> bayes.Interval:
    """95 % of Beta(a, b), on a grid within ten standard deviations of its mean."""
    mean = a / (a + b)
    width = 10 * np.sqrt(mean * (1 - mean) / (a + b + 1))
    grid = np.linspace(max(mean - width, 1e-9), min(mean + width, 1 - 1e-9), 2001)
    log_density = (a - 1) * np.log(grid) + (b - 1) * np.log(1 - grid)
    density = np.exp(bayes.continuous_from_logs(np.zeros_like(grid), log_density, grid))
    return bayes.credible_interval(density, grid)


MEETING = ("sure of 5 %", "sure of 80 %")


def meeting(counts=(0, 30, 300, 3000), seed: int = 0) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """The densities on GRID of the two stubborn beliefs, after each number of the same tumours."""
    y = np.random.default_rng(seed).choice(data.breast_cancer().y, size=max(counts))
    inside = GRID[1:-1]
    densities = {}
    for n in counts:
        found = []
        for a, b in (PRIORS[name] for name in MEETING):
            a_n, b_n = bayes.beta_binomial(a, b, y[:n].sum(), n - y[:n].sum())
            log_density = (a_n - 1) * np.log(inside) + (b_n - 1) * np.log(1 - inside)
            density = np.exp(bayes.continuous_from_logs(np.zeros_like(inside), log_density, inside))
            found.append(np.concatenate([[0], density, [0]]))
        densities[n] = tuple(found)
    return densities


CLOSED = np.linspace(0, 0.3, 3001)  # it ends where the prior does


def closed_mind(counts=(0, 30, 300, 3000), seed: int = 0) -> dict[int, np.ndarray]:
    """Densities on CLOSED of a belief whose prior has nothing above 0.3, the truth being 37 %."""
    y = np.random.default_rng(seed).choice(data.breast_cancer().y, size=max(counts))
    with np.errstate(divide="ignore"):
        log_p, log_q = np.log(CLOSED), np.log(1 - CLOSED)
    densities = {}
    for n in counts:
        malignant = y[:n].sum()
        log_likelihood = (malignant * log_p + (n - malignant) * log_q) if n else np.zeros_like(CLOSED)
        densities[n] = np.exp(bayes.continuous_from_logs(np.zeros_like(CLOSED), log_likelihood, CLOSED))
    return densities


RADII = np.linspace(0, 30, 3001)


def radii(seed: int = 0) -> np.ndarray:
    """The measurement "mean radius" of all tumours (569,), in random order."""
    cancer = data.breast_cancer()
    return np.random.default_rng(seed).permutation(cancer.X[:, cancer.feature_names.index("mean radius")])


def log_normal(x, mean, var) -> np.ndarray:
    """The logarithm of the normal density; shapes broadcast."""
    return -((x - mean) ** 2) / (2 * var) - np.log(2 * np.pi * var) / 2


def mean_on_grid(prior: bayes.Normal, seen: np.ndarray, noise_var: float) -> np.ndarray:
    """The density on RADII of the mean of which `seen` (n,) are noisy data: prior times likelihood, no closed form."""
    log_likelihood = log_normal(seen[:, None], RADII, noise_var).sum(axis=0)  # (n, G) -> (G,)
    return np.exp(bayes.continuous_from_logs(log_normal(RADII, *prior), log_likelihood, RADII))


# ─── Naive Bayes ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Answers:
    """What a classifier says: y_true (m,), y_pred (m,), and the probability it gives to what it says (m,)."""

    y_true: np.ndarray
    y_pred: np.ndarray
    confidence: np.ndarray

    @property
    def accuracy(self) -> float:
        return float((self.y_true == self.y_pred).mean())


def pixels(seed: int = 0):
    """Half of the digits to learn from, half to test: pixels are on (1) from half grey upwards."""
    X_train, X_test, y_train, y_test = data.split(data.digits(), test_fraction=0.5, seed=seed)
    return (X_train >= 0.5).astype(float), (X_test >= 0.5).astype(float), y_train, y_test


def pixel_log_likelihoods(pseudo: float = 1.0, seed: int = 0):
    """log P(pixel | digit) of every test picture, (m, 64, 10), and the true digits (m,).

    P(on | digit) is the mean of its Beta posterior, (on + pseudo) / (pictures + 2 pseudo); pseudo = 0 just counts.
    """
    X_train, X_test, y_train, y_test = pixels(seed)
    on = np.stack([X_train[y_train == k].sum(axis=0) for k in range(10)], axis=1)  # (64, 10)
    pictures = np.unique(y_train, return_counts=True)[1]  # (10,)
    p = (on + pseudo) / (pictures + 2 * pseudo)
    with np.errstate(divide="ignore"):
        return np.where(X_test[:, :, None] == 1, np.log(p), np.log(1 - p)), y_test


def naive_bayes(copies: int = 1, seed: int = 0) -> Answers:
    """The discrete rule with ten hypotheses and 64 pixels as data, as if pixels were independent given the digit.

    With `copies` every pixel is counted several times over: nothing is learnt from that, but the rule cannot know.
    """
    log_likelihood, y_true = pixel_log_likelihoods(seed=seed)
    posterior = np.exp(bayes.discrete_from_logs(np.full(10, -np.log(10)), copies * log_likelihood.sum(axis=1)))
    return Answers(y_true, posterior.argmax(axis=1), posterior.max(axis=1))


def ruled_out(seed: int = 0) -> float:
    """The share of test pictures whose own digit is impossible, if pixels are never what they never were in it.

    That is on where no picture to learn from had them on, or off where all had them on.
    """
    log_likelihood, y_true = pixel_log_likelihoods(pseudo=0.0, seed=seed)
    of_each_digit = log_likelihood.sum(axis=1)  # (m, 64, 10) -> (m, 10)
    return float(np.isneginf(of_each_digit[np.arange(len(y_true)), y_true]).mean())


def calibration(answers: Answers, edges=(0.0, 0.8, 0.95, 0.99, 0.999, 1.0)) -> list[tuple[int, float, float]]:
    """For each band of confidence: how many answers, their mean confidence, and how many are right."""
    band = np.clip(np.searchsorted(edges, answers.confidence, side="right") - 1, 0, len(edges) - 2)
    right = answers.y_true == answers.y_pred
    rows = []
    for k in range(len(edges) - 1):
        inside = band == k
        rows.append((int(inside.sum()), float(answers.confidence[inside].mean()), float(right[inside].mean())))
    return rows


# ─── MAP ────────────────────────────────────────────────────────────────────────────────────────────────────


def few_tumours(count: int, seed: int = 0):
    """X, y of `count` tumours to learn from and X, y of all others: ten mean measurements, and the worst concavity.

    All columns have mean 0 and variance 1 over the few, so that no bias is needed; the others are scaled alike.
    """
    cancer = data.breast_cancer()
    order = np.random.default_rng(seed).permutation(len(cancer.X))
    few, others = order[:count], order[count:]
    standard = (cancer.X - cancer.X[few].mean(axis=0)) / cancer.X[few].std(axis=0)
    X = standard[:, [name.startswith("mean") for name in cancer.feature_names]]
    y = standard[:, cancer.feature_names.index("worst concavity")]
    return X[few], y[few], X[others], y[others]


def most_probable_weights(X, y, noise_var: float, prior_var: float) -> np.ndarray:
    """The peak of the posterior of w, y = X w + normal noise and w normal around 0, by gradient descent.

    −log posterior = ‖y − X w‖² / 2 noise_var + ‖w‖² / 2 prior_var + constant: the likelihood, and the prior.
    """

    def grad(w):
        return X.T @ (X @ w - y) / noise_var + w / prior_var

    steepest = np.linalg.norm(X, 2) ** 2 / noise_var + 1 / prior_var  # the largest curvature
    return gradient_descent.minimize(grad, np.zeros(X.shape[1]), lr=1 / steepest, tol=1e-9, max_iter=50_000).theta


def ridge(X, y, penalty: float) -> np.ndarray:
    """The w with the least ‖y − X w‖² + penalty · ‖w‖²; without penalty least squares."""
    return np.linalg.solve(X.T @ X + penalty * np.eye(X.shape[1]), X.T @ y)


def errors_on_others(counts, penalty: float, draws: int = 200, first: int = 0) -> dict[str, np.ndarray]:
    """Median squared error on all other tumours after learning from a few, without a prior and with one.

    As a share of the variance of what is to be told: a model that always says the mean has an error of 1.
    """
    errors = np.zeros((len(counts), draws, 2))
    for i, count in enumerate(counts):
        for seed in range(draws):
            X, y, X_others, y_others = few_tumours(count, first + seed)
            for k, strength in enumerate((0.0, penalty)):
                mse = ((X_others @ ridge(X, y, strength) - y_others) ** 2).mean()
                errors[i, seed, k] = mse / y_others.var()
    without, with_prior = np.median(errors, axis=1).T
    return {"no prior": without, "Gaussian prior": with_prior}


# ─── A line and its band ────────────────────────────────────────────────────────────────────────────────────


def measured(name: str) -> np.ndarray:
    """One measurement of all tumours (569,), in standard deviations from its mean."""
    cancer = data.breast_cancer()
    column = cancer.X[:, cancer.feature_names.index(name)]
    return (column - column.mean()) / column.std()


def powers(x, degree: int = 1) -> np.ndarray:
    """1, x, …, x^degree in the columns, (N, degree + 1)."""
    return np.vander(x, degree + 1, increasing=True)


def noise_of(x, y, degree: int = 1) -> float:
    """The variance that is left around the polynomial with the least squared error."""
    X = powers(x, degree)
    return float((y - X @ np.linalg.lstsq(X, y, rcond=None)[0]).var())


def radius_pair() -> tuple[np.ndarray, np.ndarray, float]:
    """Mean radius and worst radius of all tumours (569,), and the noise variance, which is taken as known."""
    x, y = measured("mean radius"), measured("worst radius")
    return x, y, noise_of(x, y)


def inside(y, centre, var) -> float:
    """The share of outcomes y in the interval of 95 % around `centre`."""
    return float((np.abs(y - centre) < 1.96 * np.sqrt(var)).mean())


def coverage(sizes, draws: int = 200, seed: int = 0) -> dict[str, np.ndarray]:
    """How many of all other tumours lie in the band of 95 % of a line that was learnt from n of them, (n, draws).

    `band` is the predictive one. `noise alone` takes the mean line for certain.
    """
    x, y, noise_var = radius_pair()
    X, rng = powers(x), np.random.default_rng(seed)
    shares = np.zeros((2, len(sizes), draws))
    for (i, n), draw in ((size, d) for size in enumerate(sizes) for d in range(draws)):
        order = rng.permutation(len(x))
        few, others = order[:n], order[n:]
        belief = bayes.linear_regression(X[few], y[few], noise_var, prior_var=1.0)
        centre, var = bayes.linear_predictive(X[others], *belief, noise_var)
        shares[:, i, draw] = inside(y[others], centre, var), inside(y[others], centre, noise_var)
    return {"band": shares[0], "noise alone": shares[1]}


def beyond(degree: int, count: int = 30, seed: int = 0):
    """A polynomial from radius to area, learnt from a few of the three quarters of smaller tumours.

    Returns the belief, the noise variance around the best such polynomial, and the shares of smaller and of larger
    tumours that lie in its band of 95 %.
    """
    x, y = measured("mean radius"), measured("mean area")
    small = x < np.quantile(x, 0.75)
    noise_var = noise_of(x[small], y[small], degree)
    few = np.random.default_rng(seed).choice(np.flatnonzero(small), count, replace=False)
    belief = bayes.linear_regression(powers(x[few], degree), y[few], noise_var, prior_var=1.0)
    centre, var = bayes.linear_predictive(powers(x, degree), *belief, noise_var)
    return belief, noise_var, *(inside(y[side], centre[side], var[side]) for side in (small, ~small))


# ─── Evidence ───────────────────────────────────────────────────────────────────────────────────────────────


def evidence_of_coins(heads, tosses) -> tuple[np.ndarray, np.ndarray]:
    """P(so many heads) under two models: a fair coin, and a coin of which every chance is equally likely."""
    fair = np.array([float(comb(tosses, k)) for k in heads]) / 2.0**tosses
    return fair, bayes.beta_binomial_predictive(1.0, 1.0, np.asarray(heads, dtype=float), tosses)


def log_evidence(X, y, noise_var: float, prior_var: float) -> float:
    """log p(y): the sum of what each outcome had as a log density, predicted from those before it."""
    total = 0.0
    for i in range(len(y)):
        belief = bayes.linear_regression(X[:i], y[:i], noise_var, prior_var)
        centre, var = bayes.linear_predictive(X[i : i + 1], *belief, noise_var)
        total += float(log_normal(y[i], centre[0], var[0]))
    return total


DEGREES = (1, 2, 3, 4, 5)


def degrees_judged(count: int = 20, prior_var: float = 1.0, draws: int = 40, seed: int = 0) -> dict[str, np.ndarray]:
    """From radius to area by polynomials of each degree, from `count` tumours: log evidence, and error on the others.

    Both are (draws, degrees); `fit` is the squared error on the tumours that were learnt from. The noise has a
    standard deviation of 0.1.
    """
    x, y = measured("mean radius"), measured("mean area")
    found = {name: np.zeros((draws, len(DEGREES))) for name in ("evidence", "fit", "others")}
    for draw, k in np.ndindex(draws, len(DEGREES)):
        order = np.random.default_rng([seed, draw]).permutation(len(x))
        few, others = order[:count], order[count:]
        X = powers(x, DEGREES[k])
        belief = bayes.linear_regression(X[few], y[few], 0.01, prior_var)
        found["evidence"][draw, k] = log_evidence(X[few], y[few], 0.01, prior_var)
        found["fit"][draw, k] = ((X[few] @ belief.mean - y[few]) ** 2).mean()
        found["others"][draw, k] = ((X[others] @ belief.mean - y[others]) ** 2).mean()
    return found
