"""What chapter 07 measures: bumps that approximate, what the theorem leaves open, and distances in many dimensions."""

from math import exp, lgamma, log, pi

import numpy as np

from dlbook import data
from dlbook.scratch import activations
from dlbook.scratch.graph import Node, compute_graph

TARGETS = {
    "wave": lambda x: np.sin(2 * np.pi * x) + 0.5 * np.sin(6 * np.pi * x),
    "kink": lambda x: 2 * np.abs(x - 0.4),
    "jump": lambda x: (x >= 0.5).astype(float),  # not continuous: the theorem does not speak of it
}
# Where errors are measured; one point lies just left of the jump, where every continuous function errs by a half.
INSIDE = np.sort(np.append(np.linspace(0, 1, 401), 0.5 - 1e-12))


# ── The graph ───────────────────────────────────────────────────────────────────────────────────────────────────────


def unit_cost(w, x, b, y):
    """L = (σ(w x + b) − y)² + w²: a sigmoid unit's squared error and a price on its weight, for nodes and tensors."""
    d = (w * x + b).sigmoid() - y
    return d * d + w * w


def unit_graph(w: float, x: float, b: float, y: float) -> tuple[Node, dict[Node, str]]:
    """The graph of `unit_cost` after its walk back, and the names of its leaves."""
    names = {Node(value): name for name, value in zip("wxby", (w, x, b, y), strict=True)}
    made = unit_cost(*names)
    made.backward()
    return made, names


def depths(made: Node) -> dict[Node, int]:
    """How many operations stand before each node: 0 for leaves, else one more than the deepest of its parents."""
    depth = {}
    for node in made.topological_order():
        depth[node] = 1 + max((depth[parent] for parent in node.parents), default=-1)
    return depth


# ── Universal approximation ─────────────────────────────────────────────────────────────────────────────────────────


def edges(count: int) -> np.ndarray:
    """Where `count` bumps over [0, 1] meet, (count + 1,); the two ends lie two bumps outside, so that none is cut."""
    places = np.linspace(0, 1, count + 1)
    places[[0, -1]] += [-2 / count, 2 / count]
    return places


def bumps(x: np.ndarray, count: int, steepness: float) -> np.ndarray:
    """Each bump at each x, (N, count): a step up less the next, σ(s (x − a_k)) − σ(s (x − a_{k+1})).

    `steepness` is told in bumps: s = steepness · count.
    """
    step = activations.sigmoid(steepness * count * (x[:, None] - edges(count)))  # (N, count + 1)
    return step[:, :-1] - step[:, 1:]


def heights_by_hand(f, count: int) -> np.ndarray:
    """What f is in the middle of each bump, (count,): no training at all."""
    return f((np.arange(count) + 0.5) / count)


def heights_fitted(f, count: int, steepness: float) -> np.ndarray:
    """The heights with the least squared error on [0, 1], (count,)."""
    return np.linalg.lstsq(bumps(INSIDE, count, steepness), f(INSIDE), rcond=None)[0]


def heights(f, count: int, steepness: float, fitted: bool) -> np.ndarray:
    """By least squares, or by hand."""
    return heights_fitted(f, count, steepness) if fitted else heights_by_hand(f, count)


def approximate(f, count: int, steepness: float = 20.0, fitted: bool = False):
    """The function x ↦ Σ_k h_k bump_k(x): one hidden layer of `count` + 1 sigmoids, as neighbours share a step."""
    h = heights(f, count, steepness, fitted)
    return lambda x: bumps(x, count, steepness) @ h


def largest_error(f, net, x: np.ndarray = INSIDE) -> float:
    """max |f(x) − net(x)|."""
    return float(np.abs(f(x) - net(x)).max())


def errors_over_width(f, counts, steepness: float = 20.0, fitted: bool = False) -> np.ndarray:
    """The largest error for each number of bumps."""
    return np.array([largest_error(f, approximate(f, count, steepness, fitted)) for count in counts])


def rate(counts, errors) -> float:
    """p of error ≈ C · countᵖ: the slope of the straight line through both logarithms."""
    return float(np.polyfit(np.log(counts), np.log(errors), 1)[0])


def trained(f, width: int, scale: float, lr: float = 0.1, steps: int = 2000, seed: int = 0):
    """A net of `width` sigmoids with all weights trained by plain gradient descent, through this chapter's graph.

    The weights start with the standard deviation `scale`, and each unit's step somewhere in [0, 1].
    """
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 1, 101)
    w = rng.normal(0, scale, width)
    theta = (w, -w * rng.random(width), rng.normal(0, 1 / np.sqrt(width), width), 0.0)

    def cost(w, b, h, c):
        hidden = (x[:, None] * w + b).sigmoid()  # (N, width)
        return ((hidden @ h + c - f(x)) ** 2).mean()

    for _ in range(steps):
        theta = tuple(p - lr * g for p, g in zip(theta, compute_graph(cost, *theta).grads, strict=True))
    w, b, h, c = theta
    return lambda x: activations.sigmoid(x[:, None] * w + b) @ h + c


def bend(net, x: np.ndarray = INSIDE) -> float:
    """The largest distance of a net from its best straight line: 0 for a straight one."""
    y = net(x)
    return float(np.abs(y - np.polyval(np.polyfit(x, y, 1), x)).max())


def noisy_fit(count: int, points: int = 30, noise: float = 0.3, seed: int = 0) -> dict[str, float]:
    """Bumps fitted to noisy points of the wave: the rms error on these points, and against the wave itself."""
    f, x = TARGETS["wave"], (np.arange(points) + 0.5) / points
    y = f(x) + np.random.default_rng(seed).normal(0, noise, points)
    heights = np.linalg.lstsq(bumps(x, count, 8), y, rcond=1e-3)[0]
    rms = lambda error: float(np.sqrt(np.mean(error**2)))
    seen, true = bumps(x, count, 8) @ heights - y, bumps(INSIDE, count, 8) @ heights - f(INSIDE)
    return {"seen": rms(seen), "true": rms(true)}


def tent(x: np.ndarray) -> np.ndarray:
    """Up from 0 to 1 and down again on [0, 1]: two ReLU units."""
    return 2 * activations.relu(x) - 4 * activations.relu(x - 0.5)


def sawtooth(x: np.ndarray, depth: int) -> np.ndarray:
    """The tent of the tent of …: `depth` layers of two units."""
    for _ in range(depth):
        x = tent(x)
    return x


def straight_pieces(y: np.ndarray) -> int:
    """How many straight pieces a curve on an even grid has, if its corners are grid points."""
    return 1 + int((np.abs(np.diff(y, 2)) > 1e-9).sum())


# ── The curse of dimensionality ─────────────────────────────────────────────────────────────────────────────────────


def ball_volume(D: int, radius: float = 1.0) -> float:
    """V_D(r) = π^{D/2} r^D / Γ(D/2 + 1)."""
    return exp(D / 2 * log(pi) + D * log(radius) - lgamma(D / 2 + 1))


def shell_share(D: int, thickness: float) -> float:
    """1 − (1 − ε)^D: the share of a ball's volume, or a cube's, in an outer shell of this share of its radius."""
    return 1 - (1 - thickness) ** D


def edge_for_share(D: int, share: float) -> float:
    """p^{1/D}: the edge of the cube that holds this share of the unit cube."""
    return share ** (1 / D)


def distances(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Euclidean distances, (n, m), between the rows of A (n, D) and those of B (m, D)."""
    squared = (A**2).sum(axis=1)[:, None] - 2 * A @ B.T + (B**2).sum(axis=1)
    return np.sqrt(np.maximum(squared, 0))  # rounding can take it below 0


def spread(X: np.ndarray) -> float:
    """Standard deviation over mean of the distances between all pairs of rows."""
    pairs = distances(X, X)[np.triu_indices(len(X), 1)]
    return float(pairs.std() / pairs.mean())


def cube_distances(D: int, points: int = 200, seed: int = 0) -> np.ndarray:
    """The distances between all pairs of random points of the unit cube, as shares of their mean, (pairs,)."""
    X = np.random.default_rng(seed).random((points, D))
    pairs = distances(X, X)[np.triu_indices(points, 1)]
    return pairs / pairs.mean()


def smooth(X: np.ndarray) -> np.ndarray:
    """(f(x₁) + … + f(x_D)) √(2/D) with f(x) = sin 2πx: of mean 0 and variance 1 on the unit cube, (N,)."""
    return np.sin(2 * np.pi * X).sum(axis=1) * np.sqrt(2 / X.shape[1])


def neighbour_errors(D: int, counts, cases: int = 400, seed: int = 0) -> np.ndarray:
    """The rms error of the nearest neighbour's value as a guess at `smooth`, for each number of random samples."""
    rng = np.random.default_rng(seed)
    X, X_new = rng.random((max(counts), D)), rng.random((cases, D))
    apart = distances(X_new, X)  # (cases, samples); the first n columns are a smaller data set
    guesses = [smooth(X)[apart[:, :count].argmin(axis=1)] for count in counts]
    return np.array([np.sqrt(np.mean((guess - smooth(X_new)) ** 2)) for guess in guesses])


def samples_needed(counts, errors, wanted: float) -> float:
    """How many samples give the error that is wanted, between two measurements by a power; ∞ if none was so good."""
    if min(errors) > wanted:
        return float("inf")
    first = int(np.argmax(np.asarray(errors) <= wanted))
    if first == 0:
        return float(counts[0])
    near = slice(first - 1, first + 1)
    return float(np.exp(np.interp(-log(wanted), -np.log(errors[near]), np.log(counts[near]))))


def nearest_neighbour_accuracy(noise_columns, seed: int = 0) -> dict[int, float]:
    """Accuracy of the nearest neighbour on unseen digits, with columns of pure noise beside the 64 pixels.

    The noise is normal, with the standard deviation of all the pixels together.
    """
    X, X_test, y, y_test = data.split(data.digits(), test_fraction=0.5, seed=0)
    rng, scale = np.random.default_rng(seed), X.std()
    noise = rng.normal(0, scale, (len(X), max(noise_columns)))
    noise_test = rng.normal(0, scale, (len(X_test), max(noise_columns)))
    results = {}
    for count in noise_columns:
        A, B = np.hstack([X_test, noise_test[:, :count]]), np.hstack([X, noise[:, :count]])
        results[count] = float((y[distances(A, B).argmin(axis=1)] == y_test).mean())
    return results


def digits_spread(points: int = 400, seed: int = 0) -> dict[str, float]:
    """The spread of distances of digits, of the same pixels shuffled column by column, and of random points."""
    X = data.digits().X[:points]
    rng = np.random.default_rng(seed)
    shuffled = np.stack([rng.permutation(column) for column in X.T], axis=1)
    return {"digits": spread(X), "shuffled pixels": spread(shuffled), "uniform": spread(rng.random(X.shape))}
