"""One layer of a Transformer: attention and a small net for each word, each with a residual and a layer norm.

The names of the layers inside are torch.nn's, so that a state_dict moves both ways.
"""

import numpy as np

from dlbook._validate.transformer import check_options
from dlbook.scratch.attention import MultiheadAttention
from dlbook.scratch.layers import GELU, Dropout, LayerNorm, Linear, ReLU
from dlbook.scratch.models import Model


def post_norm_core(x, sub, norm):
    return norm(x + sub(x))  # as in 2017: nothing passes the norm by


def pre_norm_core(x, sub, norm):
    return x + sub(norm(x))  # as since: x goes through from end to end


def post_norm_backward_core(upstream, sub, norm):
    u = norm.backward(upstream)
    return u + sub.backward(u)  # the residual hands u on as it is


def pre_norm_backward_core(upstream, sub, norm):
    return upstream + norm.backward(sub.backward(upstream))


class _Attends:
    """A multi-head attention as a function of x: to x itself, or to a memory whose gradient is kept."""

    def __init__(self, layer, dropout, memory=None, **masks):
        self.layer, self.dropout, self.memory, self.masks = layer, dropout, memory, masks

    def __call__(self, x):
        other = x if self.memory is None else self.memory
        return self.dropout(self.layer(x, other, other, need_weights=False, **self.masks)[0])

    def backward(self, upstream):
        x_grad, key_grad, value_grad = self.layer.backward(self.dropout.backward(upstream))
        if self.memory is None:
            return x_grad + key_grad + value_grad  # x was query, key and value
        self.memory_grad = key_grad + value_grad
        return x_grad


class _Row:
    """Layers one after the other, as a function of x."""

    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, upstream):
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        return upstream


class _Layer(Model):
    """What both kinds of layers share: `pairs`, a list of (what is done, its norm), one after the other."""

    attentions = ("self_attn",)

    def __init__(
        self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", layer_norm_eps=1e-5,
        batch_first=False, norm_first=False, bias=True, dtype=np.float64, rng=None,
    ):  # fmt: skip
        check_options(d_model, nhead, activation)
        rng, options = np.random.default_rng(rng), {"bias": bias, "dtype": dtype}
        own = {}
        for name in self.attentions:
            own[name] = MultiheadAttention(d_model, nhead, dropout, batch_first=batch_first, rng=rng, **options)
        own["linear1"] = Linear(d_model, dim_feedforward, rng=rng, **options)
        own["dropout"] = Dropout(dropout, rng)
        own["linear2"] = Linear(dim_feedforward, d_model, rng=rng, **options)
        for k in range(len(self.attentions) + 1):
            own[f"norm{k + 1}"] = LayerNorm(d_model, layer_norm_eps, **options)
            own[f"dropout{k + 1}"] = Dropout(dropout, rng)
        super().__init__(own)
        self.rng, self.norm_first, self.active = rng, norm_first, GELU() if activation == "gelu" else ReLU()

    def _through(self, x, *attends):
        """x through the attentions, then through the net for each word."""
        own, last = self.children, len(attends) + 1
        inside = (own["linear1"], self.active, own["dropout"], own["linear2"], own[f"dropout{last}"])
        subs = [*attends, _Row(*inside)]
        self.x = [(sub, own[f"norm{k + 1}"]) for k, sub in enumerate(subs)]
        for sub, norm in self.x:
            x = pre_norm_core(x, sub, norm) if self.norm_first else post_norm_core(x, sub, norm)
        return x

    def _back(self, upstream):
        back = pre_norm_backward_core if self.norm_first else post_norm_backward_core
        for sub, norm in reversed(self.x):
            upstream = back(upstream, sub, norm)
        return upstream


class TransformerEncoderLayer(_Layer):
    """x ← norm(x + attention(x)), x ← norm(x + W₂ σ(W₁ x)): every word looks at all words, then thinks by itself."""

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        """Masks as in torch.nn: True = may not look. Causal needs no mask here."""
        masks = {"attn_mask": src_mask, "key_padding_mask": src_key_padding_mask, "is_causal": is_causal}
        return self._through(src, _Attends(self.children["self_attn"], self.children["dropout1"], **masks))

    def backward(self, upstream):
        return self._back(upstream)


class TransformerDecoderLayer(_Layer):
    """As the encoder's, with a second attention between: the words so far look at the memory, what the encoder gave."""

    attentions = ("self_attn", "multihead_attn")

    def forward(
        self, tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None,
        tgt_is_causal=False,
    ):  # fmt: skip
        own = self.children
        masks = {"attn_mask": tgt_mask, "key_padding_mask": tgt_key_padding_mask, "is_causal": tgt_is_causal}
        first = _Attends(own["self_attn"], own["dropout1"], **masks)
        masks = {"attn_mask": memory_mask, "key_padding_mask": memory_key_padding_mask}
        self.across = _Attends(own["multihead_attn"], own["dropout2"], memory, **masks)
        return self._through(tgt, first, self.across)

    def backward(self, upstream):
        """∂L/∂tgt and ∂L/∂memory."""
        tgt_grad = self._back(upstream)
        return tgt_grad, self.across.memory_grad
