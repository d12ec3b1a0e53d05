"""What chapter 06 measures: polynomials on noisy points, neighbours among tumours, random features on digits."""

from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from dlbook import data
from dlbook.scratch import bias_variance

SIGMA = 0.3  # standard deviation of the noise
DEGREES = tuple(range(13))
X_TEST = np.linspace(-1, 1, 201)


def truth(x: np.ndarray) -> np.ndarray:
    """f(x) = sin(4x + 1): no polynomial, but close to one of degree 5."""
    return np.sin(4 * x + 1)


def inputs(n: int) -> np.ndarray:
    """The training inputs (n,), evenly spaced: training sets differ in their noise alone."""
    return np.linspace(-1, 1, n)


def smoother(x_train: np.ndarray, x: np.ndarray, degree: int) -> np.ndarray:
    """H (n_x, n) of least squares: the fitted polynomial at x is H y. Legendre's basis, for the sake of rounding."""
    return legendre.legvander(x, degree) @ np.linalg.pinv(legendre.legvander(x_train, degree))


def labels(n: int, sigma: float, n_sets: int, seed: int) -> np.ndarray:
    """y (n_sets, n): the truth at the inputs, with fresh noise for every training set."""
    return truth(inputs(n)) + np.random.default_rng(seed).normal(0, sigma, (n_sets, n))


def fits(degree: int, n: int = 30, sigma: float = SIGMA, n_sets: int = 200, seed: int = 0, x=X_TEST) -> np.ndarray:
    """What the polynomials of `n_sets` training sets say at x: (n_sets, n_x)."""
    return labels(n, sigma, n_sets, seed) @ smoother(inputs(n), x, degree).T  # (n_sets, n) @ (n, n_x)


def random_inputs(degree: int, n: int = 30, sigma: float = SIGMA, n_sets: int = 200, seed: int = 0) -> np.ndarray:
    """As `fits`, with inputs that are drawn anew for every training set, evenly likely from −1 to 1."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (n_sets, n))
    y = truth(x) + rng.normal(0, sigma, x.shape)
    theta = (np.linalg.pinv(legendre.legvander(x, degree)) @ y[..., None])[..., 0]  # (n_sets, p, n) @ (n_sets, n, 1)
    return theta @ legendre.legvander(X_TEST, degree).T  # (n_sets, p) @ (p, n_x)


def typical_distance(predictions: np.ndarray) -> float:
    """How far a middling model (n_sets, n_x) is from the truth: root mean square over x, median over the models."""
    return float(np.median(np.sqrt(((predictions - truth(X_TEST)) ** 2).mean(axis=1))))


class Split(NamedTuple):
    """The parts of the expected test error where the variance has two sources."""

    bias2: float
    of_noise: float  # variance that the labels' noise makes, at given inputs
    of_inputs: float  # variance that the draw of the inputs makes, without any noise
    mean: np.ndarray  # (201,), the mean model at X_TEST
    test: float


def ridge_smoother(x_train: np.ndarray, x: np.ndarray, degree: int, lam: float) -> np.ndarray:
    """H (…, n_x, n) of ridge regression for the inputs (…, n) of one training set or of many; the constant is free."""
    A = legendre.legvander(x_train, degree)  # (…, n, p)
    penalty = lam * np.diag(np.arange(degree + 1) > 0)
    theta = np.linalg.solve(np.swapaxes(A, -1, -2) @ A + penalty, np.swapaxes(A, -1, -2))  # (…, p, n)
    return legendre.legvander(x, degree) @ theta  # (n_x, p) @ (…, p, n)


def drawn_inputs(n: int, n_sets: int = 200, seed: int = 0) -> np.ndarray:
    """Inputs (n_sets, n), evenly likely from −1 to 1."""
    return np.random.default_rng(seed).uniform(-1, 1, (n_sets, n))


def split(degree: int, lam: float, x_train: np.ndarray, sigma: float = SIGMA) -> Split:
    """Ridge regression on the inputs (n_sets, n) of many sets: what noise does is exact, what their draw does sampled.

    Var(h) = E[Var(h | inputs)] + Var(E[h | inputs]); the first is σ² H Hᵀ, and the mean given the inputs is H f.
    """
    H = ridge_smoother(x_train, X_TEST, degree, lam)  # (n_sets, n_x, n)
    means = (H @ truth(x_train)[..., None])[..., 0]  # (n_sets, n_x)
    drawn = bias_variance.decompose(means, truth(X_TEST), sigma**2, ddof=int(len(means) > 1))
    of_noise = sigma**2 * (H**2).sum(axis=-1).mean()
    return Split(drawn.bias2, of_noise, drawn.variance, means.mean(axis=0), drawn.mse + of_noise)


def few_sets(
    degree: int = 9, n: int = 15, n_sets: int = 4, repeats: int = 1000, seed: int = 0
) -> dict[int, np.ndarray]:
    """For ddof 0 and 1: the mean of bias², variance and their sum with the noise, each from only `n_sets` models."""
    models = fits(degree, n, n_sets=n_sets * repeats, seed=seed).reshape(repeats, n_sets, -1)
    f = truth(X_TEST)
    parts = lambda ddof: [bias_variance.decompose(few, f, SIGMA**2, ddof=ddof) for few in models]
    return {ddof: np.mean([(p.bias2, p.variance, p.mse) for p in parts(ddof)], axis=0) for ddof in (0, 1)}


def exact(degree: int, n: int = 30, sigma: float = SIGMA) -> bias_variance.Decomposition:
    """The parts of the expected test error, without any sampling."""
    H = smoother(inputs(n), X_TEST, degree)
    return bias_variance.decompose_linear(H, truth(inputs(n)), truth(X_TEST), sigma**2)


def training_error(degree: int, n: int = 30, sigma: float = SIGMA) -> float:
    """The expected squared error on the training set itself: that of the residuals (I − H) y around zero."""
    residual = np.eye(n) - smoother(inputs(n), inputs(n), degree)  # (n, n)
    parts = bias_variance.decompose_linear(residual, truth(inputs(n)), np.zeros(n), sigma**2)
    return float(parts.bias2 + parts.variance)


def over_degrees(degrees=DEGREES, n: int = 30, sigma: float = SIGMA) -> dict[str, np.ndarray]:
    """Exact curves over the degree: bias2, variance, noise, test and train."""
    parts = [exact(degree, n, sigma) for degree in degrees]
    curves = {name: np.array([getattr(p, name) for p in parts]) for name in ("bias2", "variance", "noise")}
    test = np.array([p.mse for p in parts])
    return curves | {"test": test, "train": np.array([training_error(degree, n, sigma) for degree in degrees])}


def measured_error(degree: int, n=30, sigma=SIGMA, n_sets=200, seed=0) -> tuple[float, float]:
    """The squared error on fresh noisy data, and its standard error: the training sets are independent."""
    predictions = fits(degree, n, sigma, n_sets, seed)
    y = truth(X_TEST) + np.random.default_rng(seed + 1).normal(0, sigma, predictions.shape)
    error = ((y - predictions) ** 2).mean(axis=1)  # (n_sets, n_x) -> (n_sets,)
    return float(error.mean()), float(error.std(ddof=1) / np.sqrt(n_sets))


def learning_curve(degree: int, sizes, sigma: float = SIGMA) -> tuple[np.ndarray, np.ndarray]:
    """Expected training and test error over the number of samples, both (len(sizes),)."""
    train = [training_error(degree, n, sigma) for n in sizes]
    return np.array(train), np.array([exact(degree, n, sigma).mse for n in sizes])


def cross_validation(y: np.ndarray, degrees=DEGREES, folds: int = 5, seed: int = 0) -> np.ndarray:
    """The mean squared error (n_sets, n_degrees) on samples that were left out, for every row of y (n_sets, n)."""
    x, error = inputs(y.shape[1]), np.zeros((len(y), len(degrees)))
    order = np.random.default_rng(seed).permutation(len(x))
    for fold in np.array_split(order, folds):
        rest = np.setdiff1d(order, fold)
        for j, degree in enumerate(degrees):
            held_out = y[:, rest] @ smoother(x[rest], x[fold], degree).T  # (n_sets, n − n/folds) -> (n_sets, n/folds)
            error[:, j] += ((y[:, fold] - held_out) ** 2).sum(axis=1) / len(x)
    return error


def choices(n: int = 30, sigma: float = SIGMA, n_sets: int = 200, seed: int = 0) -> dict[str, tuple[np.ndarray, float]]:
    """Who picks which degree (n_sets,) on each of many training sets, and the mean test error that follows."""
    y, f = labels(n, sigma, n_sets, seed), truth(X_TEST)
    train, test = np.empty((2, n_sets, len(DEGREES)))
    for j, degree in enumerate(DEGREES):
        train[:, j] = ((y - y @ smoother(inputs(n), inputs(n), degree).T) ** 2).mean(axis=1)
        test[:, j] = ((y @ smoother(inputs(n), X_TEST, degree).T - f) ** 2).mean(axis=1) + sigma**2
    picks = {
        "training error": train.argmin(axis=1),
        "cross-validation": cross_validation(y).argmin(axis=1),
        "knowing the truth": test.argmin(axis=1),
    }
    return {name: (pick, float(test[np.arange(n_sets), pick].mean())) for name, pick in picks.items()}


def neighbours(repeats: int = 20, n_sets: int = 8, first: int = 0) -> dict[str, np.ndarray]:
    """The share of malignant tumours among the k nearest, k = 1 … n, as a prediction; averaged over `repeats` splits.

    `first` is the seed of the first split. In every split the tumours that are not for testing are dealt into `n_sets`
    disjoint training sets. f is unknown here: with the label in its place, noise and bias² cannot be told apart, and
    stand together as "bias2_noise".
    """
    cancer, parts = data.breast_cancer(), []
    for repeat in range(first, first + repeats):
        X_pool, X_test, y_pool, y_test = data.split(cancer, 0.3, seed=repeat)
        mean, std = X_pool.mean(axis=0), X_pool.std(axis=0)
        X_pool, X_test = (X_pool - mean) / std, (X_test - mean) / std
        n = len(y_pool) // n_sets
        sets = np.arange(n * n_sets).reshape(n_sets, n)  # `split` has shuffled the rows
        shares = np.stack([_shares(X_pool[s], y_pool[s], X_test) for s in sets])  # (n_sets, n_test, n)
        parts.append([bias_variance.decompose(shares[:, :, k], y_test, 0.0)[:3] for k in range(n)])
    mse, bias2_noise, variance = np.mean(parts, axis=0).T  # (repeats, n, 3) -> (n,) each
    return {"k": np.arange(1, n + 1), "test": mse, "bias2_noise": bias2_noise, "variance": variance}


def _shares(X: np.ndarray, y: np.ndarray, X_test: np.ndarray) -> np.ndarray:
    """(n_test, n): in column k − 1 the mean label of the k nearest."""
    distance2 = (X_test**2).sum(axis=1)[:, None] - 2 * X_test @ X.T + (X**2).sum(axis=1)  # (n_test, n)
    nearest = np.argsort(distance2, axis=1, kind="stable")
    return np.cumsum(y[nearest], axis=1) / np.arange(1, len(y) + 1)


def random_features(widths, n: int = 100, n_sets: int = 12, seed: int = 0, ridge: float = 0.0) -> dict[str, np.ndarray]:
    """Digits read by least squares on ReLU features with random weights; of all exact fits the shortest is taken.

    Disjoint training sets of n digits, and weights drawn anew for each of them. With `ridge` above 0 it is λ of ridge
    regression. Errors (len(widths),) are sums over the ten outputs; "bias2_noise" holds the noise too, as f is not
    known. "smallest" is the smallest singular value of the features of a training set, the median over the sets.
    """
    X, X_test, y, y_test = data.split(data.digits(), 0.3, seed)
    X, X_test = X - X.mean(axis=0), X_test - X.mean(axis=0)  # else many features are 0 for every digit
    rng, one_hot = np.random.default_rng(seed), np.eye(10)
    curves = {name: np.empty(len(widths)) for name in ("test", "bias2_noise", "variance", "train", "smallest")}
    for i, width in enumerate(widths):
        predictions, train, smallest = [], [], []
        for s in np.arange(n_sets * n).reshape(n_sets, n):  # `split` has shuffled the rows
            W = rng.normal(0, 1 / 8, (width, 64))
            A = np.maximum(X[s] @ W.T, 0)  # (n, 64) @ (64, width) -> (n, width)
            theta, least = shortest_fit(A, one_hot[y[s]], ridge)  # (width, 10)
            predictions.append(np.maximum(X_test @ W.T, 0) @ theta)  # (n_test, 10)
            train.append(((A @ theta - one_hot[y[s]]) ** 2).sum(axis=1).mean())
            smallest.append(least)
        parts = bias_variance.decompose(np.stack(predictions), one_hot[y_test], 0.0)
        curves["bias2_noise"][i], curves["variance"][i] = 10 * parts.bias2, 10 * parts.variance
        curves["test"][i] = np.mean([((p - one_hot[y_test]) ** 2).sum(axis=1).mean() for p in predictions])
        curves["train"][i], curves["smallest"][i] = np.mean(train), np.median(smallest)
    return curves


def shortest_fit(A: np.ndarray, Y: np.ndarray, ridge: float) -> tuple[np.ndarray, float]:
    """θ = V diag(s / (s² + λ)) Uᵀ Y from the singular values s of A, and the smallest s; λ = 0 is the shortest θ."""
    U, s, Vt = np.linalg.svd(A, full_matrices=False)  # s (min(n, p),), largest first
    kept = s > 1e-15 * s[0]
    gain = np.where(kept, s / np.where(kept, s**2 + ridge, 1), 0)
    return Vt.T @ (gain[:, None] * (U.T @ Y)), float(s[-1])
