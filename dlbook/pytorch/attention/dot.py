"""Scaled dot-product attention: torch.nn.functional.scaled_dot_product_attention; its weights, in tensors."""

import math

import torch
import torch.nn.functional as F

from dlbook._validate import number_between
from dlbook._validate.attention import check_qkv, check_softcap
from dlbook.pytorch._tensors import backward, fitting, floats
from dlbook.pytorch.attention.masks import added


def scores(query, key, attn_mask=None, scale=None, softcap=None):
    """s = q kᵀ · scale, capped, then masked: (…, T, E), (…, S, E) -> (…, T, S)."""
    query, key = floats("query", query), floats("key", key)
    shape = check_qkv(query.shape, key.shape, key.shape)
    check_softcap(softcap)
    return _scores(query, key.to(query), added(shape, query, attn_mask), scale_of(scale, query), softcap)


def scaled_dot_product(
    query, key, value, attn_mask=None, *, is_causal=False, offset=0, window=None, lengths=None, scale=None,
    enable_gqa=False, softcap=None, dropout=0.0, draw=None,
):  # fmt: skip
    """y = softmax(q kᵀ / √E) v, (…, T, V), and the weights, (…, T, S)."""
    options = (is_causal, offset, window, lengths, scale, enable_gqa, softcap, dropout, draw)
    tensors, rest = opened(query, key, value, attn_mask, *options)
    return attend(*tensors, *rest)


def scaled_dot_product_backward(
    upstream, query, key, value, attn_mask=None, *, is_causal=False, offset=0, window=None, lengths=None, scale=None,
    enable_gqa=False, softcap=None, dropout=0.0, draw=None,
):  # fmt: skip
    """∂L/∂q, ∂L/∂k and ∂L/∂v, by autograd."""
    options = (is_causal, offset, window, lengths, scale, enable_gqa, softcap, dropout, draw)
    tensors, rest = opened(query, key, value, attn_mask, *options)
    query, _, value = tensors
    upstream = fitting("upstream", upstream, (*query.shape[:-1], value.shape[-1]), query)
    return backward(upstream, lambda *all: attend(*all, *rest)[0], *tensors)


def attend(query, key, value, bias, scale, enable_gqa, softcap, factors):
    """The output by torch's own function, where it has the options; the weights by its softmax."""
    groups = query.shape[-3] // key.shape[-3] if enable_gqa else 1
    spread = (lambda a: a.repeat_interleave(groups, dim=-3)) if groups > 1 else lambda a: a
    weights = looked(_scores(query, spread(key), bias, scale, softcap))
    if softcap is None and factors is None:
        options = {"attn_mask": bias, "scale": scale, "enable_gqa": enable_gqa}
        return F.scaled_dot_product_attention(query, key, value, **options), weights
    return (weights if factors is None else weights * factors) @ spread(value), weights


def looked(s):
    """The softmax of each row; of a row of −∞ throughout, zeros."""
    alive = (s > -torch.inf).any(dim=-1, keepdim=True)
    return F.softmax(torch.where(alive, s, 0), dim=-1) * alive


def opened(
    query, key, value, attn_mask=None, is_causal=False, offset=0, window=None, lengths=None, scale=None,
    enable_gqa=False, softcap=None, dropout=0.0, draw=None,
):  # fmt: skip
    """Query, key and value as floats that fit, and the rest of what `attend` takes."""
    query, key, value = floats("query", query), floats("key", key), floats("value", value)
    shape = check_qkv(query.shape, key.shape, value.shape, enable_gqa)
    check_softcap(softcap)
    bias = added(shape, query, attn_mask, is_causal, offset, window, lengths)
    p, factors = number_between("dropout", dropout, 0, 1), None
    if draw is not None:
        kept = fitting("draw", draw, shape, query) >= p
        factors = kept.to(query) * (0 if p == 1 else 1 / (1 - p))
    return (query, key.to(query), value.to(query)), (bias, scale_of(scale, query), enable_gqa, softcap, factors)


def scale_of(scale, query) -> float:
    return 1 / math.sqrt(query.shape[-1]) if scale is None else number_between("scale", scale)


def _scores(query, key, bias, scale, softcap):
    s = query @ key.transpose(-1, -2) * scale
    s = s if softcap is None else softcap * torch.tanh(s / softcap)
    return s if bias is None else s + bias
