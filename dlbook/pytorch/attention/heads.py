"""Self-attention, and several heads: torch's functions, where its masks of the other convention are turned."""

import torch.nn.functional as F

from dlbook._validate.attention import check_projections, check_single_head
from dlbook.pytorch._tensors import backward, fitting, floats
from dlbook.pytorch.attention.dot import attend, opened
from dlbook.pytorch.attention.masks import as_added, turned


def self_attention(x, weight_q, weight_k, weight_v, attn_mask=None, *, is_causal=False, lengths=None, scale=None):
    """y = softmax(q kᵀ / √E) v with q = W_q x, k = W_k x and v = W_v x, and the weights."""
    tensors = _single(x, weight_q, weight_k, weight_v)
    return _self(*tensors, attn_mask, is_causal, lengths, scale)


def self_attention_backward(
    upstream, x, weight_q, weight_k, weight_v, attn_mask=None, *, is_causal=False, lengths=None, scale=None
):
    """∂L/∂x, ∂L/∂W_q, ∂L/∂W_k and ∂L/∂W_v, by autograd."""
    x, *weights = _single(x, weight_q, weight_k, weight_v)
    upstream = fitting("upstream", upstream, (*x.shape[:-1], len(weights[2])), x)
    f = lambda *all: _self(*all, attn_mask, is_causal, lengths, scale)[0]
    return backward(upstream, f, x, *weights)


def multi_head(
    query, key, value, num_heads, in_proj_weight, out_proj_weight, in_proj_bias=None, out_proj_bias=None,
    key_padding_mask=None, attn_mask=None, *, is_causal=False, offset=0, dropout=0.0, draw=None,
):  # fmt: skip
    """y = W_o [head_1 … head_H] + b_o, (N, T, D), and the weights, (N, H, T, S); True = may not look."""
    tensors = _packed(query, key, value, num_heads, in_proj_weight, out_proj_weight, in_proj_bias, out_proj_bias)
    bias = _both(tensors, num_heads, key_padding_mask, attn_mask)
    return _heads(*tensors, num_heads, bias, is_causal, offset, dropout, draw)


def multi_head_backward(
    upstream, query, key, value, num_heads, in_proj_weight, out_proj_weight, in_proj_bias=None, out_proj_bias=None,
    key_padding_mask=None, attn_mask=None, *, is_causal=False, offset=0, dropout=0.0, draw=None,
):  # fmt: skip
    """The gradients of query, key, value, both weights and of those biases that there are, by autograd."""
    tensors = _packed(query, key, value, num_heads, in_proj_weight, out_proj_weight, in_proj_bias, out_proj_bias)
    bias = _both(tensors, num_heads, key_padding_mask, attn_mask)
    upstream = fitting("upstream", upstream, tensors[0].shape, tensors[0])
    f = lambda *all: _heads(*all, num_heads, bias, is_causal, offset, dropout, draw)[0]
    given = (True,) * 5 + (in_proj_bias is not None, out_proj_bias is not None)
    return tuple(grad for grad, there in zip(backward(upstream, f, *tensors), given, strict=True) if there)


def _heads(query, key, value, W_in, W_out, b_in, b_out, num_heads, bias, is_causal, offset, dropout, draw):
    inputs = zip((query, key, value), W_in.chunk(3), b_in.chunk(3), strict=True)
    q, k, v = (F.linear(x, W, b).unflatten(-1, (num_heads, -1)).transpose(1, 2) for x, W, b in inputs)
    tensors, rest = opened(q, k, v, bias, is_causal, offset, dropout=dropout, draw=draw)
    heads, weights = attend(*tensors, *rest)  # (N, H, T, D / H)
    return F.linear(heads.transpose(1, 2).flatten(2), W_out, b_out), weights


def _both(tensors, num_heads, key_padding_mask, attn_mask):
    """Both masks as numbers to add, in a shape that fits (N, H, T, S)."""
    query, key, *_ = tensors
    (N, T, _), S, bias = query.shape, key.shape[1], None
    if key_padding_mask is not None:
        bias = as_added(turned("key_padding_mask", key_padding_mask, [(N, S)]), query)[:, None, None]
    if attn_mask is not None:
        own = as_added(turned("attn_mask", attn_mask, [(T, S), (N * num_heads, T, S)]), query)
        own = own if own.ndim == 2 else own.unflatten(0, (N, num_heads))
        bias = own if bias is None else bias + own
    return bias


def _packed(query, key, value, num_heads, W_in, W_out, b_in, b_out):
    given = {"query": query, "key": key, "value": value, "in_proj_weight": W_in, "out_proj_weight": W_out}
    given = {name: floats(name, a) for name, a in given.items()}
    check_projections(*(tuple(a.shape) for a in given.values()), num_heads)
    query = given["query"]
    D = query.shape[-1]
    biases = {"in_proj_bias": (b_in, (3 * D,)), "out_proj_bias": (b_out, (D,))}
    biases = [query.new_zeros(shape) if b is None else fitting(n, b, shape, query) for n, (b, shape) in biases.items()]
    return *(a.to(query) for a in given.values()), *biases


def _self(x, weight_q, weight_k, weight_v, attn_mask, is_causal, lengths, scale):
    q, k, v = (F.linear(x, W) for W in (weight_q, weight_k, weight_v))
    tensors, rest = opened(q, k, v, attn_mask, is_causal, lengths=lengths, scale=scale)
    return attend(*tensors, *rest)


def _single(x, weight_q, weight_k, weight_v):
    x, weights = floats("x", x), {"weight_q": weight_q, "weight_k": weight_k, "weight_v": weight_v}
    weights = {name: floats(name, W) for name, W in weights.items()}
    check_single_head(tuple(x.shape), {name: tuple(W.shape) for name, W in weights.items()})
    return x, *(W.to(x) for W in weights.values())
