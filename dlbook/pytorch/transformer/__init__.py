"""The Transformer in PyTorch: torch.nn's own layers, as objects and as functions of a dict of weights."""

from torch.nn import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)

from dlbook.pytorch.transformer.functions import (
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
from dlbook.pytorch.transformer.gated import SwiGLU, swiglu, swiglu_backward
from dlbook.pytorch.transformer.language import LanguageModel

__all__ = [
    "LanguageModel", "SwiGLU", "Transformer", "TransformerDecoder", "TransformerDecoderLayer", "TransformerEncoder",
    "TransformerEncoderLayer", "decoder", "decoder_backward", "decoder_layer", "decoder_layer_backward", "encoder",
    "encoder_backward", "encoder_layer", "encoder_layer_backward", "swiglu", "swiglu_backward", "transformer",
    "transformer_backward",
]  # fmt: skip
