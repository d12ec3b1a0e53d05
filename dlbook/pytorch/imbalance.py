"""Unbalanced data on tensors: weigh the rare class, draw it more often, make more of it, or move the threshold.

Resampling returns row numbers, so that X and y follow by `X[rows]`. Nothing is drawn in here: the draws are arguments,
uniform numbers in [0, 1) or row numbers. Classes are numbered 0 … K−1 in ascending order of their labels. PyTorch
resamples in its loaders (`WeightedRandomSampler`) and weighs in its losses (`weight`, `pos_weight`), but it has none of
these functions: they are written out in tensors.
"""

from math import inf

import torch

from dlbook._validate import check_same_length, unit_of, wrong
from dlbook._validate.imbalance import both_shares, check_neighbors, in_a_unit, two_costs
from dlbook.pytorch._tensors import finite, numbers, tensor
from dlbook.pytorch.metrics._labels import encode, is_positive, label_vector
from dlbook.pytorch.metrics.confusion import confusion_matrix
from dlbook.pytorch.metrics.curves import falling_threshold, from_infinity, from_zero, prepend


def class_weights(y_true):
    """wₖ = m / (K mₖ): the rarer a class, the heavier; in sum every class then weighs m/K.

    Shapes: y_true (m,) -> (K,), the classes in ascending order.

    >>> class_weights(torch.tensor([1, 0, 0, 0]))
    tensor([0.6667, 2.0000], dtype=torch.float64)
    """
    code, count = _coded(y_true)
    return len(code) / (len(count) * count.double())


def sample_weights(y_true):
    """The class weight of every sample: what a loss takes as `sample_weight`. Shapes: y_true (m,) -> (m,)."""
    return class_weights(y_true)[_coded(y_true)[0]]


def lacking(y_true):
    """How many samples each class has less than the largest: as many draws does `oversample` need. (m,) -> (K,)."""
    _, count = _coded(y_true)
    return count.max() - count


def oversample(y_true, u):
    """The rows 0 … m−1, then ⌊u mₖ⌋-th members of class k until every class is as large as the largest.

    Shapes: y_true (m,), u (R,) uniform in [0, 1), R = Σ lacking(y_true), class by class -> rows (m + R,).

    >>> oversample(torch.tensor([0, 1, 0, 0]), torch.tensor([0.2, 0.9]))
    tensor([0, 1, 2, 3, 1, 1])
    """
    code, count = _coded(y_true)
    draws = torch.repeat_interleave(count.max() - count)  # (R,), the class each draw is from
    u = _uniform(u, len(draws), "one draw a lacking sample")
    by_class = torch.argsort(code, stable=True)  # (m,), the rows of class 0, then of class 1, …
    first = torch.cumsum(count, dim=0) - count  # (K,), where each class begins there
    drawn = by_class[first[draws] + torch.floor(u * count[draws]).long()]
    return torch.cat([torch.arange(len(code), device=code.device), drawn])


def undersample(y_true, u):
    """Of every class the min mₖ rows whose u is smallest, ascending: all classes become as small as the smallest.

    Shapes: y_true (m,), u (m,) uniform in [0, 1), one a sample -> rows (K · min mₖ,). Of equal u the first row stays.

    >>> undersample(torch.tensor([0, 1, 0, 0]), torch.tensor([0.9, 0.5, 0.1, 0.3]))
    tensor([1, 2])
    """
    code, count = _coded(y_true)
    u = _uniform(u, len(code), "one draw a sample")
    order = torch.argsort(u, stable=True)
    order = order[torch.argsort(code[order], stable=True)]  # class by class, and in each by u
    first = torch.cumsum(count, dim=0) - count
    rank = torch.arange(len(code), device=code.device) - first[code[order]]  # (m,), 0 for the smallest u of a class
    return torch.sort(order[rank < count.min()]).values


def nearest_neighbors(X, n_neighbors):
    """The rows of the `n_neighbors` nearest other samples, nearest first; of equal distances the first row.

    Shapes: X (m, D) -> (m, n_neighbors). A duplicate is a neighbour at distance 0; a sample is none of its own.
    """
    X = _matrix(X, whole=True)
    check_neighbors("n_neighbors", n_neighbors, len(X))
    return _neighbors_of(torch.arange(len(X), device=X.device), X, n_neighbors)


def smote(X, base, neighbor, gap, k_neighbors=5):
    """x̃ = xᵢ + u (xⱼ − xᵢ): a new sample between sample i = base and its neighbour j, at the share u = gap of the way.

    Shapes: X (m, D), the samples of one class; base (R,) rows of X; neighbor (R,) from 0, the nearest, to
    k_neighbors − 1; gap (R,) in [0, 1] -> (R, D) in X's dtype. Source: Chawla and others 2002.

    >>> smote(torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 9.0]]), base=[0], neighbor=[0], gap=[0.25], k_neighbors=1)
    tensor([[1., 0.]])
    """
    samples, X = X, _matrix(X)
    check_neighbors("k_neighbors", k_neighbors, len(X))
    base, neighbor = _rows("base", base, len(X)), _rows("neighbor", neighbor, k_neighbors)
    gap = _shares_of_the_way(gap).to(X.device)
    for name, value in (("neighbor", neighbor), ("gap", gap)):
        check_same_length(name, len(value), "base", len(base))
    near, asked = base.new_zeros(len(X), k_neighbors), torch.unique(base)
    near[asked] = _neighbors_of(asked, _matrix(samples, whole=True), k_neighbors)
    unit = unit_of(X.detach().abs().max().item())  # no way between two samples leaves the range
    start, end = X[base].double() / unit, X[near[base, neighbor]].double() / unit  # (R, D) each
    return (unit * (start + gap[:, None] * (end - start))).to(X.dtype)


def threshold(cost_fp, cost_fn):
    """τ* = c_FP / (c_FP + c_FN): call positive from here on, if the scores are calibrated probabilities.

    At probability p the call "positive" costs (1 − p) c_FP on average and "negative" p c_FN: they meet at τ*.

    >>> threshold(cost_fp=1, cost_fn=19)
    tensor(0.0500, dtype=torch.float64)
    """
    cost_fp, cost_fn = two_costs(cost_fp, cost_fn)
    return torch.tensor(cost_fp / (cost_fp + cost_fn), dtype=torch.float64)


def expected_cost(y_true, y_pred, cost_fp, cost_fn):
    """cost = (c_FP FP + c_FN FN) / m: what a case costs on average. y_true and y_pred (m,) hold 0 and 1."""
    cost_fp, cost_fn, unit = in_a_unit(*two_costs(cost_fp, cost_fn))
    (_, fp), (fn, _) = M = confusion_matrix(y_true, y_pred, labels=[0, 1]).double()
    return unit * ((cost_fp * fp + cost_fn * fn) / M.sum())


def cost_curve(y_true, y_score, cost_fp, cost_fn, *, pos_label=None):
    """The cost of every threshold τ that makes a difference, ŷ = [score ≥ τ]: τ falling from ∞, and cost(τ).

    Shapes: y_true (m,), y_score (m,) -> two tensors (T + 1,) for T different scores.
    """
    scores, cost = _costs(y_true, y_score, cost_fp, cost_fn, pos_label)
    return from_infinity(scores), cost


def best_threshold(y_true, y_score, cost_fp, cost_fn, *, pos_label=None):
    """τ̂ = argmin cost(τ) over the scores of a validation set, and that cost; of equal costs the highest τ.

    Shapes: y_true (m,), y_score (m,) -> two numbers; τ̂ is ∞ where it is cheapest to call nothing positive.
    """
    scores, cost = _costs(y_true, y_score, cost_fp, cost_fn, pos_label)
    cheapest = cost.argmin()  # the first of them: thresholds fall
    # A large whole score is the threshold itself, and not the float64 next to it.
    tau = scores[cheapest - 1] if cheapest > 0 else from_infinity(scores)[0]
    return tau, cost[cheapest]


def prior_shift(y_prob, prior_train, prior):
    """pₖ ∝ p′ₖ πₖ / π′ₖ: probabilities p′ learnt where the classes had the shares π′, as they are where they have π.

    Shapes: y_prob p′ (m,) with prior_train π′ and prior π, the shares of the positives, as two numbers, or y_prob
    (m, K) with shares (K,) -> p as y_prob. Source: Saerens, Latinne and Decaestecker 2002.
    """
    y_prob = _probabilities(y_prob)
    if y_prob.ndim == 1:
        both = torch.stack([1 - y_prob, y_prob], dim=1)  # (m, 2)
        return prior_shift(both, both_shares("prior_train", prior_train), both_shares("prior", prior))[:, 1]
    prior, prior_train = (
        _shares(name, value, y_prob.shape[1]).to(y_prob.device)
        for name, value in (("prior", prior), ("prior_train", prior_train))
    )
    prior_train = prior_train / unit_of(prior_train.min().item())  # a common factor cancels, no quotient overflows
    p = y_prob.double() * prior / prior_train  # (m, K)
    return (p / p.sum(dim=1, keepdim=True)).to(y_prob.dtype)


# ── The door ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _coded(y_true):
    """The class number of every sample (m,), and how many samples each class has (K,)."""
    _, code = encode(label_vector("y_true", y_true))
    return code, torch.bincount(code)


def _neighbors_of(rows, X, n_neighbors) -> torch.Tensor:
    """The nearest neighbours of some samples, one by one: no table of all distances. (r, n_neighbors)."""
    # Not torch.cdist: for many samples it takes ‖a‖² − 2ab + ‖b‖², where near neighbours are lost in rounding.
    X = X.detach() / unit_of(X.detach().abs().max().item())  # squares stay in the range
    near = rows.new_zeros(len(rows), n_neighbors)
    for place, i in enumerate(rows.tolist()):
        distance = ((X - X[i]) ** 2).sum(dim=1)  # (m,), squared: the order is the same
        distance[i] = inf  # a sample is no neighbour of its own
        near[place] = torch.argsort(distance, stable=True)[:n_neighbors]
    return near


def _costs(y_true, y_score, cost_fp, cost_fn, pos_label):
    """The scores (T,), falling, and the cost of ∞ and of each of them as a threshold (T + 1,)."""
    cost_fp, cost_fn, unit = in_a_unit(*two_costs(cost_fp, cost_fn))
    fp, tp, scores = falling_threshold(y_true, y_score, pos_label)
    fp, tp = prepend(0, fp), prepend(0, tp)  # at τ = ∞ nothing is called positive
    m = len(is_positive(y_true, pos_label))
    return scores, unit * ((cost_fp * fp + cost_fn * (tp[-1] - tp)) / m)


def _uniform(u, length: int, items: str) -> torch.Tensor:
    """`u` (length,) as float64, all in [0, 1)."""
    u = tensor("u", u, "be uniform", "numbers from 0 to below 1")
    if u.shape != (length,):
        raise wrong("u", f"hold {items}", f"shape {tuple(u.shape)}", f"shape ({length},)")
    u = u.double()  # u · mₖ must not round up to mₖ, as it may in float32
    if not (inside := (u >= 0) & (u < 1)).all():
        got = f"{u[~inside][0]} at position {inside.long().argmin()}"
        raise wrong("u", "be uniform", got, "numbers from 0 to below 1")
    return u


def _matrix(X, whole=False) -> torch.Tensor:
    """`X` (m, D) in finite floats; `whole` numbers less the smallest of their column, so that they stay apart."""
    X = tensor("X", X, "have a row a sample", "shape (m, D)")
    if X.ndim != 2 or X.numel() == 0:
        raise wrong("X", "have a row a sample", f"shape {tuple(X.shape)}", "shape (m, D)")
    if whole and not X.is_floating_point() and X.dtype not in (torch.bool, torch.uint64):
        return from_zero(X.long())
    X = finite("X", X if X.is_floating_point() else X.double())
    return X.double() if whole else X


def _shares_of_the_way(gap) -> torch.Tensor:
    """`gap` (R,) as float64, all in [0, 1]."""
    gap = tensor("gap", gap)
    gap = (gap if gap.shape == (0,) else numbers("gap", gap)).double()
    if not (inside := (gap >= 0) & (gap <= 1)).all():
        raise wrong("gap", "lie on the way", f"{gap[~inside][0]} at position {inside.long().argmin()}", "0 to 1")
    return gap


def _rows(name: str, rows, stop: int) -> torch.Tensor:
    """`rows` (R,), whole numbers from 0 to stop − 1."""
    rows = tensor(name, rows, "hold row numbers", "whole numbers")
    if rows.shape == (0,):  # nothing is lacking where the classes are balanced
        return rows.long()
    rows = label_vector(name, rows)
    if not (inside := (rows >= 0) & (rows < stop)).all():
        got = f"{rows[~inside][0]} at position {inside.long().argmin()}"
        raise wrong(name, "hold row numbers", got, f"0 to {stop - 1}")
    return rows


def _probabilities(y_prob) -> torch.Tensor:
    """`y_prob` (m,), or (m, K) with rows that sum to one, as floats."""
    p = tensor("y_prob", y_prob, "hold probabilities", "numbers from 0 to 1")
    p = p if p.is_floating_point() else p.double()
    if p.ndim not in (1, 2) or p.numel() == 0:
        raise wrong("y_prob", "hold probabilities", f"shape {tuple(p.shape)}", "shape (m,) or (m, K)")
    if not (inside := (p >= 0) & (p <= 1)).all():
        where = ", ".join(map(str, torch.argwhere(~inside)[0].tolist()))  # one number, or row and column
        raise wrong("y_prob", "hold probabilities", f"{p[~inside][0]} at position {where}", "numbers from 0 to 1")
    if p.ndim == 2 and (off := (p.sum(dim=1) - 1).abs()).max() > 1e-3:
        raise wrong("y_prob", "have rows that sum to one", f"{p[off.argmax()].tolist()}", "a share for every class")
    return p


def _shares(name: str, shares, K: int) -> torch.Tensor:
    """`shares` (K,) as float64, none of them 0, summing to one."""
    if not torch.is_tensor(shares):
        shares = torch.tensor(shares, dtype=torch.float64)  # not the float32 that a list would become
    shares = numbers(name, shares, "share").double()
    check_same_length(name, len(shares), "the columns of y_prob", K)
    if shares.min() <= 0 or abs(shares.sum() - 1) > 1e-6:
        raise wrong(name, "be shares above 0 that sum to one", shares.tolist(), "the share of each class")
    return shares
