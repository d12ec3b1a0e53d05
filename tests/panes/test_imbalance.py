"""Chapter 12's panes, on the half of the tumours that its classifier learns from: 9 of 188 are malignant."""

import numpy as np
import torch
from pane import pane

from dlbook.experiments.imbalance import halves
from dlbook.scratch import imbalance, losses, metrics

HALF = halves(seed=0)
X, Y = HALF.X_train, HALF.y_train
RARE = X[Y == 1]
T = torch.tensor
DOUBLE = torch.float64
rng = np.random.default_rng(0)
SCORE = rng.random(len(Y)) + 0.3 * Y


def hold_weights(held):
    ours = held.numpy(Y)
    held.same(ours, held.typed(y_true=T(Y)).weight)
    held.same(ours, held.library(y_true=Y).weight)
    held.same(ours, held.public(Y))


@pane("imbalance.class_weights")
def test_class_weights(held):
    hold_weights(held)


@pane("imbalance.sample_weights")
def test_sample_weights(held):
    hold_weights(held)


@pane("imbalance.oversample")
def test_oversample(held):
    u = rng.random(imbalance.lacking(Y).sum())
    rows = held.numpy(Y, u)
    held.same(rows, held.public(Y, u))
    held.same(np.bincount(Y[rows]), [179, 179])
    # A sampler draws both classes again and again: their shares by its law, five standard deviations of 7,520 draws.
    torch.manual_seed(0)
    typed = held.typed(dataset=torch.utils.data.TensorDataset(T(X), T(Y)), y_true=T(Y))
    drawn = torch.cat([y for _ in range(40) for _, y in typed.batches])
    assert len(drawn) == 40 * len(Y)
    held.same(Y[rows].mean(), drawn.double().mean(), rtol=0, atol=5 * 0.5 / len(drawn) ** 0.5)
    library = held.library(X=X, y_true=Y)
    held.same((Y[rows] == 1).sum(), len(library.rare))
    assert {tuple(x) for x in library.rare} <= {tuple(x) for x in RARE}


@pane("imbalance.undersample")
def test_undersample(held):
    u = rng.random(len(Y))
    rows = held.numpy(Y, u)
    held.same(rows, held.public(Y, u))
    typed = held.typed(y_true=T(Y)).rows.numpy()
    for kept in (rows, typed):
        held.same(np.bincount(Y[kept]), [9, 9])
        assert len(np.unique(kept)) == len(kept)
    library = held.library(X=X, y_true=Y)
    held.same((Y[rows] == 0).sum(), len(library.frequent))
    assert len(np.unique(library.frequent, axis=0)) == 9
    assert {tuple(x) for x in library.frequent} <= {tuple(x) for x in X[Y == 0]}


@pane("imbalance.nearest_neighbors")
def test_nearest_neighbors(held):
    for samples in (RARE, X):
        near = np.stack([held.numpy(samples, i, 5) for i in range(len(samples))])
        held.same(near, held.typed(X=T(samples), k=5).near)
        held.same(near, held.library(X=samples, k=5).near)
        held.same(near, held.public(samples, 5))


@pane("imbalance.smote")
def test_smote(held):
    draws = rng.integers(0, 9, 170), rng.integers(0, 5, 170), rng.random(170)
    near = imbalance.nearest_neighbors(RARE, 5)
    new = held.numpy(RARE, near, *draws)
    held.same(new, held.numpy(T(RARE), T(near), *map(T, draws)))
    held.same(new, held.public(RARE, *draws))


@pane("imbalance.threshold")
def test_threshold(held):
    ours = held.numpy(1, 19)
    held.same(ours, held.numpy(T(1, dtype=DOUBLE), T(19, dtype=DOUBLE)))
    held.same(ours, held.public(1, 19))


def counts():
    """FP and TP at every threshold, and at ∞, where both are 0."""
    fp, tp, thresholds = metrics.falling_threshold(Y, SCORE)
    return np.append(0.0, fp), np.append(0.0, tp), np.append(np.inf, thresholds)


@pane("imbalance.cost_curve")
def test_cost_curve(held):
    fp, tp, thresholds = counts()
    cost = held.numpy(fp, tp, len(Y), 1, 19)
    held.same(cost, held.numpy(T(fp), T(tp), len(Y), 1, 19))
    public = held.public(Y, SCORE, 1, 19)
    held.same(thresholds, public[0])
    held.same(cost, public[1])


@pane("imbalance.best_threshold")
def test_best_threshold(held):
    thresholds, cost = imbalance.cost_curve(Y, SCORE, 1, 19)
    for ours, *others in zip(
        held.numpy(thresholds, cost), held.numpy(T(thresholds), T(cost)), held.public(Y, SCORE, 1, 19), strict=True
    ):
        for theirs in others:
            held.same(ours, theirs)


@pane("imbalance.prior_shift")
def test_prior_shift(held):
    p = rng.random(20)
    both, half, world = np.stack([1 - p, p], axis=1), np.array([0.5, 0.5]), np.array([0.95, 0.05])
    ours = held.numpy(both, half, world)
    held.same(ours, held.numpy(T(both), T(half), T(world)))
    held.same(ours, held.public(both, half, world))
    held.same(ours[:, 1], held.public(p, 0.5, 0.05))


@pane("losses.focal_loss")
def test_focal_loss(held):
    z = 4 * SCORE - 2
    logits = torch.tensor(z, requires_grad=True)
    loss = held.typed(logits=logits, y_true=T(Y).double(), gamma=2).loss
    loss.backward()
    held.same(held.numpy(Y, z, 2), loss)
    held.same(losses.focal_loss_grad(Y, z, 2), logits.grad)
    held.same(held.numpy(Y, z, 2), held.public(Y, z, 2))


@pane("losses.focal_loss_grad")
def test_focal_loss_grad(held):
    z = 4 * SCORE - 2
    slope = held.typed(logits=torch.tensor(z, requires_grad=True), y_true=T(Y).double(), gamma=2).slope
    held.same(held.numpy(Y, z, 2), slope)
    held.same(held.numpy(Y, z, 2), held.public(Y, z, 2))
