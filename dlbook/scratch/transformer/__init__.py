"""The Transformer: layers of attention, an encoder, a decoder, the whole, and a language model of the decoder alone.

As objects they carry torch.nn's names and options; as functions of a dict of weights they are the same, out of
training.
"""

from dlbook.scratch.transformer.blocks import TransformerDecoderLayer, TransformerEncoderLayer
from dlbook.scratch.transformer.functions import (
    decoder,
    decoder_backward,
    decoder_layer,
    decoder_layer_backward,
    encoder,
    encoder_backward,
    encoder_layer,
    encoder_layer_backward,
    transformer,
    transformer_backward,
)
from dlbook.scratch.transformer.gated import SwiGLU, swiglu, swiglu_backward
from dlbook.scratch.transformer.language import LanguageModel
from dlbook.scratch.transformer.stacks import Transformer, TransformerDecoder, TransformerEncoder

__all__ = [
    "LanguageModel", "SwiGLU", "Transformer", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
    "TransformerEncoderLayer", "decoder", "decoder_backward", "decoder_layer", "decoder_layer_backward", "encoder",
    "encoder_backward", "encoder_layer", "encoder_layer_backward", "swiglu", "swiglu_backward", "transformer",
    "transformer_backward",
]  # fmt: skip
