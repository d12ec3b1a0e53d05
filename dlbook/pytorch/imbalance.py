"""Unbalanced data on tensors: weigh the rare class, draw it more often, make more of it, or move the threshold.

Resampling returns row numbers, so that X and y follow by `X[rows]`. Nothing is drawn in here: the draws are arguments,
uniform numbers in [0, 1) or row numbers. Classes are numbered 0 … K−1 in ascending order of their labels. PyTorch has
none of these functions: they are written out in tensors.
"""

from math import inf
from numbers import Integral

import torch

from dlbook._validate import check_between, check_same_length, wrong
from dlbook.pytorch.metrics._inputs import (
    check_finite,
    distinct,
    is_positive,
    label_vector,
    number_vector,
    positions,
    tensor,
)
from dlbook.pytorch.metrics.confusion import confusion_matrix
from dlbook.pytorch.metrics.curves import falling_threshold, prepend


def class_weights(y_true):
    """wₖ = n / (K nₖ): the rarer a class, the heavier; in sum every class then weighs n/K.

    Shapes: y_true (n,) -> (K,), the classes in ascending order.

    >>> class_weights(torch.tensor([1, 0, 0, 0]))
    tensor([0.6667, 2.0000], dtype=torch.float64)
    """
    code, count = _coded(y_true)
    return len(code) / (len(count) * count.double())


def sample_weights(y_true):
    """The class weight of every sample: what a loss takes as `sample_weight`. Shapes: y_true (n,) -> (n,)."""
    return class_weights(y_true)[_coded(y_true)[0]]


def lacking(y_true):
    """How many samples each class has less than the largest: as many draws does `oversample` need. (n,) -> (K,)."""
    _, count = _coded(y_true)
    return count.max() - count


def oversample(y_true, u):
    """The rows 0 … n−1, then ⌊u nₖ⌋-th members of class k until every class is as large as the largest.

    Shapes: y_true (n,), u (M,) uniform in [0, 1), M = Σ lacking(y_true), class by class -> rows (n + M,).

    >>> oversample(torch.tensor([0, 1, 0, 0]), torch.tensor([0.2, 0.9]))
    tensor([0, 1, 2, 3, 1, 1])
    """
    code, count = _coded(y_true)
    draws = torch.repeat_interleave(count.max() - count)  # (M,), the class each draw is from
    u = _uniform(u, len(draws), "one draw a lacking sample")
    by_class = torch.argsort(code, stable=True)  # (n,), the rows of class 0, then of class 1, …
    first = torch.cumsum(count, dim=0) - count  # (K,), where each class begins there
    drawn = by_class[first[draws] + torch.floor(u * count[draws]).long()]
    return torch.cat([torch.arange(len(code), device=code.device), drawn])


def undersample(y_true, u):
    """Of every class the min nₖ rows whose u is smallest, ascending: all classes become as small as the smallest.

    Shapes: y_true (n,), u (n,) uniform in [0, 1), one a sample -> rows (K · min nₖ,). Of equal u the first row stays.

    >>> undersample(torch.tensor([0, 1, 0, 0]), torch.tensor([0.9, 0.5, 0.1, 0.3]))
    tensor([1, 2])
    """
    code, count = _coded(y_true)
    u = _uniform(u, len(code), "one draw a sample")
    order = torch.argsort(u, stable=True)
    order = order[torch.argsort(code[order], stable=True)]  # class by class, and in each by u
    first = torch.cumsum(count, dim=0) - count
    rank = torch.arange(len(code), device=code.device) - first[code[order]]  # (n,), 0 for the smallest u of a class
    return torch.sort(order[rank < count.min()]).values


def nearest_neighbors(X, n_neighbors):
    """The rows of the `n_neighbors` nearest other samples, nearest first; of equal distances the first row.

    Shapes: X (n, D) -> (n, n_neighbors). A duplicate is a neighbour at distance 0; a sample is none of its own.
    """
    X = _matrix(X)
    _check_neighbors("n_neighbors", n_neighbors, len(X))
    # Not torch.cdist: for many samples it takes ‖a‖² − 2ab + ‖b‖², where near neighbours are lost in rounding.
    distance = ((X[:, None, :] - X) ** 2).sum(dim=2)  # (n, 1, D) − (n, D) -> (n, n), squared
    itself = torch.eye(len(X), dtype=torch.bool, device=X.device)
    return torch.argsort(distance.masked_fill(itself, inf), dim=1, stable=True)[:, :n_neighbors]


def smote(X, base, neighbor, gap, k_neighbors=5):
    """x̃ = xᵢ + u (xⱼ − xᵢ): a new sample between sample i = base and its neighbour j, at the share u = gap of the way.

    Shapes: X (n, D), the samples of one class; base (M,) rows of X; neighbor (M,) from 0, the nearest, to
    k_neighbors − 1; gap (M,) in [0, 1] -> (M, D) in X's dtype. Source: Chawla and others 2002.

    >>> smote(torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 9.0]]), base=[0], neighbor=[0], gap=[0.25], k_neighbors=1)
    tensor([[1., 0.]])
    """
    X, base, neighbor, gap = _new_samples(X, base, neighbor, gap, k_neighbors)
    near = nearest_neighbors(X.detach(), k_neighbors)  # (n, k_neighbors)
    start, end = X[base], X[near[base, neighbor]]  # (M, D) each
    return start + gap[:, None] * (end - start)


def threshold(cost_fp, cost_fn):
    """τ* = c_FP / (c_FP + c_FN): call positive from here on, if the scores are calibrated probabilities.

    At probability p the call "positive" costs (1 − p) c_FP on average and "negative" p c_FN: they meet at τ*.

    >>> threshold(cost_fp=1, cost_fn=19)
    tensor(0.0500, dtype=torch.float64)
    """
    _check_costs(cost_fp, cost_fn)
    return torch.tensor(cost_fp / (cost_fp + cost_fn), dtype=torch.float64)


def expected_cost(y_true, y_pred, cost_fp, cost_fn):
    """cost = (c_FP FP + c_FN FN) / n: what a case costs on average. y_true and y_pred (n,) hold 0 and 1."""
    _check_costs(cost_fp, cost_fn)
    (_, fp), (fn, _) = M = confusion_matrix(y_true, y_pred, labels=[0, 1]).double()
    return (cost_fp * fp + cost_fn * fn) / M.sum()


def cost_curve(y_true, y_score, cost_fp, cost_fn, *, pos_label=None):
    """The cost of every threshold τ that makes a difference, ŷ = [score ≥ τ]: τ falling from ∞, and cost(τ).

    Shapes: y_true (n,), y_score (n,) -> two tensors (T + 1,) for T different scores.
    """
    _check_costs(cost_fp, cost_fn)
    fp, tp, thresholds = falling_threshold(y_true, y_score, pos_label, None)
    fp, tp = prepend(0, fp), prepend(0, tp)  # at τ = ∞ nothing is called positive
    cost = (cost_fp * fp + cost_fn * (tp[-1] - tp)) / len(is_positive(y_true, pos_label))
    return prepend(inf, thresholds), cost


def best_threshold(y_true, y_score, cost_fp, cost_fn, *, pos_label=None):
    """τ̂ = argmin cost(τ) over the scores of a validation set, and that cost; of equal costs the highest τ.

    Shapes: y_true (n,), y_score (n,) -> two numbers; τ̂ is ∞ where it is cheapest to call nothing positive.
    """
    thresholds, cost = cost_curve(y_true, y_score, cost_fp, cost_fn, pos_label=pos_label)
    cheapest = cost.argmin()  # the first one: thresholds fall
    return thresholds[cheapest], cost[cheapest]


def prior_shift(y_prob, prior_train, prior):
    """p′ₖ ∝ pₖ π′ₖ / πₖ: probabilities learnt where the classes had the shares π, as they are where they have π′.

    Shapes: y_prob (n,) with the shares of the positives as two numbers, or y_prob (n, K) with shares (K,) -> as y_prob.
    """
    p = _probabilities(y_prob)
    if p.ndim == 1:
        both = torch.stack([1 - p, p], dim=1)  # (n, 2)
        return prior_shift(both, [1 - prior_train, prior_train], [1 - prior, prior])[:, 1]
    ratio = _shares(prior, p.shape[1], "prior") / _shares(prior_train, p.shape[1], "prior_train")
    p = p * ratio.to(p)  # (n, K) * (K,)
    return p / p.sum(dim=1, keepdim=True)


def _coded(y_true):
    """The class number of every sample (n,), and how many samples each class has (K,)."""
    y_true = label_vector(y_true, "y_true")
    code = positions(y_true, distinct(y_true), "y_true")
    return code, torch.bincount(code)


def _uniform(u, length: int, items: str) -> torch.Tensor:
    """`u` (length,) as float64, all in [0, 1)."""
    u = torch.as_tensor(u)
    if u.shape != (length,):
        raise wrong("u", f"hold {items}", f"shape {tuple(u.shape)}", f"shape ({length},)")
    u = u.double()  # u · nₖ must not round up to nₖ, as it may in float32
    if not (inside := (u >= 0) & (u < 1)).all():
        got = f"{u[~inside][0]} at position {inside.long().argmin()}"
        raise wrong("u", "be uniform", got, "numbers from 0 to below 1")
    return u


def _matrix(X) -> torch.Tensor:
    """`X` (n, D) in finite floats."""
    X = tensor(X, "X", "have a row a sample", "shape (n, D)")
    if X.ndim != 2 or X.numel() == 0:
        raise wrong("X", "have a row a sample", f"shape {tuple(X.shape)}", "shape (n, D)")
    X = X if X.is_floating_point() else X.double()
    check_finite(X, "X")
    return X


def _new_samples(X, base, neighbor, gap, k_neighbors):
    """The arguments of `smote`, checked: X (n, D) and the three draws (M,), `gap` in X's dtype."""
    X = _matrix(X)
    _check_neighbors("k_neighbors", k_neighbors, len(X))
    base, neighbor = _rows(base, "base", len(X)), _rows(neighbor, "neighbor", k_neighbors)
    gap = number_vector(gap, "gap", "number").to(X)
    for name, value in (("neighbor", neighbor), ("gap", gap)):
        check_same_length(name, len(value), "base", len(base))
    if not (inside := (gap >= 0) & (gap <= 1)).all():
        raise wrong("gap", "lie on the way", f"{gap[~inside][0]} at position {inside.long().argmin()}", "0 to 1")
    return X, base, neighbor, gap


def _check_neighbors(name: str, k, n: int) -> None:
    """`k` must be a whole number of samples that are not the one they surround."""
    if isinstance(k, bool) or not isinstance(k, Integral) or not 1 <= k < n:
        raise wrong(name, "leave out the sample itself", repr(k), f"1 to {n - 1} of {n} samples")


def _rows(rows, name: str, stop: int) -> torch.Tensor:
    """`rows` (M,), whole numbers from 0 to stop − 1."""
    rows = label_vector(rows, name)
    if not (inside := (rows >= 0) & (rows < stop)).all():
        got = f"{rows[~inside][0]} at position {inside.long().argmin()}"
        raise wrong(name, "hold row numbers", got, f"0 to {stop - 1}")
    return rows


def _check_costs(cost_fp, cost_fn) -> None:
    check_between("cost_fp", cost_fp, 0, inf)
    check_between("cost_fn", cost_fn, 0, inf)
    if not 0 < cost_fp + cost_fn < inf:
        raise wrong("cost_fp + cost_fn", "be above 0 and finite", f"{cost_fp} + {cost_fn}", "an error with a cost")


def _probabilities(y_prob) -> torch.Tensor:
    """`y_prob` (n,), or (n, K) with rows that sum to one, as floats."""
    p = tensor(y_prob, "y_prob", "hold probabilities", "(n,) or (n, K) numbers from 0 to 1")
    p = p if p.is_floating_point() else p.double()
    if p.ndim not in (1, 2) or p.numel() == 0 or not ((p >= 0) & (p <= 1)).all():
        raise wrong("y_prob", "hold probabilities", f"shape {tuple(p.shape)}", "(n,) or (n, K) numbers from 0 to 1")
    if p.ndim == 2 and (off := (p.sum(dim=1) - 1).abs()).max() > 1e-3:
        raise wrong("y_prob", "have rows that sum to one", f"{p[off.argmax()].tolist()}", "a share for every class")
    return p


def _shares(shares, K: int, name: str) -> torch.Tensor:
    """`shares` (K,) as float64, none of them 0, summing to one."""
    if not torch.is_tensor(shares):
        shares = torch.tensor(shares, dtype=torch.float64)  # not the float32 that a list would become
    shares = number_vector(shares, name, "share").double()
    check_same_length(name, len(shares), "the columns of y_prob", K)
    if shares.min() <= 0 or abs(shares.sum() - 1) > 1e-6:
        raise wrong(name, "be shares above 0 that sum to one", shares.tolist(), "the share of each class")
    return shares
