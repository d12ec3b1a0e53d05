"""n-grams with Witten–Bell smoothing: how often came what after the last n − 1 tokens, and after fewer where unseen.

An n-gram is a number with its tokens as digits to the base V; `counts` holds for n = 1, 2, … the n-grams that occur, in
their order, and how often.
"""

import numpy as np

from dlbook._validate import generation as check
from dlbook.scratch.generation._inputs import ids_of


def windows_core(ids, n, V):  # (T,) -> (T − n + 1,)
    codes = ids[: len(ids) - n + 1]
    for i in range(1, n):
        codes = codes * V + ids[i : len(ids) - n + 1 + i]
    return codes


def ngram_counts_core(ids, V, order):
    return [np.unique(windows_core(ids, n, V), return_counts=True) for n in range(1, order + 1)]


def ngram_counts(ids, num_words, order):
    """For n = 1 to `order`: the n-grams of `ids`, ascending, and how often each occurs.

    Shapes: ids (T,) below V = `num_words` -> a list of pairs (M_n,), (M_n,), int64.
    """
    check.check_order(order, num_words)
    ids = ids_of("ids", ids, num_words)
    check.check_enough("ids", len(ids), order)
    found = ngram_counts_core(ids, num_words, order)
    return [(codes.astype(np.int64), counts.astype(np.int64)) for codes, counts in found]


def witten_bell_core(c_hw, c_h, t_h, V):  # for n = 1, 2, …: (…) each
    p = np.full(c_hw[0].shape, 1 / V)
    for hw, h, t in zip(c_hw, c_h, t_h, strict=True):
        p = np.where(h > 0, (hw + t * p) / np.maximum(h + t, 1), p)
    return p


def witten_bell(ids, counts, num_words):
    """P(w | h) = (c(h w) + t(h) P(w | h′)) / (c(h) + t(h)) for each token w of `ids`, h the n − 1 tokens before it.

    c counts, t(h) is how many different tokens came after h, h′ is h without its first token; after an h that never
    occurred, P(w | h) = P(w | h′), and below the single token it is 1/V. At the start h is what there is.
    Shapes: ids (T,), counts as `ngram_counts` gives them -> (T,). Source: Witten and Bell 1991.
    """
    ids, V = _known("ids", ids, counts, num_words), num_words
    rows = []
    for n in range(1, min(len(counts), len(ids)) + 1):
        codes = np.concatenate([np.full(n - 1, -1), windows_core(ids, n, V)])  # −1: too little before it
        rows.append(_looked_up(*counts[n - 1], codes, V))
    return witten_bell_core(*zip(*rows, strict=True), V)


def witten_bell_next(context, counts, num_words):
    """P(w | h) for every token w, h the last tokens of `context`. Shapes: context (T,) -> (V,), summing to one."""
    ids, V = _known("context", context, counts, num_words), num_words
    rows = []
    for n in range(1, min(len(counts), len(ids) + 1) + 1):
        h = windows_core(ids[len(ids) - n + 1 :], n - 1, V)[0] if n > 1 else 0
        rows.append(_looked_up(*counts[n - 1], h * V + np.arange(V), V))
    return witten_bell_core(*zip(*rows, strict=True), V)


def _known(name, ids, counts, num_words):
    check.check_order(len(counts), num_words)
    return ids_of(name, ids, num_words)


def _looked_up(known, counts, codes, V):
    """c(h w), c(h) and t(h) of n-grams h w; 0 for what never occurred, as −1 does not."""
    place = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    c_hw = np.where(known[place] == codes, counts[place], 0)
    first, end = (np.searchsorted(known, codes // V * V + w) for w in (0, V))  # all that begin with h
    before = np.concatenate([[0], np.cumsum(counts)])
    return c_hw, before[end] - before[first], end - first
