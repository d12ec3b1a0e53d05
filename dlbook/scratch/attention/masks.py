"""Who may look at whom: masks of yes and no, True = may look, and what they add to the scores."""

from math import inf

import numpy as np

from dlbook._validate import check_count
from dlbook._validate.attention import check_attn_mask, check_key_lengths, check_window
from dlbook.scratch._arrays import array, floats


def mask_core(t, s, left, right):  # the places of the queries (T, 1), and of the keys (S,)
    return (t - left <= s) & (s <= t + right)


def mask(T, S=None, is_causal=False, offset=0, window=None, lengths=None):
    """M[t, s] = may query t look at key s? True = may look, as in F.scaled_dot_product_attention.

    Query t stands at the place t + offset among the S keys (S = T unless given). Causal: no key behind its own place.
    `window` = (left, right): at most so many keys before and after it, None for no bound. `lengths` (N,): no key from
    the length on. Shapes: (T, S), with lengths (N, T, S); for heads put an axis between, `mask[:, None]`.
    """
    check_count("T", T, 1)
    S = T if S is None else S
    check_count("S", S, 1)
    check_count("offset", offset)
    left, right = check_window(window)
    t, s = np.arange(T)[:, None] + offset, np.arange(S)
    may = mask_core(t, s, left, min(right, 0) if is_causal else right)  # (T, S)
    if lengths is None:
        return may
    lengths = array("lengths", lengths)
    ends = np.array(check_key_lengths(lengths, lengths.size, S))
    return may & (s < ends[:, None, None])  # (N, T, S)


def added(scores, dtype, attn_mask, is_causal=False, offset=0, window=None, lengths=None):
    """What is added to scores of this shape: 0 where a query may look, −∞ where not; and which rows may look at all.

    A row that may look nowhere gets zeros here, so that its softmax has an answer, and is set to 0 after it. The second
    is None where all rows may look.
    """
    *front, T, S = scores
    bias = np.zeros((1, 1), dtype)
    if attn_mask is not None:
        attn_mask = array("attn_mask", attn_mask)
        kind = {"b": "yes or no", "f": "floats"}.get(attn_mask.dtype.kind, str(attn_mask.dtype))
        check_attn_mask(attn_mask.shape, kind, scores)
        bias = np.where(attn_mask, 0, -inf).astype(dtype) if kind == "yes or no" else floats("attn_mask", attn_mask)
        bias = bias.astype(dtype, copy=False)
    if is_causal or window is not None:
        bias = bias + np.where(mask(T, S, is_causal, offset, window), 0, -inf).astype(dtype)
    if lengths is not None:
        ends = np.array(check_key_lengths(array("lengths", lengths), front[0] if front else 1, S))
        may = np.arange(S) < ends.reshape(-1, *[1] * (len(front) - 1), 1, 1)  # (N, …, 1, S)
        bias = bias + np.where(may if front else may[0], 0, -inf).astype(dtype)
    alive = (bias > -inf).any(axis=-1, keepdims=True)  # (…, T, 1)
    return (bias, None) if alive.all() else (np.where(alive, bias, 0).astype(dtype), alive)
