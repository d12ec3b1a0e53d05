"""Unbalanced data: weigh the rare class, draw it more often, make more of it, or move the threshold.

Resampling returns row numbers, so that X and y of any kind follow by `X[rows]`. Nothing is drawn in here: the draws are
arguments, uniform numbers in [0, 1) or row numbers. Classes are numbered 0 … K−1 in ascending order of their labels.
"""

import numpy as np

from dlbook._validate import check_same_length, unit_of, wrong
from dlbook._validate.imbalance import both_shares, check_neighbors, in_a_unit, two_costs
from dlbook.scratch._arrays import array, finite, numbers
from dlbook.scratch.metrics._labels import encode, is_positive, label_vector
from dlbook.scratch.metrics.confusion import confusion_matrix
from dlbook.scratch.metrics.curves import falling_threshold, from_infinity, from_zero


def class_weights_core(y_true):
    _, m_k = np.unique(y_true, return_counts=True)  # (K,)
    return len(y_true) / (len(m_k) * m_k)


def class_weights(y_true):
    """wₖ = m / (K mₖ): the rarer a class, the heavier; in sum every class then weighs m/K.

    Shapes: y_true (m,) -> (K,), the classes in ascending order.

    >>> class_weights(["ill", "well", "well", "well"])
    array([2.        , 0.66666667])
    """
    return class_weights_core(label_vector("y_true", y_true))


def sample_weights_core(y_true):
    _, k = np.unique(y_true, return_inverse=True)  # (m,), the class of each sample
    return class_weights_core(y_true)[k]


def sample_weights(y_true):
    """The class weight of every sample: what a loss takes as `sample_weight`. Shapes: y_true (m,) -> (m,)."""
    return sample_weights_core(label_vector("y_true", y_true))


def lacking(y_true):
    """How many samples each class has less than the largest: as many draws does `oversample` need. (m,) -> (K,)."""
    m_k = np.bincount(_class_numbers(y_true))
    return (m_k.max() - m_k).astype(np.int64)


def oversample_core(y_true, u):  # the classes (m,) are 0 … K−1
    m_k = np.bincount(y_true)  # (K,)
    k = np.repeat(np.arange(len(m_k)), m_k.max() - m_k)  # (R,), the class of each draw
    by_class = np.argsort(y_true, kind="stable")  # (m,), the rows of class 0, then of class 1, …
    first = np.cumsum(m_k) - m_k  # (K,), where each class begins there
    drawn = by_class[first[k] + np.int64(np.floor(u * m_k[k]))]
    return np.append(np.arange(len(y_true)), drawn)


def oversample(y_true, u):
    """The rows 0 … m−1, then ⌊u mₖ⌋-th members of class k until every class is as large as the largest.

    Shapes: y_true (m,), u (R,) uniform in [0, 1), R = Σ lacking(y_true), class by class -> rows (m + R,).

    >>> oversample(["well", "ill", "well", "well"], [0.2, 0.9]).tolist()
    [0, 1, 2, 3, 1, 1]
    """
    u = _uniform(u, lacking(y_true).sum(), "one draw a lacking sample")
    return oversample_core(_class_numbers(y_true), u).astype(np.int64)  # a browser's rows have 32 bits


def undersample_core(y_true, u):  # the classes (m,) are 0 … K−1
    m_k = np.bincount(y_true)  # (K,)
    order = np.lexsort((u, y_true))  # class by class, and in each the smallest u first
    first = np.cumsum(m_k) - m_k  # (K,), where each class begins there
    rank = np.arange(len(y_true)) - first[y_true[order]]  # (m,), 0 for the smallest u of a class
    return np.sort(order[rank < m_k.min()])


def undersample(y_true, u):
    """Of every class the min mₖ rows whose u is smallest, ascending: all classes become as small as the smallest.

    Shapes: y_true (m,), u (m,) uniform in [0, 1), one a sample -> rows (K · min mₖ,). Of equal u the first row stays.

    >>> undersample(["well", "ill", "well", "well"], [0.9, 0.5, 0.1, 0.3]).tolist()
    [1, 2]
    """
    y_true = _class_numbers(y_true)
    return undersample_core(y_true, _uniform(u, len(y_true), "one draw a sample")).astype(np.int64)


def nearest_neighbors_core(X, i, n_neighbors):
    distance = ((X - X[i]) ** 2).sum(axis=1)  # (m,), squared: the order is the same
    distance[i] = np.inf  # a sample is no neighbour of its own
    return np.argsort(distance, kind="stable")[:n_neighbors]  # of equal distances the first row


def nearest_neighbors(X, n_neighbors):
    """The rows of the `n_neighbors` nearest other samples, nearest first; of equal distances the first row.

    Shapes: X (m, D) -> (m, n_neighbors). A duplicate is a neighbour at distance 0; a sample is none of its own.
    """
    X = _matrix(X, whole=True)
    check_neighbors("n_neighbors", n_neighbors, len(X))
    return _neighbors_of(np.arange(len(X)), X, n_neighbors)


def smote_core(X, near, base, neighbor, gap):
    x_i, x_j = X[base], X[near[base, neighbor]]  # (R, D) each: samples, and neighbours of theirs
    return x_i + gap[:, None] * (x_j - x_i)


def smote(X, base, neighbor, gap, k_neighbors=5):
    """x̃ = xᵢ + u (xⱼ − xᵢ): a new sample between sample i = base and its neighbour j, at the share u = gap of the way.

    Shapes: X (m, D), the samples of one class; base (R,) rows of X; neighbor (R,) from 0, the nearest, to
    k_neighbors − 1; gap (R,) in [0, 1] -> (R, D) in X's dtype. Source: Chawla and others 2002.

    >>> smote([[0.0, 0.0], [4.0, 0.0], [0.0, 9.0]], base=[0], neighbor=[0], gap=[0.25], k_neighbors=1)
    array([[1., 0.]])
    """
    samples, X = X, _matrix(X)
    check_neighbors("k_neighbors", k_neighbors, len(X))
    base, neighbor = _rows("base", base, len(X)), _rows("neighbor", neighbor, k_neighbors)
    gap = _shares_of_the_way(gap)
    for name, value in (("neighbor", neighbor), ("gap", gap)):
        check_same_length(name, len(value), "base", len(base))
    near, asked = np.zeros((len(X), k_neighbors), dtype=np.int64), np.unique(base)
    near[asked] = _neighbors_of(asked, _matrix(samples, whole=True), k_neighbors)
    unit = unit_of(np.abs(X).max())  # no way between two samples leaves the range
    return (unit * smote_core(X.astype(np.float64) / unit, near, base, neighbor, gap)).astype(X.dtype)


def threshold_core(cost_fp, cost_fn):
    return cost_fp / (cost_fp + cost_fn)


def threshold(cost_fp, cost_fn):
    """τ* = c_FP / (c_FP + c_FN): call positive from here on, if the scores are calibrated probabilities.

    At probability p the call "positive" costs (1 − p) c_FP on average and "negative" p c_FN: they meet at τ*.

    >>> threshold(cost_fp=1, cost_fn=19)
    np.float64(0.05)
    """
    return np.float64(threshold_core(*two_costs(cost_fp, cost_fn)))


def expected_cost(y_true, y_pred, cost_fp, cost_fn):
    """cost = (c_FP FP + c_FN FN) / m: what a case costs on average. y_true and y_pred (m,) hold 0 and 1."""
    cost_fp, cost_fn, unit = in_a_unit(*two_costs(cost_fp, cost_fn))
    (_, fp), (fn, _) = M = confusion_matrix(y_true, y_pred, labels=[0, 1])
    return unit * ((cost_fp * fp + cost_fn * fn) / M.sum())


def cost_curve_core(fp, tp, m, cost_fp, cost_fn):
    fn = tp[-1] - tp  # the last threshold finds all positives
    return (cost_fp * fp + cost_fn * fn) / m


def cost_curve(y_true, y_score, cost_fp, cost_fn, *, pos_label=None):
    """The cost of every threshold τ that makes a difference, ŷ = [score ≥ τ]: τ falling from ∞, and cost(τ).

    Shapes: y_true (m,), y_score (m,) -> two arrays (T + 1,) for T different scores.
    """
    scores, cost = _costs(y_true, y_score, cost_fp, cost_fn, pos_label)
    return from_infinity(scores), cost


def best_threshold_core(thresholds, cost):
    cheapest = cost.argmin()  # the first of them: thresholds fall
    return thresholds[cheapest], cost[cheapest]


def best_threshold(y_true, y_score, cost_fp, cost_fn, *, pos_label=None):
    """τ̂ = argmin cost(τ) over the scores of a validation set, and that cost; of equal costs the highest τ.

    Shapes: y_true (m,), y_score (m,) -> two numbers; τ̂ is ∞ where it is cheapest to call nothing positive.
    """
    scores, cost = _costs(y_true, y_score, cost_fp, cost_fn, pos_label)
    tau, lowest = best_threshold_core(from_infinity(scores), cost)
    # A large whole score is the threshold itself, and not the float64 next to it.
    return (tau if scores.dtype.kind == "f" or tau == np.inf else scores[cost.argmin() - 1]), lowest


def prior_shift_core(y_prob, prior_train, prior):
    p = y_prob * prior / prior_train  # (m, K)
    return p / p.sum(axis=1, keepdims=True)


def prior_shift(y_prob, prior_train, prior):
    """pₖ ∝ p′ₖ πₖ / π′ₖ: probabilities p′ learnt where the classes had the shares π′, as they are where they have π.

    Shapes: y_prob p′ (m,) with prior_train π′ and prior π, the shares of the positives, as two numbers, or y_prob
    (m, K) with shares (K,) -> p as y_prob. Source: Saerens, Latinne and Decaestecker 2002.
    """
    y_prob = _probabilities(y_prob)
    if y_prob.ndim == 1:
        both = np.stack([1 - y_prob, y_prob], axis=1)  # (m, 2)
        return prior_shift(both, both_shares("prior_train", prior_train), both_shares("prior", prior))[:, 1]
    prior, prior_train = (
        _shares(name, value, y_prob.shape[1]) for name, value in (("prior", prior), ("prior_train", prior_train))
    )
    prior_train = prior_train / unit_of(prior_train.min())  # a common factor cancels, and no quotient overflows
    return prior_shift_core(y_prob.astype(np.float64), prior_train, prior).astype(y_prob.dtype)


# ── The door ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _class_numbers(y_true) -> np.ndarray:
    """The class number of every sample (m,), 0 … K−1."""
    return encode(label_vector("y_true", y_true))[1]


def _neighbors_of(rows, X, n_neighbors) -> np.ndarray:
    """The nearest neighbours of some samples, one by one: no table of all distances. (r, n_neighbors)."""
    X = X / unit_of(np.abs(X).max())  # squares stay in the range
    near = [nearest_neighbors_core(X, i, n_neighbors) for i in rows]
    return np.array(near, dtype=np.int64).reshape(len(rows), n_neighbors)


def _costs(y_true, y_score, cost_fp, cost_fn, pos_label):
    """The scores (T,), falling, and the cost of ∞ and of each of them as a threshold (T + 1,)."""
    *costs, unit = in_a_unit(*two_costs(cost_fp, cost_fn))
    fp, tp, scores = falling_threshold(y_true, y_score, pos_label)
    fp, tp = np.insert(fp, 0, 0), np.insert(tp, 0, 0)  # at τ = ∞ nothing is called positive
    return scores, unit * cost_curve_core(fp, tp, len(is_positive(y_true, pos_label)), *costs)


def _uniform(u, length: int, items: str) -> np.ndarray:
    """`u` (length,) as float64, all in [0, 1)."""
    u = array("u", u)
    if u.shape != (length,):
        raise wrong("u", f"hold {items}", f"shape {u.shape}", f"shape ({length},)")
    u = u.astype(np.float64)  # u · mₖ must not round up to mₖ, as it may in float32
    if not (inside := (u >= 0) & (u < 1)).all():
        raise wrong("u", "be uniform", f"{u[~inside][0]} at position {inside.argmin()}", "numbers from 0 to below 1")
    return u


def _matrix(X, whole=False) -> np.ndarray:
    """`X` (m, D) in finite floats; `whole` numbers less the smallest of their column, so that they stay apart."""
    X = array("X", X)
    if X.ndim != 2 or X.size == 0:
        raise wrong("X", "have a row a sample", f"shape {X.shape}", "shape (m, D)")
    if whole and X.dtype.kind in "iu":
        return from_zero(X)
    X = finite("X", X if X.dtype.kind == "f" else X.astype(np.float64))
    return X.astype(np.float64) if whole else X


def _shares_of_the_way(gap) -> np.ndarray:
    """`gap` (R,) as float64, all in [0, 1]."""
    gap = array("gap", gap)
    gap = (gap if gap.shape == (0,) else numbers("gap", gap)).astype(np.float64)
    if not (inside := (gap >= 0) & (gap <= 1)).all():
        raise wrong("gap", "lie on the way", f"{gap[~inside][0]} at position {inside.argmin()}", "0 to 1")
    return gap


def _rows(name: str, rows, stop: int) -> np.ndarray:
    """`rows` (R,), whole numbers from 0 to stop − 1."""
    if np.shape(rows) == (0,):  # nothing is lacking where the classes are balanced
        return np.zeros(0, np.int64)
    rows = label_vector(name, rows)
    if rows.dtype.kind != "i" or not (inside := (rows >= 0) & (rows < stop)).all():
        got = "strings" if rows.dtype.kind != "i" else f"{rows[~inside][0]} at position {inside.argmin()}"
        raise wrong(name, "hold row numbers", got, f"0 to {stop - 1}")
    return rows


def _probabilities(y_prob) -> np.ndarray:
    """`y_prob` (m,), or (m, K) with rows that sum to one, as floats."""
    p = array("y_prob", y_prob)
    p = p if p.dtype.kind == "f" else p.astype(np.float64)
    if p.ndim not in (1, 2) or p.size == 0:
        raise wrong("y_prob", "hold probabilities", f"shape {p.shape}", "shape (m,) or (m, K)")
    if not (inside := (p >= 0) & (p <= 1)).all():
        where = ", ".join(map(str, np.argwhere(~inside)[0]))  # one number, or row and column
        raise wrong("y_prob", "hold probabilities", f"{p[~inside][0]} at position {where}", "numbers from 0 to 1")
    if p.ndim == 2 and (off := np.abs(p.sum(axis=1) - 1)).max() > 1e-3:
        raise wrong("y_prob", "have rows that sum to one", f"{p[off.argmax()].tolist()}", "a share for every class")
    return p


def _shares(name: str, shares, K: int) -> np.ndarray:
    """`shares` (K,) as float64, none of them 0, summing to one."""
    shares = numbers(name, shares, "share").astype(np.float64)
    check_same_length(name, len(shares), "the columns of y_prob", K)
    if shares.min() <= 0 or abs(shares.sum() - 1) > 1e-6:
        raise wrong(name, "be shares above 0 that sum to one", shares.tolist(), "the share of each class")
    return shares
