"""What chapter 11 measures: penalties and dropout on a curve in closed form, and on real digits by descent."""

from dataclasses import dataclass

import numpy as np

from dlbook import data
from dlbook.experiments import backpropagation as chapter_08
from dlbook.experiments import measured
from dlbook.scratch import layers, losses, models, optimizers, regularizers
from dlbook.scratch.callbacks import early_stopping

# ── A curve, exactly ──

COUNT, FEATURES, NOISE = 24, 60, 0.25


def truth(x):
    """The curve that the points lie around."""
    return np.sin(3 * x) + 0.5 * x


def points(count: int = COUNT, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """x in [−2, 2], and y = truth + noise of deviation NOISE."""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-2, 2, count))
    return x, truth(x) + NOISE * rng.normal(size=count)


def hinges(x: np.ndarray) -> np.ndarray:
    """A hidden layer that is drawn once and not trained: 60 ReLU units, half of them rising, half falling. (n, 60)."""
    rng = np.random.default_rng(1)
    place, side = rng.uniform(-2.2, 2.2, FEATURES), np.where(np.arange(FEATURES) % 2, 1.0, -1.0)
    return np.maximum(0, side * (np.asarray(x)[:, None] - place))


@dataclass(frozen=True)
class Fit:
    """Output weights (60,) and bias of a fitted curve."""

    weights: np.ndarray
    bias: float

    def __call__(self, x):
        return hinges(x) @ self.weights + self.bias


def fit(penalty: str, lam: float, rate: float, seed: int = 0) -> Fit:
    """The output layer with the least (1/2n) E‖y − ŷ‖² + penalty, where E runs over the units that dropout silences.

    Dropout of rate p has an expectation in closed form: p/(1 − p) · wⱼ² · mean φⱼ² for every unit, an L2 penalty that
    weighs a unit by how loud it is. The bias is outside: columns and y are centred (Wager, Wang and Liang 2013).
    """
    x, y = points(seed=seed)
    A, t, centre = table(x, y)
    noise = rate / (1 - rate) * (hinges(x) ** 2).mean(axis=0)  # what dropout adds to H, for a weight of 1
    if penalty == "L1":
        w = lasso(A.T @ A + np.diag(noise), A.T @ t, lam)
    else:  # a longer table: H would square its condition, and lose half of the digits
        Q, R = np.linalg.qr(np.vstack([A, np.diag(np.sqrt(noise + lam))]))
        w = np.linalg.solve(R, t @ Q[: len(x)])
    return Fit(w, float(y.mean() - centre @ w))


def table(x, y) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A (n, 60) and t (n,) of the cost ½ ‖A w − t‖², and the means of the columns (60,), which the bias takes."""
    phi, root = hinges(x), np.sqrt(len(x))
    centre = phi.mean(axis=0)
    return (phi - centre) / root, (y - y.mean()) / root, centre


def normal_equations(x, y) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """H = AᵀA (60, 60) and b = Aᵀt (60,): the cost is ½ wᵀ H w − bᵀ w and a constant; and the means."""
    A, t, centre = table(x, y)
    return A.T @ A, A.T @ t, centre


def unseen() -> int:
    """How many of the 60 units see no point at all: their weights are 0, whatever the penalty."""
    return int((hinges(points()[0]) == 0).all(axis=0).sum())


def least_error() -> float:
    """The mean squared error at the points of the best weights that there are, however large."""
    x, y = points()
    table = np.column_stack([hinges(x), np.ones(len(x))])
    w = np.linalg.lstsq(table, y, rcond=None)[0]
    return float(((table @ w - y) ** 2).mean())


def lasso(H: np.ndarray, b: np.ndarray, lam: float) -> np.ndarray:
    """argmin of ½ wᵀ H w − bᵀ w + λ Σ |w|, exactly: follow it from w = 0, λ = max |b|, downwards.

    While no weight comes or goes, w is a straight line in λ (Osborne, Presnell and Turlach 2000). Its end is where a
    weight reaches 0, or where a weight at 0 is pulled as hard as λ. If several minima fit alike, this is one of them.
    """
    w, signs = np.zeros_like(b), np.zeros_like(b)
    first = np.abs(b).argmax()
    if abs(b[first]) <= lam:
        return w
    signs[first] = np.sign(b[first])
    for _ in range(20 * len(b)):
        on = signs != 0
        solved = np.linalg.solve(H[on][:, on], np.column_stack([b[on], signs[on], H[on]]))
        u, v, others = solved[:, 0], solved[:, 1], solved[:, 2:]  # w[on] = u − λ v
        # What the columns in use make up among themselves they pull along: it never has to come in beside them.
        new = np.diag(H) - (H[on] * others).sum(axis=0) > 1e-12 * np.diag(H)
        ends = _line_ends(H[:, on], b, signs, u, v, ~on & new)  # (3, D): the λ at which a weight becomes 0, + or −
        sign, j = np.unravel_index(ends.argmax(), ends.shape)
        if ends[sign, j] <= lam:
            w[on] = u - lam * v
            return w
        signs[j] = (0, 1, -1)[sign]
    raise ArithmeticError(f"the path has not come down to λ = {lam:g}: two ties undo each other for ever")


def _line_ends(H, b, signs, u, v, free) -> np.ndarray:
    """Where the line w = u − λ v ends for each weight on the way down, as 0, 1 or −1; −∞ where it does not. (3, D).

    Only a `free` weight may leave 0.
    """
    ends, on = np.full((3, len(b)), -np.inf), signs != 0
    left, slope = b - H @ u, H @ v  # the cost pulls weight j upwards by left[j] + λ slope[j]
    shrinks = v * signs[on] < 0
    ends[0, np.flatnonzero(on)[shrinks]] = u[shrinks] / v[shrinks]
    for row, sign in ((1, 1), (2, -1)):
        gains = free & (1 - sign * slope > 1e-12)  # λ falls faster than this pull
        ends[row, gains] = sign * left[gains] / (1 - sign * slope[gains])
    return ends


def errors(f, seed: int = 0) -> tuple[float, float]:
    """Mean squared error at the points f was fitted to, and at 400 fresh ones."""
    x, y = points(seed=seed)
    fresh_x, fresh_y = points(400, seed=seed + 1000)
    return float(((f(x) - y) ** 2).mean()), float(((f(fresh_x) - fresh_y) ** 2).mean())


def alike(noise: float, seed: int = 0, lam: float = 0.1) -> dict[str, np.ndarray]:
    """The weights (2,) of two inputs that say the same but for a little `noise`, under L2, L1 and both together."""
    u, *own, e = np.random.default_rng(seed).normal(size=(4, 200))
    X, y = np.column_stack([u + noise * v for v in own]), 2 * u + 0.3 * e
    H, b, ridge = X.T @ X / 200, X.T @ y / 200, lam * np.eye(2)
    return {"L2": np.linalg.solve(H + ridge, b), "L1": lasso(H, b, lam), "both": lasso(H + ridge, b, lam)}


def descent(count: int, seed: int = 0) -> tuple[Fit, float]:
    """The fit after `count` steps of plain descent from 0 without any penalty, and λ = 1 / (η t) of the step's η."""
    x, y = points(seed=seed)
    H, b, centre = normal_equations(x, y)
    w, lr = np.zeros(FEATURES), 1 / np.linalg.eigvalsh(H)[-1]
    for _ in range(count):
        w = w - lr * (H @ w - b)
    return Fit(w, float(y.mean() - centre @ w)), 1 / (lr * count)


def exact_zeros(lam: float = 0.02, steps: int = 3000) -> dict[str, int]:
    """How many of the 60 weights are exactly 0 under an L1 penalty: after so many proximal steps, and plain ones.

    Beside them the minimum itself, to which proximal steps come slowly; and ridge.
    """
    H, b, _ = normal_equations(*points())
    lr = 1 / np.linalg.eigvalsh(H)[-1]
    proximal = plain = np.zeros(FEATURES)
    for _ in range(steps):
        proximal = regularizers.soft_threshold(proximal - lr * (H @ proximal - b), lr * lam)
        plain = plain - lr * (H @ plain - b + regularizers.l1_grad(plain, lam))
    ridge = np.linalg.solve(H + lam * np.eye(FEATURES), b)
    found = {
        "L1, proximal steps": proximal,
        "L1, the minimum": lasso(H, b, lam),
        "L1, plain gradient": plain,
        "L2": ridge,
    }
    return {name: _zeros(w) for name, w in found.items()}


def _zeros(w: np.ndarray) -> int:
    return int((w == 0).sum())


def fresh_errors(lams, seeds=range(10)) -> np.ndarray:
    """The error at fresh points of the L2 fit, for every λ and every draw of the points (lams, seeds)."""
    return np.array([[errors(fit("L2", lam, 0, seed), seed)[1] for seed in seeds] for lam in lams])


# ── Penalty and decay under Adam ──


def shrinkage(scales, lam=0.1, lr=0.01, steps=300, seed=0) -> dict[str, np.ndarray]:
    """What is left of weights that begin at 1 and whose gradients are noise of these scales: only shrinking acts.

    "penalty": Adam on the gradient of cost and L2 penalty together. "decay": AdamW. "promised": (1 − η λ)^steps.
    """
    rng = np.random.default_rng(seed)
    scales = np.asarray(scales, dtype=float)
    noise = rng.normal(size=(steps, 200, len(scales))) * scales  # 200 weights of each scale
    left = {}
    for name, step in (("penalty", optimizers.adam), ("decay", optimizers.adamw)):
        w, state = np.ones(noise.shape[1:]), None
        for grad in noise:
            w, state = step(w, grad, state, lr=lr, weight_decay=lam)
        left[name] = w.mean(axis=0)
    return left | {"promised": np.full(len(scales), (1 - lr * lam) ** steps)}


def left_over(lrs, lams, seeds=range(5)) -> np.ndarray:
    """What 300 steps of Adam with a penalty leave of a weight whose gradients are noise of size 1, (seeds, η, λ)."""
    return np.array([[_left(lr, np.array(lams), seed) for lr in lrs] for seed in seeds])


def _left(lr: float, lams: np.ndarray, seed: int) -> np.ndarray:
    """The mean of 200 weights that began at 1, for every λ (λ,)."""
    w, state = np.ones((200, len(lams))), None
    for noise in np.random.default_rng(seed).normal(size=(300, 200, 1)):
        w, state = optimizers.adam(w, noise + lams * w, state, lr=lr)
    return w.mean(axis=0)


# ── Real digits ──


def few_digits(count: int, wrong: float = 0.0, seed: int = 0):
    """Digits to learn from (`count`, a share `wrong` of the labels drawn anew), 400 to watch, the rest to test."""
    digits, rng = data.digits(), np.random.default_rng(seed)
    order = rng.permutation(len(digits.y))
    train, watch, test = np.split(order, [count, count + 400])
    y = digits.y[train].copy()
    spoiled = rng.random(count) < wrong
    y[spoiled] = rng.integers(0, 10, spoiled.sum())
    return (digits.X[train], y), (digits.X[watch], digits.y[watch]), (digits.X[test], digits.y[test])


def mlp(hidden: int, rng, dropout: float = 0.0) -> models.Sequential:
    """64 pixels, one hidden layer, ten scores."""
    return chapter_08.mlp((64, hidden, 10), rng, dropout=dropout)


def steps(
    model, X, y, count, rng, lr=0.003, batch_size=32, step=optimizers.adam, penalty=None, lam=0.0, decay=0.0, scale=1.0
):
    """Mini-batch descent: `count` steps on `scale` times cross-entropy; penalty and decay pull at weights, no bias."""
    states = {name: None for name in model.train().parameters()}
    for _ in range(count):
        batch = rng.integers(0, len(X), batch_size)
        logits = model(X[batch])
        model.backward(scale * losses.cross_entropy_from_logits_grad(y[batch], logits))
        gradients, weights = model.gradients(), regularizers.only_weights(model.parameters())
        for name, array in model.parameters().items():
            pull = penalty(array, lam) if penalty is not None and name in weights else 0
            own = decay if name in weights else 0.0
            array[...], states[name] = step(array, gradients[name] + pull, states[name], lr=lr, weight_decay=own)
    return model


WRONG = {"clean": 0.0, "spoiled": 0.2}  # the share of labels that are drawn anew: a tenth of those come out right
PULLS = {
    "penalty": lambda lam: {"penalty": regularizers.l2_grad, "lam": lam},
    "decay": lambda lam: {"step": optimizers.adamw, "decay": lam},
}
RATES = (0.001, 0.003, 0.01, 0.03)
GOOD = {"penalty": 0.03, "decay": 3.0}  # a λ for a loss of size 1, as `pulled_at` finds it
STRENGTHS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def accuracies(seed, wrong=0.2, count=400, hidden=128, dropout=0.0, **options) -> dict[str, float]:
    """A net that learns 150 digits: on the watched digits, which may choose λ or p, and on the test digits."""
    (X, y), watch, test = few_digits(150, wrong, seed)
    rng = np.random.default_rng(seed)
    model = steps(mlp(hidden, rng, dropout), X, y, count, rng, **options)
    return {"watched": chapter_08.accuracy(model, *watch), "test": chapter_08.accuracy(model, *test)}


@measured.over(labels=WRONG, hidden=(128, 8), rate=(0.0, 0.2, 0.5, 0.8, 0.9), seeds=range(10))
def dropped(seed, labels, hidden, rate) -> dict[str, float]:
    """With dropout in the hidden layer."""
    return accuracies(seed, WRONG[labels], hidden=hidden, dropout=rate)


@measured.over(labels=WRONG, way=PULLS, lam=STRENGTHS, seeds=range(10))
def pulled(seed, labels, way, lam) -> dict[str, float]:
    """With an L2 penalty under Adam, or with AdamW's decay."""
    return accuracies(seed, WRONG[labels], **PULLS[way](lam))


@measured.over(way=PULLS, lr=RATES, lam=STRENGTHS[2:], seeds=range(5))
def pulled_at(seed, way, lr, lam) -> dict[str, float]:
    """The same over the learning rate as well, for spoiled labels and 2,000 steps."""
    return accuracies(seed, count=2000, lr=lr, **PULLS[way](lam))


@measured.over(way=PULLS, scale=(0.1, 1.0, 10.0), seeds=range(5))
def scaled(seed, way, scale) -> dict[str, float]:
    """With a loss of another size, and the λ that is good for size 1."""
    return accuracies(seed, scale=scale, **PULLS[way](GOOD[way]))


@measured.over(labels=WRONG, smoothing=(0.0, 0.1, 0.2, 0.4), seeds=range(10))
def smoothed(seed, labels, smoothing) -> dict[str, float]:
    """With targets that spread the share `smoothing` over all ten classes."""
    (X, y), watch, test = few_digits(150, WRONG[labels], seed)
    rng = np.random.default_rng(seed)
    model = steps(mlp(128, rng), X, losses.smooth_labels(y, 10, smoothing), 400, rng)
    return {"watched": chapter_08.accuracy(model, *watch), "test": chapter_08.accuracy(model, *test)}


WAYS = {
    "L2 penalty": (pulled, {"way": "penalty"}),
    "weight decay": (pulled, {"way": "decay"}),
    "dropout": (dropped, {"hidden": 128}),
    "label smoothing": (smoothed, {}),
}


def chosen(way: str, labels: str) -> tuple[float, float]:
    """Mean test accuracy without a way of regularizing, and with the strength that is best on watched digits."""
    run, setting = WAYS[way]
    found = measured.table(run)
    test, watched = (found.of(name, labels=labels, **setting).mean(axis=1) for name in ("test", "watched"))
    return float(test[0]), float(test[watched.argmax()])


def variance_shift(rate: float, samples: int = 2000, seed: int = 0) -> float:
    """How many times larger the variance of a layer's sum is while dropout runs than in the finished net.

    Batch norm behind it learns the larger one, and divides by it when dropout is gone.
    """
    rng = np.random.default_rng(seed)
    a = np.maximum(0, rng.normal(size=(samples, 100)))  # as after ReLU
    weight = rng.normal(size=(1, 100)) / 10
    noisy = layers.linear(layers.dropout(a, rng.random(a.shape), rate), weight)
    return float(noisy.var() / layers.linear(a, weight).var())


@dataclass(frozen=True)
class Stopped:
    """A run that was watched: what holds after each epoch, and which epoch was the best to be seen."""

    train_loss: np.ndarray
    watch_loss: np.ndarray
    test_accuracy: np.ndarray
    right_learned: np.ndarray  # the share of the training labels that are right and that the net repeats
    wrong_learned: np.ndarray  # the same of those that are wrong; NaN if there are none
    best_epoch: int
    restored: float  # test accuracy with the weights of that epoch

    @property
    def gain(self) -> float:
        """By how much the restored weights are better on test digits than those of the last epoch."""
        return self.restored - float(self.test_accuracy[-1])

    def with_patience(self, patience: int) -> tuple[float, int]:
        """Test accuracy of the weights that come back, and how many epochs run, if this is all there is of patience."""
        stop = early_stopping(patience)
        epochs = next((i for i, loss in enumerate(self.watch_loss, 1) if stop(loss)), len(self.watch_loss))
        return float(self.test_accuracy[stop.best_epoch]), epochs


def stopped(seed: int = 0, wrong: float = 0.2, epochs: int = 240, patience: int = 240) -> Stopped:
    """A net on 150 digits; by default it goes on to the end, to show what comes."""
    (X, y), watch, test = few_digits(150, wrong, seed)
    rng = np.random.default_rng(seed)
    spoiled = y != few_digits(150, seed=seed)[0][1]
    model, stop, rows = mlp(128, rng), early_stopping(patience=patience), []
    for _ in range(epochs):
        steps(model, X, y, 4, rng)
        logits = model.eval()(X)
        repeated = logits.argmax(axis=1) == y
        learned = repeated[~spoiled].mean(), repeated[spoiled].mean() if spoiled.any() else np.nan
        train_loss = losses.cross_entropy_from_logits(y, logits)
        watch_loss = losses.cross_entropy_from_logits(watch[1], model(watch[0]))
        rows.append((train_loss, watch_loss, chapter_08.accuracy(model, *test), *learned))
        if stop(watch_loss, model):
            break
    stop.restore(model)
    return Stopped(*np.array(rows).T, stop.best_epoch, chapter_08.accuracy(model, *test))
