"""Bahdanau's and Luong's attention in tensors: torch has neither."""

import torch

from dlbook._validate.attention import check_additive, check_qkv
from dlbook.pytorch._tensors import backward, fitting, floats
from dlbook.pytorch.attention.dot import looked, scaled_dot_product
from dlbook.pytorch.attention.masks import added


def additive(query, key, value, weight_q, weight_k, weight_v, attn_mask=None, lengths=None):
    """y = softmax(e) v with e_ts = wᵥᵀ tanh(W_q q_t + W_k k_s), and the weights."""
    tensors, bias = _inputs(query, key, value, weight_q, weight_k, weight_v, attn_mask, lengths)
    return _additive(*tensors, bias)


def additive_backward(upstream, query, key, value, weight_q, weight_k, weight_v, attn_mask=None, lengths=None):
    """The gradients of query, key, value and the three weights, by autograd."""
    tensors, bias = _inputs(query, key, value, weight_q, weight_k, weight_v, attn_mask, lengths)
    query, _, value, *_ = tensors
    upstream = fitting("upstream", upstream, (*query.shape[:-1], value.shape[-1]), query)
    return backward(upstream, lambda *all: _additive(*all, bias)[0], *tensors)


def dot_product(query, key, value, weight=None, attn_mask=None, lengths=None):
    """y = softmax(q kᵀ) v, or softmax(q W kᵀ) v, and the weights."""
    query, weight = _turned(query, key, weight)
    query = query if weight is None else query @ weight
    return scaled_dot_product(query, key, value, attn_mask, lengths=lengths, scale=1.0)


def dot_product_backward(upstream, query, key, value, weight=None, attn_mask=None, lengths=None):
    """∂L/∂q, ∂L/∂k, ∂L/∂v and, where there is one, ∂L/∂W, by autograd."""
    query, weight = _turned(query, key, weight)
    key, value = floats("key", key).to(query), floats("value", value).to(query)
    upstream = fitting("upstream", upstream, (*query.shape[:-1], value.shape[-1]), query)
    f = lambda q, k, v, W=None: dot_product(q, k, v, W, attn_mask, lengths)[0]
    return backward(upstream, f, *((query, key, value) if weight is None else (query, key, value, weight)))


def _additive(query, key, value, weight_q, weight_k, weight_v, bias):
    q, k = query @ weight_q.T, key @ weight_k.T  # (…, T, A), (…, S, A)
    e = torch.tanh(q.unsqueeze(-2) + k.unsqueeze(-3)) @ weight_v  # (…, T, S)
    weights = looked(e if bias is None else e + bias)
    return weights @ value, weights


def _turned(query, key, weight):
    query = floats("query", query)
    if weight is None:
        return query, None
    return query, fitting("weight", weight, (query.shape[-1], torch.as_tensor(key).shape[-1]), query)


def _inputs(query, key, value, weight_q, weight_k, weight_v, attn_mask, lengths):
    names = ("query", "key", "value", "weight_q", "weight_k", "weight_v")
    tensors = [floats(n, a) for n, a in zip(names, (query, key, value, weight_q, weight_k, weight_v), strict=True)]
    query, key, value, *weights = tensors
    check_additive(query.shape, key.shape, *(tuple(a.shape) for a in weights))
    like = (*key.shape[:-1], query.shape[-1])  # query and key need not have the same features here
    shape = check_qkv(query.shape, like, value.shape)
    return [a.to(query) for a in tensors], added(shape, query, attn_mask, lengths=lengths)
