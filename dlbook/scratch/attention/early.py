"""The first attentions: Bahdanau's, which adds query and key, and Luong's, which multiplies them.

T queries and S keys, as in `scaled_dot_product`: the states of a decoder look at those of an encoder.
"""

import numpy as np

from dlbook._validate.attention import check_additive, check_qkv
from dlbook.scratch._arrays import cast, fitting, floats, wide
from dlbook.scratch.activations import softmax
from dlbook.scratch.attention.dot import rows, scaled_dot_product_backward
from dlbook.scratch.attention.masks import added


def additive_core(query, key, value, weight_q, weight_k, weight_v, bias):
    q, k = query @ weight_q.T, key @ weight_k.T  # (…, T, A), (…, S, A)
    e = np.tanh(q[..., :, None, :] + k[..., None, :, :])  # (…, T, S, A)
    weights = softmax(e @ weight_v + bias)  # (…, T, S)
    return weights @ value, weights


def additive(query, key, value, weight_q, weight_k, weight_v, attn_mask=None, lengths=None):
    """y = softmax(e) v with e_ts = wᵥᵀ tanh(W_q q_t + W_k k_s), and the weights: Bahdanau's attention.

    Shapes: query (…, T, Dq), key (…, S, Dk), value (…, S, V), weight_q (A, Dq), weight_k (A, Dk), weight_v (A,)
    -> (…, T, V) and (…, T, S). The tanh is taken of T · S · A numbers. Masks as in `scaled_dot_product`. Source:
    Bahdanau et al. 2015.
    """
    dtype, arrays, bias, alive = _opened(query, key, value, weight_q, weight_k, weight_v, attn_mask, lengths)
    output, weights = additive_core(*arrays, bias)
    return cast((output, weights) if alive is None else (output * alive, weights * alive), dtype)


def additive_backward_core(upstream, query, key, value, weight_q, weight_k, weight_v, weights):
    q, k = query @ weight_q.T, key @ weight_k.T  # (…, T, A), (…, S, A)
    e = np.tanh(q[..., :, None, :] + k[..., None, :, :])  # (…, T, S, A)
    p_grad = upstream @ value.swapaxes(-1, -2)  # (…, T, S)
    s_grad = weights * (p_grad - (p_grad * weights).sum(axis=-1, keepdims=True))
    z_grad = s_grad[..., None] * weight_v * (1 - e * e)  # (…, T, S, A)
    value_grad, v_grad = weights.swapaxes(-1, -2) @ upstream, s_grad[..., None] * e
    return z_grad.sum(axis=-2), z_grad.sum(axis=-3), value_grad, v_grad


def additive_backward(upstream, query, key, value, weight_q, weight_k, weight_v, attn_mask=None, lengths=None):
    """The gradients of query, key, value, W_q, W_k and wᵥ, for u = ∂L/∂y (…, T, V)."""
    dtype, arrays, bias, alive = _opened(query, key, value, weight_q, weight_k, weight_v, attn_mask, lengths)
    query, key, value, weight_q, weight_k, weight_v = arrays
    output, weights = additive_core(*arrays, bias)
    weights = weights if alive is None else weights * alive
    u = fitting("upstream", upstream, output.shape, query)
    q_grad, k_grad, value_grad, v_grad = additive_backward_core(u, *arrays, weights)
    own = rows(q_grad).T @ rows(query), rows(k_grad).T @ rows(key), rows(v_grad).sum(axis=0)
    return cast((q_grad @ weight_q, k_grad @ weight_k, value_grad, *own), dtype)


def dot_product_core(query, key, value, bias):
    weights = softmax(query @ key.swapaxes(-1, -2) + bias)  # (…, T, S)
    return weights @ value, weights  # (…, T, V)


def dot_product(query, key, value, weight=None, attn_mask=None, lengths=None):
    """y = softmax(q kᵀ) v and the weights: Luong's attention, not scaled; with a weight, softmax(q W kᵀ) v.

    Shapes: query (…, T, Dq), key (…, S, Dk), value (…, S, V), weight (Dq, Dk), without it Dq = Dk -> (…, T, V) and
    (…, T, S). Masks as in `scaled_dot_product`. Source: Luong et al. 2015.
    """
    query, weight = _turned(query, key, weight)
    dtype, query = query.dtype, wide(query)
    query = query if weight is None else query @ wide(weight)
    key, value = (floats(name, a).astype(query.dtype) for name, a in (("key", key), ("value", value)))
    shape = check_qkv(query.shape, key.shape, value.shape)
    bias, alive = added(shape, query.dtype, attn_mask, lengths=lengths)
    output, weights = dot_product_core(query, key, value, bias)
    return cast((output, weights) if alive is None else (output * alive, weights * alive), dtype)


def dot_product_backward(upstream, query, key, value, weight=None, attn_mask=None, lengths=None):
    """∂L/∂q, ∂L/∂k, ∂L/∂v and, where there is one, ∂L/∂W, for u = ∂L/∂y (…, T, V)."""
    query, weight = _turned(query, key, weight)
    turned = query if weight is None else query @ weight
    grads = scaled_dot_product_backward(upstream, turned, key, value, attn_mask, lengths=lengths, scale=1.0)
    if weight is None:
        return grads
    turned_grad, *rest = grads
    return turned_grad @ weight.T, *rest, rows(query).T @ rows(turned_grad)


def _turned(query, key, weight):
    query = floats("query", query)
    if weight is None:
        return query, None
    return query, fitting("weight", weight, (query.shape[-1], np.shape(key)[-1]), query)


def _opened(query, key, value, weight_q, weight_k, weight_v, attn_mask, lengths):
    """The dtype of the query, all arrays as floats that fit, and what the masks add to the scores."""
    names = ("query", "key", "value", "weight_q", "weight_k", "weight_v")
    arrays = [floats(n, a) for n, a in zip(names, (query, key, value, weight_q, weight_k, weight_v), strict=True)]
    query, key, value, *weights = arrays
    check_additive(query.shape, key.shape, *(a.shape for a in weights))
    like = (*key.shape[:-1], query.shape[-1])  # query and key need not have the same features here
    shape = check_qkv(query.shape, like, value.shape)
    dtype, inner = query.dtype, wide(query).dtype
    return dtype, [a.astype(inner, copy=False) for a in arrays], *added(shape, inner, attn_mask, lengths=lengths)
