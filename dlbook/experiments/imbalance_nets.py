"""Chapter 12: a net with one hidden layer beside the line, and what class weights and focal loss do to it."""

from dataclasses import dataclass

import numpy as np

from dlbook.experiments import imbalance as experiments
from dlbook.scratch import activations, losses, metrics, optimizers

WIDTH, STEPS, LR = 32, 300, 0.02
TRAINED = ("nothing", "class weights", "focal loss")


def start(draws: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """He's start for `draws` nets of 2, 32 and 1 units side by side; the first axis is the net."""
    return {
        "W1": rng.normal(0, 1, (draws, 2, WIDTH)),  # √(2/2)
        "b1": np.zeros((draws, 1, WIDTH)),
        "W2": rng.normal(0, np.sqrt(2 / WIDTH), (draws, WIDTH, 1)),
        "b2": np.zeros((draws, 1, 1)),
    }


def forward(net: dict[str, np.ndarray], X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The hidden units' outputs (draws, m, 32) and the scores (draws, m) of X (draws, m, 2)."""
    hidden = activations.relu(X @ net["W1"] + net["b1"])
    return hidden, (hidden @ net["W2"] + net["b2"])[..., 0]


def gradients(net: dict[str, np.ndarray], X: np.ndarray, hidden: np.ndarray, z_grad: np.ndarray) -> dict:
    """∂J/∂θ of every net, from the slope z_grad (draws, m) of its scores: chapter 08's two layers."""
    z_grad = z_grad[..., None]  # (draws, m, 1)
    inner = (z_grad @ net["W2"].swapaxes(1, 2)) * (hidden > 0)  # (draws, m, 32)
    return {
        "W1": X.swapaxes(1, 2) @ inner,
        "b1": inner.sum(axis=1, keepdims=True),
        "W2": hidden.swapaxes(1, 2) @ z_grad,
        "b2": z_grad.sum(axis=1, keepdims=True),
    }


def train(X: np.ndarray, y: np.ndarray, how: str, seed: int = 0, steps: int = STEPS) -> dict[str, np.ndarray]:
    """The nets after `steps` steps of Adam on all samples: X (draws, m, 2), y (draws, m); `how` is one of TRAINED.

    α = m₀/m weighs the classes as balanced weights do, up to a factor that Adam does not see.
    """
    net, states = start(len(X), np.random.default_rng(seed)), {}
    gamma = 2 if how == "focal loss" else 0  # with γ = 0 it is cross-entropy
    alpha = 1 - y.mean() if how == "class weights" else None
    for _ in range(steps):
        hidden, z = forward(net, X)
        z_grad = losses.focal_loss_grad(y, z, gamma, alpha=alpha, reduction="none") / y.shape[1]
        net, states = optimizers.step_all(optimizers.adam, net, gradients(net, X, hidden, z_grad), states, lr=LR)
    return net


@dataclass(frozen=True)
class Nets:
    """Of every draw: y_true (draws, m), the malignant share, and of each of TRAINED the nets and their y_prob."""

    seed: int  # of the first draw
    y_true: np.ndarray
    prior: float
    nets: dict[str, dict[str, np.ndarray]]
    y_prob: dict[str, np.ndarray]


def trials(draws: int = 60, seed: int = 0, steps: int = STEPS, trained=TRAINED) -> Nets:
    """Nets on the same pairs of halves as the lines of `experiments.imbalance.trials`."""
    drawn = [experiments.halves(seed + i) for i in range(draws)]
    X_train, y_train, X_test, y_test = (
        np.stack([getattr(half, name) for half in drawn]) for name in ("X_train", "y_train", "X_test", "y_test")
    )
    nets = {how: train(X_train, y_train, how, seed, steps) for how in trained}
    y_prob = {how: activations.sigmoid(forward(net, X_test)[1]) for how, net in nets.items()}
    return Nets(seed, y_test, float(y_train[0].mean()), nets, y_prob)


def rankings(runs) -> dict[str, np.ndarray]:
    """The average precision (draws,) after each training, of lines or nets."""
    return {
        how: np.array([metrics.average_precision(y, p) for y, p in zip(runs.y_true, y_prob, strict=True)])
        for how, y_prob in runs.y_prob.items()
    }


def shared_alarms(runs, how: str = "class weights") -> np.ndarray:
    """(draws,): alarms that `how` at ½ and the untouched model at the malignant share both give, of all they give."""
    one, other = runs.y_prob[how] >= 0.5, runs.y_prob["nothing"] >= runs.prior
    return (one & other).sum(axis=1) / (one | other).sum(axis=1)


def longer(draws: int = 15, steps=(100, 300, 1000), seed: int = 0) -> dict[str, np.ndarray]:
    """(2, draws, steps): average precision and mean probability of nets that are trained so long, weighted and not."""
    found = {how: [] for how in TRAINED[:2]}
    for n in steps:
        runs = trials(draws, seed, n, TRAINED[:2])
        for how, ap in rankings(runs).items():
            found[how].append((ap, runs.y_prob[how].mean(axis=1)))
    return {how: np.stack(columns, axis=-1) for how, columns in found.items()}


# ── Focal loss, exactly ──


def true_share(p: np.ndarray, gamma: float) -> np.ndarray:
    """q (…,): if a share q of like cases is positive, the least focal loss is at p. Both slopes balance there."""
    z = np.log(p / (1 - p))
    up = losses.focal_loss_grad(np.ones_like(z), z, gamma, reduction="none")  # below 0
    down = losses.focal_loss_grad(np.zeros_like(z), z, gamma, reduction="none")
    return down / (down - up)


def belief(share: float, gamma: float) -> float:
    """The p at which focal loss is least for cases of which `share` is positive; found on a fine grid."""
    p = np.linspace(1e-6, 1 - 1e-6, 200_001)
    return float(np.interp(share, true_share(p, gamma), p))
