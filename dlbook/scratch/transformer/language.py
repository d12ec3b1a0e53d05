"""A decoder-only language model: every word looks back at the words before it, and says what comes next."""

import math

import numpy as np

from dlbook._validate.transformer import check_tokens
from dlbook.scratch.attention.dot import Look
from dlbook.scratch.attention.positions import positional_encoding
from dlbook.scratch.layers import Embedding, LayerNorm, Linear
from dlbook.scratch.models import Model
from dlbook.scratch.transformer.blocks import TransformerEncoderLayer, pre_norm_core
from dlbook.scratch.transformer.stacks import TransformerEncoder, redraw


class LanguageModel(Model):
    """Scores (N, T, V) of the next word, from ids (N, T): embedding, places, causal layers with the norm first, a head.

    With `max_length` the places are learned, `positions.weight` (max_length, D); without it they are sines, and the
    embedding is multiplied by √D, as in the paper. `step` writes word by word and keeps what was looked at.
    """

    def __init__(
        self, vocabulary, d_model, nhead, num_layers, dim_feedforward=None, max_length=None, dropout=0.0,
        activation="gelu", dtype=np.float64, rng=None,
    ):  # fmt: skip
        rng, sizes = np.random.default_rng(rng), (d_model, nhead, dim_feedforward or 4 * d_model, dropout, activation)
        layer = TransformerEncoderLayer(*sizes, batch_first=True, norm_first=True, dtype=dtype, rng=rng)
        self.stack = TransformerEncoder(layer, num_layers, LayerNorm(d_model, dtype=dtype))
        redraw(self.stack, rng)
        own = {"embedding": Embedding(vocabulary, d_model, dtype=dtype, rng=rng)}
        own |= {} if max_length is None else {"positions": Embedding(max_length, d_model, dtype=dtype, rng=rng)}
        for layer in own.values():
            layer.params["weight"] *= dtype(0.02 if max_length else 1 / math.sqrt(d_model))
        super().__init__(own | {"stack": self.stack, "head": Linear(d_model, vocabulary, dtype=dtype, rng=rng)})
        self.places, self.width, self.heads = max_length, d_model, nhead

    def forward(self, ids):
        self.x = ids
        return self.children["head"](self.stack(self._placed(ids), is_causal=True))

    def backward(self, upstream):
        """The gradients of the weights, from ∂L/∂scores (N, T, V); zeros for the ids, which have no slope."""
        u = self.stack.backward(self.children["head"].backward(upstream))
        if self.places is not None:
            self.children["positions"].backward(u.sum(axis=0))
        return self.children["embedding"].backward(u if self.places is not None else u * math.sqrt(self.width))

    def step(self, ids, cache=None):
        """The scores of new words, and the cache: keys and values (N, heads, S, D / heads) of every layer so far.

        The same numbers as the whole forward pass gives for these words, without looking at the old ones again: a new
        word costs S products of vectors a layer instead of S², and the cache keeps 2 S D numbers a layer.
        """
        cache = [None] * len(self.stack.layers) if cache is None else cache
        past = 0 if cache[0] is None else cache[0][0].shape[2]
        x, grown = self._placed(np.asarray(ids), past), []
        for layer, kept in zip(self.stack.layers, cache, strict=True):
            x, kept = _cached(layer, x, kept, past, self.heads)
            grown.append(kept)
        return self.children["head"](self.stack.norm(x)), grown

    def _placed(self, ids, past=0):
        check_tokens(np.shape(ids), self.places, past)
        x, T = self.children["embedding"](ids), np.shape(ids)[1]
        if self.places is not None:
            return x + self.children["positions"](np.arange(past, past + T))
        return x * x.dtype.type(math.sqrt(self.width)) + positional_encoding(T, self.width, offset=past).astype(x.dtype)


def cached_attention_core(q, k, v, kept, attend):  # of the new words, (N, H, T, D / H) each
    if kept is not None:
        k, v = np.concatenate((kept[0], k), axis=2), np.concatenate((kept[1], v), axis=2)
    heads, _ = attend(q, k, v)  # the new words look at all words
    return heads, (k, v)


def _cached(layer, x, kept, past, H):
    """One layer of new words x (N, T, D), with the norm first: its output, and the keys and values so far."""
    own, (N, T, D) = layer.children, x.shape
    W = own["self_attn"].params
    found = []

    def attend(x):
        z = x @ W["in_proj_weight"].T + W["in_proj_bias"]  # (N, T, 3 D)
        q, k, v = z.reshape(N, T, 3, H, D // H).transpose(2, 0, 3, 1, 4)  # (N, H, T, D / H) each
        look = lambda q, k, v: Look(q, k, v, is_causal=True, offset=past).forward()
        heads, grown = cached_attention_core(q, k, v, kept, look)
        found.append(grown)
        return heads.swapaxes(1, 2).reshape(N, T, D) @ W["out_proj.weight"].T + W["out_proj.bias"]

    feed = lambda x: own["linear2"](layer.active(own["linear1"](x)))
    x = pre_norm_core(x, attend, own["norm1"])
    return pre_norm_core(x, feed, own["norm2"]), found[0]
