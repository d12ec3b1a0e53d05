"""Unbalanced data: weigh the rare class, draw it more often, make more of it, or move the threshold.

Resampling returns row numbers, so that X and y of any kind follow by `X[rows]`. Nothing is drawn in here: the draws are
arguments, uniform numbers in [0, 1) or row numbers. Classes are numbered 0 … K−1 in ascending order of their labels.
"""

from math import frexp, inf
from numbers import Integral

import numpy as np

from dlbook._validate import check_same_length, number_between, wrong
from dlbook.scratch._arrays import finite, numbers
from dlbook.scratch.metrics._labels import encode, is_positive, label_vector
from dlbook.scratch.metrics.confusion import confusion_matrix
from dlbook.scratch.metrics.curves import falling_threshold


def class_weights(y_true):
    """wₖ = m / (K mₖ): the rarer a class, the heavier; in sum every class then weighs m/K.

    Shapes: y_true (m,) -> (K,), the classes in ascending order.

    >>> class_weights(["ill", "well", "well", "well"])
    array([2.        , 0.66666667])
    """
    code, count = _coded(y_true)
    return len(code) / (len(count) * count)


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

    >>> oversample(["well", "ill", "well", "well"], [0.2, 0.9]).tolist()
    [0, 1, 2, 3, 1, 1]
    """
    code, count = _coded(y_true)
    lack = (count.max() - count).astype(np.intp)  # a browser repeats by 32 bits only
    draws = np.repeat(np.arange(len(count)), lack)  # (R,), the class each draw is from
    u = _uniform(u, len(draws), "one draw a lacking sample")
    by_class = np.argsort(code, kind="stable")  # (m,), the rows of class 0, then of class 1, …
    first = np.cumsum(count) - count  # (K,), where each class begins there
    drawn = by_class[first[draws] + np.floor(u * count[draws]).astype(np.int64)]
    return np.append(np.arange(len(code)), drawn).astype(np.int64)


def undersample(y_true, u):
    """Of every class the min mₖ rows whose u is smallest, ascending: all classes become as small as the smallest.

    Shapes: y_true (m,), u (m,) uniform in [0, 1), one a sample -> rows (K · min mₖ,). Of equal u the first row stays.

    >>> undersample(["well", "ill", "well", "well"], [0.9, 0.5, 0.1, 0.3]).tolist()
    [1, 2]
    """
    code, count = _coded(y_true)
    u = _uniform(u, len(code), "one draw a sample")
    order = np.argsort(u, kind="stable")
    order = order[np.argsort(code[order], kind="stable")]  # class by class, and in each by u
    first = np.cumsum(count) - count
    rank = np.arange(len(code)) - first[code[order]]  # (m,), 0 for the smallest u of a class
    return np.sort(order[rank < count.min()]).astype(np.int64)


def nearest_neighbors(X, n_neighbors):
    """The rows of the `n_neighbors` nearest other samples, nearest first; of equal distances the first row.

    Shapes: X (m, D) -> (m, n_neighbors). A duplicate is a neighbour at distance 0; a sample is none of its own.
    """
    X = _matrix(X)
    _check_neighbors("n_neighbors", n_neighbors, len(X))
    X = X * _shrink(X)
    distance = np.stack([((X - x) ** 2).sum(axis=1) for x in X])  # (m, m), squared; row by row, never (m, m, D)
    np.fill_diagonal(distance, np.inf)
    return np.argsort(distance, axis=1, kind="stable")[:, :n_neighbors].astype(np.int64)


def smote(X, base, neighbor, gap, k_neighbors=5):
    """x̃ = xᵢ + u (xⱼ − xᵢ): a new sample between sample i = base and its neighbour j, at the share u = gap of the way.

    Shapes: X (m, D), the samples of one class; base (R,) rows of X; neighbor (R,) from 0, the nearest, to
    k_neighbors − 1; gap (R,) in [0, 1] -> (R, D) in X's dtype. Source: Chawla and others 2002.

    >>> smote([[0.0, 0.0], [4.0, 0.0], [0.0, 9.0]], base=[0], neighbor=[0], gap=[0.25], k_neighbors=1)
    array([[1., 0.]])
    """
    X, base, neighbor, gap = _new_samples(X, base, neighbor, gap, k_neighbors)
    near = nearest_neighbors(X, k_neighbors)  # (m, k_neighbors)
    start, end = X[base], X[near[base, neighbor]]  # (R, D) each
    return start + gap[:, None] * (end - start)


def threshold(cost_fp, cost_fn):
    """τ* = c_FP / (c_FP + c_FN): call positive from here on, if the scores are calibrated probabilities.

    At probability p the call "positive" costs (1 − p) c_FP on average and "negative" p c_FN: they meet at τ*.

    >>> threshold(cost_fp=1, cost_fn=19)
    np.float64(0.05)
    """
    cost_fp, cost_fn = _costs(cost_fp, cost_fn)
    return np.float64(cost_fp / (cost_fp + cost_fn))


def expected_cost(y_true, y_pred, cost_fp, cost_fn):
    """cost = (c_FP FP + c_FN FN) / m: what a case costs on average. y_true and y_pred (m,) hold 0 and 1."""
    cost_fp, cost_fn = _costs(cost_fp, cost_fn)
    (_, fp), (fn, _) = M = confusion_matrix(y_true, y_pred, labels=[0, 1])
    return (cost_fp * fp + cost_fn * fn) / M.sum()


def cost_curve(y_true, y_score, cost_fp, cost_fn, *, pos_label=None):
    """The cost of every threshold τ that makes a difference, ŷ = [score ≥ τ]: τ falling from ∞, and cost(τ).

    Shapes: y_true (m,), y_score (m,) -> two arrays (T + 1,) for T different scores.
    """
    cost_fp, cost_fn = _costs(cost_fp, cost_fn)
    fp, tp, thresholds = falling_threshold(y_true, y_score, pos_label, None)
    fp, tp = np.insert(fp, 0, 0), np.insert(tp, 0, 0)  # at τ = ∞ nothing is called positive
    cost = (cost_fp * fp + cost_fn * (tp[-1] - tp)) / len(is_positive(y_true, pos_label))
    return np.insert(thresholds, 0, np.inf), cost.astype(np.float64, copy=False)


def best_threshold(y_true, y_score, cost_fp, cost_fn, *, pos_label=None):
    """τ̂ = argmin cost(τ) over the scores of a validation set, and that cost; of equal costs the highest τ.

    Shapes: y_true (m,), y_score (m,) -> two numbers; τ̂ is ∞ where it is cheapest to call nothing positive.
    """
    thresholds, cost = cost_curve(y_true, y_score, cost_fp, cost_fn, pos_label=pos_label)
    cheapest = cost.argmin()  # the first one: thresholds fall
    return thresholds[cheapest], cost[cheapest]


def prior_shift(y_prob, prior_train, prior):
    """pₖ ∝ p′ₖ πₖ / π′ₖ: probabilities p′ learnt where the classes had the shares π′, as they are where they have π.

    Shapes: y_prob p′ (m,) with prior_train π′ and prior π, the shares of the positives, as two numbers, or y_prob
    (m, K) with shares (K,) -> p as y_prob. Source: Saerens, Latinne and Decaestecker 2002.
    """
    p = _probabilities(y_prob)
    if p.ndim == 1:
        both = np.stack([1 - p, p], axis=1)  # (m, 2)
        return prior_shift(both, _both(prior_train, "prior_train"), _both(prior, "prior"))[:, 1]
    ratio = _shares(prior, p.shape[1], "prior") / _shares(prior_train, p.shape[1], "prior_train")
    p = p * ratio.astype(p.dtype)  # (m, K) * (K,)
    return p / p.sum(axis=1, keepdims=True)


def _coded(y_true):
    """The class number of every sample (m,), and how many samples each class has (K,)."""
    _, code = encode(label_vector("y_true", y_true))
    return code, np.bincount(code).astype(np.int64)  # 32 bits in a browser


def _uniform(u, length: int, items: str) -> np.ndarray:
    """`u` (length,) as float64, all in [0, 1)."""
    u = np.asarray(u)
    if u.shape != (length,):
        raise wrong("u", f"hold {items}", f"shape {u.shape}", f"shape ({length},)")
    u = u.astype(np.float64)  # u · mₖ must not round up to mₖ, as it may in float32
    if not (inside := (u >= 0) & (u < 1)).all():
        raise wrong("u", "be uniform", f"{u[~inside][0]} at position {inside.argmin()}", "numbers from 0 to below 1")
    return u


def _matrix(X) -> np.ndarray:
    """`X` (m, D) in finite floats."""
    X = np.asarray(X)
    if X.ndim != 2 or X.size == 0:
        raise wrong("X", "have a row a sample", f"shape {X.shape}", "shape (m, D)")
    X = X if X.dtype.kind == "f" else X.astype(np.float64)
    return finite("X", X)


def _shrink(X) -> float:
    """A power of two, 1 but for huge numbers, times which no squared distance overflows; the order stays as it is."""
    room = frexp(float(np.finfo(X.dtype).max))[1] // 2 - 2 - X.shape[1].bit_length()
    return 2.0 ** min(0, room - frexp(float(np.abs(X).max()))[1])


def _new_samples(X, base, neighbor, gap, k_neighbors):
    """The arguments of `smote`, checked: X (m, D) and the three draws (R,), `gap` in X's dtype."""
    X = _matrix(X)
    _check_neighbors("k_neighbors", k_neighbors, len(X))
    base, neighbor = _rows(base, "base", len(X)), _rows(neighbor, "neighbor", k_neighbors)
    gap = np.asarray(gap)
    gap = (gap if gap.shape == (0,) else numbers("gap", gap)).astype(X.dtype, copy=False)
    for name, value in (("neighbor", neighbor), ("gap", gap)):
        check_same_length(name, len(value), "base", len(base))
    if not (inside := (gap >= 0) & (gap <= 1)).all():
        raise wrong("gap", "lie on the way", f"{gap[~inside][0]} at position {inside.argmin()}", "0 to 1")
    return X, base, neighbor, gap


def _check_neighbors(name: str, k, m: int) -> None:
    """`k` must be a whole number of samples that are not the one they surround."""
    if m == 1:
        raise wrong("X", "hold neighbours", "1 sample", "at least 2 samples of the class")
    if isinstance(k, bool) or not isinstance(k, Integral) or not 1 <= k < m:
        raise wrong(name, "leave out the sample itself", repr(k), f"1 to {m - 1} of {m} samples")


def _rows(rows, name: str, stop: int) -> np.ndarray:
    """`rows` (R,), whole numbers from 0 to stop − 1."""
    if np.shape(rows) == (0,):  # nothing is lacking where the classes are balanced
        return np.zeros(0, np.int64)
    rows = label_vector(name, rows)
    if rows.dtype.kind != "i" or not (inside := (rows >= 0) & (rows < stop)).all():
        got = "strings" if rows.dtype.kind != "i" else f"{rows[~inside][0]} at position {inside.argmin()}"
        raise wrong(name, "hold row numbers", got, f"0 to {stop - 1}")
    return rows


def _costs(cost_fp, cost_fn) -> tuple:
    """Both as plain numbers: at least 0, and not both of them 0."""
    cost_fp, cost_fn = number_between("cost_fp", cost_fp, 0), number_between("cost_fn", cost_fn, 0)
    if not 0 < cost_fp + cost_fn < inf:
        raise wrong("cost_fp + cost_fn", "be above 0 and finite", f"{cost_fp:g} + {cost_fn:g}", "an error with a cost")
    return cost_fp, cost_fn


def _probabilities(y_prob) -> np.ndarray:
    """`y_prob` (m,), or (m, K) with rows that sum to one, as floats."""
    p = np.asarray(y_prob)
    p = p if p.dtype.kind == "f" else p.astype(np.float64)
    if p.ndim not in (1, 2) or p.size == 0:
        raise wrong("y_prob", "hold probabilities", f"shape {p.shape}", "shape (m,) or (m, K)")
    if not (inside := (p >= 0) & (p <= 1)).all():
        where = ", ".join(map(str, np.argwhere(~inside)[0]))  # one number, or row and column
        raise wrong("y_prob", "hold probabilities", f"{p[~inside][0]} at position {where}", "numbers from 0 to 1")
    if p.ndim == 2 and (off := np.abs(p.sum(axis=1) - 1)).max() > 1e-3:
        raise wrong("y_prob", "have rows that sum to one", f"{p[off.argmax()].tolist()}", "a share for every class")
    return p


def _both(share, name: str) -> list:
    """The shares of the negatives and of the positives from that of the positives, one number from 0 to 1."""
    share = number_between(name, share, 0, 1)
    return [1 - share, share]


def _shares(shares, K: int, name: str) -> np.ndarray:
    """`shares` (K,) as float64, none of them 0, summing to one."""
    shares = numbers(name, shares, "share").astype(np.float64)
    check_same_length(name, len(shares), "the columns of y_prob", K)
    if shares.min() <= 0 or abs(shares.sum() - 1) > 1e-6:
        raise wrong(name, "be shares above 0 that sum to one", shares.tolist(), "the share of each class")
    return shares
