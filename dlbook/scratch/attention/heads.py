"""Self-attention, and several heads side by side, each of which looks for something of its own."""

import numpy as np

from dlbook._validate.attention import check_mask_of, check_projections, check_single_head
from dlbook.scratch._arrays import array, cast, fitting, floats, wide
from dlbook.scratch.attention.dot import Look, rows


def self_attention_core(x, weight_q, weight_k, weight_v, attend):
    q, k, v = x @ weight_q.T, x @ weight_k.T, x @ weight_v.T  # (…, T, E) each, of the same words
    return attend(q, k, v)


def self_attention(x, weight_q, weight_k, weight_v, attn_mask=None, *, is_causal=False, lengths=None, scale=None):
    """y = softmax(q kᵀ / √E) v with q = W_q x, k = W_k x and v = W_v x: a sequence looks at itself; y and the weights.

    Shapes: x (…, T, D), weight_q and weight_k (E, D), weight_v (V, D) -> (…, T, V) and (…, T, T). Without a mask and
    without positions in x, another order of the words gives the same outputs in that order.
    """
    dtype, arrays = _single(x, weight_q, weight_k, weight_v)
    attend = lambda q, k, v: Look(q, k, v, attn_mask, is_causal, lengths=lengths, scale=scale).forward()
    return cast(self_attention_core(*arrays, attend), dtype)


def self_attention_backward(
    upstream, x, weight_q, weight_k, weight_v, attn_mask=None, *, is_causal=False, lengths=None, scale=None
):
    """∂L/∂x, ∂L/∂W_q, ∂L/∂W_k and ∂L/∂W_v: x is used three times, so that its gradient is a sum of three."""
    dtype, (x, *weights) = _single(x, weight_q, weight_k, weight_v)
    look = Look(*(x @ W.T for W in weights), attn_mask, is_causal, lengths=lengths, scale=scale)
    output, _ = look.forward()
    grads = look.backward(fitting("upstream", upstream, output.shape, x))
    x_grad = sum(grad @ W for grad, W in zip(grads, weights, strict=True))
    return cast((x_grad, *(rows(grad).T @ rows(x) for grad in grads)), dtype)


def multi_head_core(query, key, value, W_q, W_k, W_v, b_q, b_k, b_v, W_o, b_o, split, attend):
    q, k, v = split(query @ W_q.T + b_q), split(key @ W_k.T + b_k), split(value @ W_v.T + b_v)
    heads, weights = attend(q, k, v)  # (N, H, T, D / H), (N, H, T, S)
    N, H, T, E = heads.shape
    joined = heads.swapaxes(1, 2).reshape(N, T, H * E)
    return joined @ W_o.T + b_o, weights


def multi_head(
    query, key, value, num_heads, in_proj_weight, out_proj_weight, in_proj_bias=None, out_proj_bias=None,
    key_padding_mask=None, attn_mask=None, *, is_causal=False, offset=0, dropout=0.0, draw=None,
):  # fmt: skip
    """y = W_o [head_1 … head_H] + b_o, head_h = softmax(q_h k_hᵀ / √(D/H)) v_h; y and the weights of every head.

    q, k, v = W_q query + b_q, …, cut into H parts of D / H features. Shapes: query (N, T, D), key and value (N, S, D),
    in_proj_weight (3 D, D) with W_q, W_k, W_v one below the other, out_proj_weight (D, D) -> (N, T, D) and
    (N, H, T, S). The masks are those of torch.nn.MultiheadAttention, where True = may **not** look: key_padding_mask
    (N, S), attn_mask (T, S) or (N · H, T, S), or floats that are added. A row that may look nowhere is 0 before W_o; in
    torch it is NaN.
    """
    net = MultiHead(num_heads, query, key, value, in_proj_weight, out_proj_weight, in_proj_bias, out_proj_bias)
    net.mask(key_padding_mask, attn_mask, is_causal, offset, dropout, draw)
    return cast(net.forward(), net.dtype)


def multi_head_backward(
    upstream, query, key, value, num_heads, in_proj_weight, out_proj_weight, in_proj_bias=None, out_proj_bias=None,
    key_padding_mask=None, attn_mask=None, *, is_causal=False, offset=0, dropout=0.0, draw=None,
):  # fmt: skip
    """The gradients of query, key, value, in_proj_weight, out_proj_weight and of those biases that there are."""
    net = MultiHead(num_heads, query, key, value, in_proj_weight, out_proj_weight, in_proj_bias, out_proj_bias)
    net.mask(key_padding_mask, attn_mask, is_causal, offset, dropout, draw)
    net.forward()
    grads = net.backward(fitting("upstream", upstream, net.query.shape, net.query))
    given = (True,) * 5 + (in_proj_bias is not None, out_proj_bias is not None)
    return cast(tuple(grad for grad, there in zip(grads, given, strict=True) if there), net.dtype)


class MultiHead:
    """A multi-head attention whose arrays have come through the door: `mask(…)`, `forward()`, `backward(upstream)`."""

    def __init__(self, num_heads, query, key, value, W_in, W_out, b_in=None, b_out=None):
        given = {"query": query, "key": key, "value": value, "in_proj_weight": W_in, "out_proj_weight": W_out}
        given = {name: floats(name, a) for name, a in given.items()}
        self.each = check_projections(*(a.shape for a in given.values()), num_heads)
        self.dtype, self.heads, inner = given["query"].dtype, num_heads, wide(given["query"]).dtype
        self.query, self.key, self.value, W_in, self.W_out = (a.astype(inner, copy=False) for a in given.values())
        D = self.query.shape[-1]
        biases = {"in_proj_bias": (b_in, (3 * D,)), "out_proj_bias": (b_out, (D,))}
        b_in, self.b_out = (
            np.zeros(shape, inner) if b is None else fitting(name, b, shape, self.query)
            for name, (b, shape) in biases.items()
        )
        self.W, self.b = np.split(W_in, 3), np.split(b_in, 3)

    def mask(self, key_padding_mask=None, attn_mask=None, is_causal=False, offset=0, dropout=0.0, draw=None):
        """The masks, turned to True = may look, in a shape that fits (N, H, T, S)."""
        N, T, S = len(self.query), self.query.shape[1], self.key.shape[1]
        parts = []
        if key_padding_mask is not None:
            padding = _turned("key_padding_mask", key_padding_mask, [(N, S)])
            parts.append(padding[:, None, None])
        if attn_mask is not None:
            own = _turned("attn_mask", attn_mask, [(T, S), (N * self.heads, T, S)])
            parts.append(own if own.ndim == 2 else own.reshape(N, self.heads, T, S))
        both = _joined(parts, self.query.dtype)
        self.options = (both, is_causal, offset, None, None, None, False, None, dropout, draw)

    def forward(self):
        def attend(q, k, v):
            self.look = Look(q, k, v, *self.options)
            self.joined, weights = self.look.forward()
            return self.joined, weights

        return multi_head_core(
            self.query, self.key, self.value, *self.W, *self.b, self.W_out, self.b_out, self._split, attend
        )

    def backward(self, upstream):
        """∂L/∂query, ∂L/∂key, ∂L/∂value, and those of the packed weight, the outer weight and both biases."""
        N, T, D = upstream.shape
        joined = self.joined.swapaxes(1, 2).reshape(-1, D)  # (N · T, D)
        u = upstream.reshape(-1, D)
        heads_grad = self._split((u @ self.W_out).reshape(N, T, D))
        grads = [self._rows(grad) for grad in self.look.backward(heads_grad)]  # (N · T, D) each
        inputs = (self.query, self.key, self.value)
        x_grads = [(grad @ W).reshape(x.shape) for grad, W, x in zip(grads, self.W, inputs, strict=True)]
        W_in = np.concatenate([grad.T @ x.reshape(-1, D) for grad, x in zip(grads, inputs, strict=True)])
        b_in = np.concatenate([grad.sum(axis=0, dtype=np.float64) for grad in grads])
        return *x_grads, W_in, u.T @ joined, b_in, u.sum(axis=0, dtype=np.float64)

    def _split(self, x):
        """(N, T, D) -> (N, H, T, D / H)."""
        return x.reshape(*x.shape[:2], self.heads, self.each).swapaxes(1, 2)

    def _rows(self, x):
        """(N, H, T, D / H) -> (N · T, D)."""
        return x.swapaxes(1, 2).reshape(-1, self.heads * self.each)


def _turned(name, given, shapes):
    """torch.nn's mask, True = may not look, as one with True = may look; floats stay."""
    given = array(name, given)
    kind = {"b": "yes or no", "f": "floats"}.get(given.dtype.kind, str(given.dtype))
    check_mask_of(name, given.shape, kind, shapes)
    return ~given if kind == "yes or no" else given


def _joined(parts, dtype):
    """Both masks as one: yes and no together, or all as numbers to add."""
    if len(parts) < 2:
        return parts[0] if parts else None
    one, other = parts
    if one.dtype.kind == other.dtype.kind == "b":
        return one & other
    one, other = (np.where(m, 0, -np.inf).astype(dtype) if m.dtype.kind == "b" else m for m in parts)
    return one + other


def _single(x, weight_q, weight_k, weight_v):
    x, weights = floats("x", x), {"weight_q": weight_q, "weight_k": weight_k, "weight_v": weight_v}
    weights = {name: floats(name, W) for name, W in weights.items()}
    check_single_head(x.shape, {name: W.shape for name, W in weights.items()})
    dtype, x = x.dtype, wide(x)
    return dtype, [x, *(W.astype(x.dtype, copy=False) for W in weights.values())]
