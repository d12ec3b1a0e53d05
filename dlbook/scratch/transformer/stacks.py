"""Layers above layers, and the whole: an encoder that reads, a decoder that writes and looks at what was read."""

from copy import deepcopy

import numpy as np

from dlbook._validate import check_count
from dlbook.scratch.layers import LayerNorm
from dlbook.scratch.models import Model
from dlbook.scratch.transformer.blocks import TransformerDecoderLayer, TransformerEncoderLayer


class _Stack(Model):
    """Copies of a layer in a row, as torch makes them: all start alike, and draw from one generator.

    Behind them stands a norm where there is one: with norm_first nothing else would end the row.
    """

    def __init__(self, layer, num_layers, norm=None):
        check_count("num_layers", num_layers, 1)
        layers = [deepcopy(layer, {id(layer.rng): layer.rng}) for _ in range(num_layers)]
        own = {f"layers.{k}": copied for k, copied in enumerate(layers)}
        super().__init__(own if norm is None else own | {"norm": norm})
        self.layers, self.norm = layers, norm


def redraw(model, rng) -> None:
    """Every matrix anew, uniform in ±√(6 / (in + out)): the copies of a layer are no copies any more."""
    for array in model.parameters().values():
        if array.ndim > 1:
            bound = np.sqrt(6 / sum(array.shape))
            array[...] = rng.uniform(-bound, bound, array.shape)


class TransformerEncoder(_Stack):
    """x through every layer, each with the same masks."""

    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=False):
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)

    def backward(self, upstream):
        upstream = upstream if self.norm is None else self.norm.backward(upstream)
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        return upstream


class TransformerDecoder(_Stack):
    """The words so far through every layer; all of them look at the same memory."""

    def forward(self, tgt, memory, *masks, **options):
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, **options)
        return tgt if self.norm is None else self.norm(tgt)

    def backward(self, upstream):
        """∂L/∂tgt, and ∂L/∂memory as the sum over the layers."""
        upstream, memory_grad = upstream if self.norm is None else self.norm.backward(upstream), 0
        for layer in reversed(self.layers):
            upstream, of_layer = layer.backward(upstream)
            memory_grad = memory_grad + of_layer
        return upstream, memory_grad


class Transformer(Model):
    """decoder(tgt, encoder(src)): torch.nn.Transformer, both stacks with a norm at their end. Vaswani et al. 2017.

    Weights start as torch.nn's layers do; torch.nn.Transformer then draws every matrix anew, uniform in
    ±√(6 / (in + out)), and so does this one.
    """

    def __init__(
        self, d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1,
        activation="relu", layer_norm_eps=1e-5, batch_first=False, norm_first=False, bias=True, dtype=np.float64,
        rng=None,
    ):  # fmt: skip
        rng = np.random.default_rng(rng)
        sizes = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)
        below, above = TransformerEncoderLayer(*sizes, dtype, rng), TransformerDecoderLayer(*sizes, dtype, rng)
        norms = [LayerNorm(d_model, layer_norm_eps, bias=bias, dtype=dtype) for _ in range(2)]
        self.encoder = TransformerEncoder(below, num_encoder_layers, norms[0])
        self.decoder = TransformerDecoder(above, num_decoder_layers, norms[1])
        super().__init__({"encoder": self.encoder, "decoder": self.decoder})
        redraw(self, rng)

    def forward(
        self, src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None,
        tgt_key_padding_mask=None, memory_key_padding_mask=None, tgt_is_causal=False,
    ):  # fmt: skip
        memory = self.encoder(src, src_mask, src_key_padding_mask)
        masks = (tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask, tgt_is_causal)
        return self.decoder(tgt, memory, *masks)

    def backward(self, upstream):
        """∂L/∂src and ∂L/∂tgt."""
        tgt_grad, memory_grad = self.decoder.backward(upstream)
        return self.encoder.backward(memory_grad), tgt_grad
