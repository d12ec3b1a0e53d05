"""Multi-head attention as an object, for models."""

import math

import numpy as np

from dlbook._validate import number_between
from dlbook._validate.attention import check_heads
from dlbook.scratch._arrays import cast, fitting
from dlbook.scratch.attention.heads import MultiHead
from dlbook.scratch.layers.modules import Module


class MultiheadAttention(Module):
    """torch.nn.MultiheadAttention: y, weights = layer(query, key, value), and its masks, where True = may not look.

    Starts as torch does: W_q, W_k, W_v uniform in ±√(6 / 4D) (they are drawn as one matrix), W_o in ±1/√D, biases 0.
    """

    def __init__(
        self, embed_dim, num_heads, dropout=0.0, bias=True, batch_first=False, dtype=np.float64, rng=None
    ):  # fmt: skip
        super().__init__()
        check_heads(num_heads, embed_dim)
        self.heads, self.batch_first, self.rng = num_heads, batch_first, np.random.default_rng(rng)
        self.p, D = number_between("dropout", dropout, 0, 1), embed_dim
        bounds = {"in_proj_weight": (math.sqrt(6 / (4 * D)), (3 * D, D)), "in_proj_bias": (0, (3 * D,))}
        bounds |= {"out_proj.weight": (1 / math.sqrt(D), (D, D)), "out_proj.bias": (0, (D,))}
        for name, (bound, shape) in bounds.items():
            if bias or not name.endswith("bias"):
                self.params[name] = self.rng.uniform(-bound, bound, shape).astype(dtype)

    def forward(
        self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True,
        is_causal=False,
    ):  # fmt: skip
        """y, and the weights (N, T, S) as their mean over the heads, or (N, H, T, S), or None."""
        own = [self.params.get(name) for name in ("in_proj_weight", "out_proj.weight", "in_proj_bias", "out_proj.bias")]
        query, key, value = (self._batch_first(np.asarray(x)) for x in (query, key, value))
        self.x = net = MultiHead(self.heads, query, key, value, *own)
        draw = None
        if self.training and self.p:
            draw = self.rng.random((len(query), self.heads, query.shape[1], key.shape[1]))
        net.mask(key_padding_mask, attn_mask, is_causal, 0, self.p, draw)
        output, weights = net.forward()
        if not need_weights:
            weights = None
        elif average_attn_weights:
            weights = weights.mean(axis=1)
        return self._batch_first(cast(output, net.dtype)), weights if weights is None else cast(weights, net.dtype)

    def backward(self, upstream):
        """∂L/∂query, ∂L/∂key and ∂L/∂value, from ∂L/∂y; in self-attention x gets their sum."""
        net = self.x
        upstream = fitting("upstream", self._batch_first(np.asarray(upstream)), net.query.shape, net.query)
        *x_grads, W_in, W_out, b_in, b_out = cast(net.backward(upstream), net.dtype)
        own = {"in_proj_weight": W_in, "in_proj_bias": b_in, "out_proj.weight": W_out, "out_proj.bias": b_out}
        self.grads = {name: own[name] for name in self.params}
        return tuple(map(self._batch_first, x_grads))

    def _batch_first(self, x):
        """(T, N, D) to (N, T, D) where time comes first, and back again."""
        return x if self.batch_first or x.ndim < 2 else x.swapaxes(0, 1)
