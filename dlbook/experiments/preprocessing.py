"""What chapter 03 measures: what scaling does to curvature, to learners, to an outlier, and what leaks."""

from dataclasses import dataclass

import numpy as np

from dlbook import data
from dlbook.scratch import activations, losses, metrics, preprocessing

PAIR = ("mean texture", "mean smoothness")
SCALINGS = {  # each takes X and X_train
    "raw": lambda X, X_train: X,
    "centred only": lambda X, X_train: X - X_train.mean(axis=0),
    "min-max [0, 1]": preprocessing.min_max_scale,
    "min-max [−1, 1]": lambda X, X_train: preprocessing.min_max_scale(X, X_train, feature_range=(-1, 1)),
    "z-norm": preprocessing.standardize,
    "robust": preprocessing.robust_scale,
}


def tumours(columns: tuple[str, ...] | None = None) -> data.Dataset:
    """The tumours with the named measurements, as measured; all thirty unless named."""
    cancer = data.breast_cancer()
    names = cancer.feature_names if columns is None else columns
    X = cancer.X[:, [cancer.feature_names.index(name) for name in names]]
    return data.Dataset(X, cancer.y, tuple(names), cancer.class_names)


# ── Curvature ──


@dataclass(frozen=True)
class Valley:
    """Gradient descent on a linear model with a bias, squared error, from θ = 0, in closed form.

    Along the k-th axis of the bowl the cost above the minimum is ½ r_k², and each step multiplies r_k by 1 − ηλ_k.
    """

    curvature: np.ndarray  # λ (D + 1,), falling
    residual: np.ndarray  # r (D + 1,)
    learnable: float  # the cost that the measurements can take away, beyond the bias

    @property
    def condition(self) -> float:
        """λ_max / λ_min."""
        return float(self.curvature[0] / self.curvature[-1])

    def gap(self, lr: float, steps) -> np.ndarray:
        """The cost above the minimum after each number of `steps` (T,), as a share of what can be learnt."""
        factor = np.abs(1 - lr * self.curvature) ** (2 * np.asarray(steps, dtype=float)[:, None])  # (T, D + 1)
        return 0.5 * factor @ self.residual**2 / self.learnable

    def steps(self, lr: float, share: float = 0.01) -> int:
        """After how many steps the gap is at most `share`; found by halving, because it only falls."""
        last = 1
        while self.gap(lr, [last])[0] > share:
            last *= 2
        first = last // 2
        while last - first > 1:
            middle = (first + last) // 2
            first, last = (middle, last) if self.gap(lr, [middle])[0] > share else (first, middle)
        return last

    def best(self, share: float = 0.01) -> tuple[float, int]:
        """The learning rate, of sixty below the limit 2 / λ_max, that needs the fewest steps, and their number."""
        rates = 2 / self.curvature[0] * np.linspace(0.4, 0.9999, 60)
        steps = [self.steps(lr, share) for lr in rates]
        return float(rates[np.argmin(steps)]), min(steps)


def valley(X: np.ndarray, y: np.ndarray) -> Valley:
    """The bowl of (1/2m) ‖X w + b − y‖². The singular values keep digits that the Hessian Aᵀ A / m would lose."""
    m = len(y)
    A = np.c_[X, np.ones(m)] / np.sqrt(m)  # (m, D + 1); Aᵀ A is the Hessian
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    residual = U.T @ y / np.sqrt(m)
    return Valley(s**2, residual, 0.5 * float((residual**2).sum() - np.mean(y) ** 2))


def valleys(columns: tuple[str, ...] | None = None) -> dict[str, Valley]:
    """The same data, the same model: the bowl under every scaling."""
    cancer = tumours(columns)
    return {name: valley(scale(cancer.X, cancer.X), cancer.y) for name, scale in SCALINGS.items()}


def ranges(columns: tuple[str, ...] | None = None) -> dict[str, Valley]:
    """Min-max to four ranges: one and two wide, beginning at 0 and centred on it."""
    cancer = tumours(columns)
    ends = {"[0, 1]": (0, 1), "[−½, ½]": (-0.5, 0.5), "[0, 2]": (0, 2), "[−1, 1]": (-1, 1)}
    return {name: valley(preprocessing.min_max_scale(cancer.X, None, r), cancer.y) for name, r in ends.items()}


def without(*words: str) -> tuple[str, ...]:
    """The measurements whose name holds none of these words."""
    return tuple(name for name in data.breast_cancer().feature_names if not any(word in name for word in words))


def rounding() -> dict[str, float]:
    """The largest error of a prediction for which the normal equations AᵀA θ = Aᵀ y are solved in single precision."""
    cancer, error = tumours(), {}
    for name, scale in SCALINGS.items():
        A = np.c_[scale(cancer.X, cancer.X), np.ones(len(cancer.y))]  # (m, D + 1)
        exact = A @ np.linalg.lstsq(A, cancer.y.astype(float), rcond=None)[0]
        short = A.astype(np.float32)
        theta = np.linalg.solve(short.T @ short, short.T @ cancer.y.astype(np.float32))
        error[name] = float(np.abs(A @ theta - exact).max())
    return error


# ── Learners ──


def nearest_neighbours(X_train, y_train, X, k: int = 5) -> np.ndarray:
    """The majority (0 or 1) among the k nearest training cases."""
    distance = ((X[:, None, :] - X_train) ** 2).sum(axis=2)  # (M, 1, D) - (N, D) -> (M, N, D) -> (M, N)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :k]  # (M, k)
    return (y_train[nearest].mean(axis=1) > 0.5).astype(int)


def logistic(X_train, y_train, X, steps: int = 100) -> np.ndarray:
    """A sigmoid unit after `steps` steps at half of the limit 8 / λ_max."""
    w, b = np.zeros(X_train.shape[1]), 0.0
    lr = 4 / valley(X_train, y_train).curvature[0]
    for _ in range(steps):
        w_grad, b_grad = losses.cross_entropy_sigmoid_grad(w, b, X_train, y_train)
        w, b = w - lr * w_grad, b - lr * b_grad
    return (activations.sigmoid(X @ w + b) >= 0.5).astype(int)


@dataclass(frozen=True)
class Node:
    """A question, `x[column] <= threshold`, or, without branches, the answer `label`."""

    label: int
    size: int
    column: int = -1
    threshold: float = np.nan
    left: "Node | None" = None
    right: "Node | None" = None

    def splits(self) -> list[tuple[int, int]]:
        """Which column is asked and how many training cases go left, from the root down."""
        if self.left is None:
            return []
        return [(self.column, self.left.size), *self.left.splits(), *self.right.splits()]


def grow(X, y, depth: int = 3) -> Node:
    """A decision tree for labels 0 and 1: each split makes the Gini impurity smallest."""
    label = int(y.mean() > 0.5)
    if depth == 0 or y.min() == y.max():
        return Node(label, len(y))
    column, threshold = best_split(X, y)
    if column < 0:
        return Node(label, len(y))
    left = X[:, column] <= threshold
    return Node(
        label, len(y), column, threshold, grow(X[left], y[left], depth - 1), grow(X[~left], y[~left], depth - 1)
    )


def best_split(X, y) -> tuple[int, float]:
    """The column and the largest value that goes left; −1 if no column varies. Only the order of values matters."""
    order = np.argsort(X, axis=0, kind="stable")  # (N, D)
    ordered = np.take_along_axis(X, order, axis=0)
    n = np.arange(1, len(y))[:, None]  # cases on the left, (N − 1, 1)
    ones = np.cumsum(y[order], axis=0)  # (N, D)
    left, right = ones[:-1] / n, (ones[-1] - ones[:-1]) / (len(y) - n)  # shares of label 1
    impurity = n * left * (1 - left) + (len(y) - n) * right * (1 - right)
    impurity = np.where(ordered[:-1] < ordered[1:], impurity, np.inf)  # equal values are not told apart
    row, column = np.unravel_index(impurity.argmin(), impurity.shape)
    return (int(column), float(ordered[row, column])) if np.isfinite(impurity[row, column]) else (-1, np.nan)


def answers(node: Node, X) -> np.ndarray:
    """What the tree says of each row."""
    if node.left is None:
        return np.full(len(X), node.label)
    return np.where(X[:, node.column] <= node.threshold, answers(node.left, X), answers(node.right, X))


def tree(X_train, y_train, X, depth: int = 3) -> np.ndarray:
    """A decision tree's answers."""
    return answers(grow(X_train, y_train, depth), X)


LEARNERS = {"nearest neighbours": nearest_neighbours, "logistic, 100 steps": logistic, "decision tree": tree}


def accuracies(seeds=range(10)) -> dict[str, dict[str, np.ndarray]]:
    """For each scaling and learner, the accuracy (seeds,) on the half of the tumours that it was not trained on."""
    table = {name: {learner: [] for learner in LEARNERS} for name in SCALINGS}
    for seed in seeds:
        X_train, X_test, y_train, y_test = data.split(tumours(), test_fraction=0.5, seed=seed)
        for name, scale in SCALINGS.items():
            train, test = scale(X_train, X_train), scale(X_test, X_train)
            for learner, predict in LEARNERS.items():
                table[name][learner].append(metrics.accuracy(y_test, predict(train, y_train, test)))
    return {name: {learner: np.array(found) for learner, found in row.items()} for name, row in table.items()}


def rises(factor: float, X, y, steps: int = 2000) -> int:
    """In how many steps of a sigmoid unit, at the rate factor / λ_max, the cost rises by more than rounding."""
    theta, A = np.zeros(X.shape[1] + 1), np.c_[X, np.ones(len(y))]
    lr, costs = factor / valley(X, y).curvature[0], []
    for _ in range(steps):
        costs.append(losses.cross_entropy_from_logits(y, A @ theta))
        theta = theta - lr * A.T @ (activations.sigmoid(A @ theta) - y) / len(y)
    return int((np.diff(costs) > 1e-12).sum())


def coins(seed: int, cases: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Three columns of noise, and labels from tossing a coin: the best weights are near 0, where the limit is sharp."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(cases, 3)), rng.integers(0, 2, cases)


@dataclass(frozen=True)
class Stop:
    """A sigmoid unit after some steps, in several divisions of the tumours."""

    cost: np.ndarray  # (seeds,): the cross-entropy on its training half
    accuracy: np.ndarray  # (seeds,): on the other half


def over_steps(name: str, stops=(100, 1000, 20_000), columns=None, seeds=range(10)) -> dict[int, Stop]:
    """A sigmoid unit under one scaling, at half of its limit, looked at after each of these numbers of steps."""
    halves = [data.split(tumours(columns), test_fraction=0.5, seed=seed) for seed in seeds]
    with_ones = lambda X: np.c_[X, np.ones(len(X))]
    train, test = (np.stack([with_ones(SCALINGS[name](half[i], half[0])) for half in halves]) for i in (0, 1))
    y_train, y_test = (np.stack([half[i] for half in halves]) for i in (2, 3))  # (seeds, N)
    lr = np.array([[4 / valley(X[:, :-1], y).curvature[0]] for X, y in zip(train, y_train, strict=True)])
    theta, back, found = np.zeros((len(halves), train.shape[2])), train.transpose(0, 2, 1).copy(), {}
    scores = lambda X: (X @ theta[:, :, None])[:, :, 0]
    for step in range(1, max(stops) + 1):
        error = activations.sigmoid(scores(train)) - y_train
        theta = theta - lr * (back @ error[:, :, None])[:, :, 0] / y_train.shape[1]
        if step in stops:
            cost = [losses.cross_entropy_from_logits(y, z) for y, z in zip(y_train, scores(train), strict=True)]
            found[step] = Stop(np.array(cost), ((scores(test) >= 0) == y_test).mean(axis=1))
    return found


def at_the_optimum(name: str) -> np.ndarray:
    """The probabilities (569,) that the best sigmoid unit gives the tumours by two measurements, by Newton's method."""
    cancer = tumours(PAIR)
    A, theta = np.c_[SCALINGS[name](cancer.X, cancer.X), np.ones(len(cancer.y))], np.zeros(3)
    for _ in range(30):
        p = activations.sigmoid(A @ theta)
        theta = theta - np.linalg.solve(A.T @ (A * (p * (1 - p))[:, None]), A.T @ (p - cancer.y))
    return activations.sigmoid(A @ theta)


# ── An outlier, and a leak ──

THREE = ("min-max [0, 1]", "z-norm", "robust")


def with_outlier(X: np.ndarray, factor: float) -> np.ndarray:
    """X with one slip of the pen: the largest value of its first column, times `factor`."""
    X = X.copy()
    X[X[:, 0].argmax(), 0] *= factor
    return X


def squeezed(factors, column: str = "mean texture") -> dict[str, np.ndarray]:
    """For each scaling and factor of the slip: the interquartile range that all other values are left with."""
    X = tumours((column,)).X
    honest = np.arange(len(X)) != X[:, 0].argmax()
    spread = {name: [] for name in THREE}
    for factor in factors:
        spoilt = with_outlier(X, factor)
        for name in THREE:
            q1, q3 = np.percentile(SCALINGS[name](spoilt, spoilt)[honest], [25, 75])
            spread[name].append(q3 - q1)
    return {name: np.array(values) for name, values in spread.items()}


def accuracy_with_outlier(factors, seeds=range(10)) -> dict[str, np.ndarray]:
    """Nearest neighbours on two measurements; in one training case the first was multiplied by each factor.

    The accuracies (factors, seeds) for each scaling.
    """
    table = {name: np.zeros((len(factors), len(seeds))) for name in THREE}
    for k, seed in enumerate(seeds):
        X_train, X_test, y_train, y_test = data.split(tumours(PAIR), test_fraction=0.5, seed=seed)
        for i, factor in enumerate(factors):
            spoilt = with_outlier(X_train, factor)
            for name in THREE:
                train, test = SCALINGS[name](spoilt, spoilt), SCALINGS[name](X_test, spoilt)
                table[name][i, k] = metrics.accuracy(y_test, nearest_neighbours(train, y_train, test))
    return table


def fitted_on(seeds=range(10), batches=(32, 8, 2, 1)) -> dict[str, np.ndarray]:
    """Accuracy (seeds,) of nearest neighbours, the z-norm fitted on the training half, both, or each test batch."""
    table = {name: [] for name in ("training set", "both sets", *(f"each test batch of {size}" for size in batches))}
    for seed in seeds:
        X_train, X_test, y_train, y_test = data.split(tumours(), test_fraction=0.5, seed=seed)
        train, both = preprocessing.standardize(X_train), np.vstack([X_train, X_test])
        tests = {"training set": (train, preprocessing.standardize(X_test, X_train))}
        tests["both sets"] = (preprocessing.standardize(X_train, both), preprocessing.standardize(X_test, both))
        for size in batches:
            pieces = [X_test[i : i + size] for i in range(0, len(X_test), size)]
            tests[f"each test batch of {size}"] = (train, np.vstack([preprocessing.standardize(p) for p in pieces]))
        for name, (seen, unseen) in tests.items():
            table[name].append(metrics.accuracy(y_test, nearest_neighbours(seen, y_train, unseen)))
    return {name: np.array(found) for name, found in table.items()}


def correlation(X, y) -> np.ndarray:
    """|corr(column, y)| of each column, (D,)."""
    centred, labels = X - X.mean(axis=0), y - y.mean()
    return np.abs(centred.T @ labels) / np.sqrt((centred**2).sum(axis=0) * (labels**2).sum())


def leak(seeds=range(20), cases: int = 100, columns: int = 2000, keep: int = 20) -> dict[str, np.ndarray]:
    """Columns of noise, labels that have nothing to do with them: the best columns chosen before and after the split.

    Half of the cases are for training, and the nearest neighbours answer for the other half. Accuracies (seeds,).
    """
    found = {"chosen on all cases": [], "chosen on the training set": []}
    for seed in seeds:
        rng, train = np.random.default_rng(seed), np.arange(cases) < cases // 2
        X, y = rng.normal(size=(cases, columns)), rng.permutation(np.arange(cases) % 2)
        for name, seen in zip(found, (slice(None), train), strict=True):
            best = np.argsort(-correlation(X[seen], y[seen]))[:keep]
            y_pred = nearest_neighbours(X[train][:, best], y[train], X[~train][:, best])
            found[name].append(metrics.accuracy(y[~train], y_pred))
    return {name: np.array(values) for name, values in found.items()}
