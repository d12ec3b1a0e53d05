"""Scaled dot-product attention: each query looks at all keys, and takes their values in the proportion it likes them.

T queries and S keys of E features, values of V. In front may stand any dimensions, such as (N, heads).
"""

import math

import numpy as np

from dlbook._validate import number_between
from dlbook._validate.attention import check_qkv, check_softcap
from dlbook.scratch._arrays import cast, fitting, floats, wide
from dlbook.scratch.activations import softmax
from dlbook.scratch.attention.masks import added


def rows(x):
    """One vector below the other, whatever stands in front: (…, D) -> (M, D)."""
    return x.reshape(-1, x.shape[-1])


def scores_core(query, key, scale):
    return query @ key.swapaxes(-1, -2) * scale  # (…, T, S)


def scores(query, key, attn_mask=None, scale=None, softcap=None):
    """s = q kᵀ · scale, for scale = 1/√E unless given: how well each query and each key go together.

    With `softcap` c it is c tanh(s / c), so that no score leaves ±c. A mask of yes and no comes last, as −∞ where a
    query may not look; one of numbers is added. Shapes: query (…, T, E), key (…, S, E) -> (…, T, S).
    """
    query, key = floats("query", query), floats("key", key)
    shape, dtype = check_qkv(query.shape, key.shape, key.shape), query.dtype
    check_softcap(softcap)
    query = wide(query)
    s = scores_core(query, key.astype(query.dtype, copy=False), scale_of(scale, query))
    s = s if softcap is None else softcap * np.tanh(s / softcap)
    if attn_mask is None:
        return cast(s, dtype)
    bias, alive = added(shape, s.dtype, attn_mask)
    return cast(s + bias if alive is None else np.where(alive, s + bias, -np.inf), dtype)


def scaled_dot_product_core(query, key, value, bias, scale):
    s = query @ key.swapaxes(-1, -2) * scale  # (…, T, S)
    weights = softmax(s + bias)  # bias is −∞ where a query may not look
    return weights @ value, weights  # (…, T, V)


def scaled_dot_product(
    query, key, value, attn_mask=None, *, is_causal=False, offset=0, window=None, lengths=None, scale=None,
    enable_gqa=False, softcap=None, dropout=0.0, draw=None,
):  # fmt: skip
    """y = softmax(q kᵀ / √E) v and the weights: each row of them is positive and sums to one.

    Shapes: query (…, T, E), key (…, S, E), value (…, S, V) -> (…, T, V) and (…, T, S). Masks as in `mask` and `scores`,
    together; `lengths` are those of the keys, one for each entry of the first dimension. A row that may look nowhere
    is 0, output and weights. With `enable_gqa` fewer heads of key and value serve several of the query. `draw`, uniform
    in the shape of the weights, silences those below `dropout`; the weights that are returned are those before it.
    Source: Vaswani et al. 2017.
    """
    options = (is_causal, offset, window, lengths, scale, enable_gqa, softcap, dropout, draw)
    look = Look(query, key, value, attn_mask, *options)
    return cast(look.forward(), look.dtype)


def scaled_dot_product_backward_core(upstream, query, key, value, weights, scale):
    value_grad = weights.swapaxes(-1, -2) @ upstream  # (…, S, V)
    p_grad = upstream @ value.swapaxes(-1, -2)  # (…, T, S)
    s_grad = weights * (p_grad - (p_grad * weights).sum(axis=-1, keepdims=True))
    query_grad = s_grad @ key * scale  # (…, T, E)
    key_grad = s_grad.swapaxes(-1, -2) @ query * scale  # (…, S, E)
    return query_grad, key_grad, value_grad


def scaled_dot_product_backward(
    upstream, query, key, value, attn_mask=None, *, is_causal=False, offset=0, window=None, lengths=None, scale=None,
    enable_gqa=False, softcap=None, dropout=0.0, draw=None,
):  # fmt: skip
    """∂L/∂q, ∂L/∂k and ∂L/∂v, for u = ∂L/∂y (…, T, V).

    ∂L/∂v = pᵀ u, ∂L/∂p = u vᵀ, ∂L/∂s = p (∂L/∂p − Σ p ∂L/∂p), ∂L/∂q = ∂L/∂s k / √E, ∂L/∂k = (∂L/∂s)ᵀ q / √E. The
    weights p (…, T, S) are kept for it: T · S numbers a head.
    """
    options = (is_causal, offset, window, lengths, scale, enable_gqa, softcap, dropout, draw)
    look = Look(query, key, value, attn_mask, *options)
    output, _ = look.forward()
    return cast(look.backward(fitting("upstream", upstream, output.shape, look.query)), look.dtype)


def scale_of(scale, query) -> float:
    return 1 / math.sqrt(query.shape[-1]) if scale is None else number_between("scale", scale)


class Look:
    """One attention whose arrays have come through the door: `forward()`, then `backward(upstream)`."""

    def __init__(
        self, query, key, value, attn_mask=None, is_causal=False, offset=0, window=None, lengths=None, scale=None,
        enable_gqa=False, softcap=None, dropout=0.0, draw=None,
    ):  # fmt: skip
        query, key, value = floats("query", query), floats("key", key), floats("value", value)
        shape = check_qkv(query.shape, key.shape, value.shape, enable_gqa)
        check_softcap(softcap)
        self.dtype, self.query = query.dtype, wide(query)
        dtype = self.query.dtype
        self.groups = query.shape[-3] // key.shape[-3] if enable_gqa else 1
        spread = lambda a: np.repeat(a, self.groups, axis=-3) if self.groups > 1 else a
        self.key, self.value = (spread(a.astype(dtype, copy=False)) for a in (key, value))
        self.bias, self.alive = added(shape, dtype, attn_mask, is_causal, offset, window, lengths)
        self.scale, self.softcap, self.factors = scale_of(scale, query), softcap, None
        p = number_between("dropout", dropout, 0, 1)
        if draw is not None:
            kept = fitting("draw", draw, shape, self.query) >= p
            self.factors = kept.astype(dtype) * (0 if p == 1 else 1 / (1 - p))

    def forward(self):
        """The output and the weights."""
        if self.softcap is None and self.factors is None:
            found = scaled_dot_product_core(self.query, self.key, self.value, self.bias, self.scale)
            output, self.weights = found
        else:
            s = scores_core(self.query, self.key, self.scale)
            self.capped = s if self.softcap is None else np.tanh(s / self.softcap)
            s = s if self.softcap is None else self.softcap * self.capped
            self.weights = softmax(s + self.bias)
            used = self.weights if self.factors is None else self.weights * self.factors
            output = used @ self.value
        if self.alive is None:
            return output, self.weights
        self.weights = self.weights * self.alive
        return output * self.alive, self.weights

    def backward(self, upstream):
        """∂L/∂q, ∂L/∂k, ∂L/∂v; of a head that serves several queries, the sum over these."""
        if self.softcap is None and self.factors is None:
            args = (upstream, self.query, self.key, self.value, self.weights, self.scale)
            query_grad, *both = scaled_dot_product_backward_core(*args)
        else:
            factors = 1 if self.factors is None else self.factors
            p_grad = upstream @ self.value.swapaxes(-1, -2) * factors
            s_grad = self.weights * (p_grad - (p_grad * self.weights).sum(axis=-1, keepdims=True))
            s_grad = s_grad if self.softcap is None else s_grad * (1 - self.capped * self.capped)
            query_grad = s_grad @ self.key * self.scale
            key_grad = s_grad.swapaxes(-1, -2) @ self.query * self.scale
            both = key_grad, (self.weights * factors).swapaxes(-1, -2) @ upstream
        return query_grad, *map(self._gathered, both)

    def _gathered(self, grad):
        if self.groups == 1:
            return grad
        *front, heads, S, E = grad.shape
        return grad.reshape(*front, heads // self.groups, self.groups, S, E).sum(axis=-3)
