"""The Transformer as functions of its weights: out of training, so that nothing is drawn.

`weights` is a dict under the names of torch.nn's state_dict, and says how many layers there are and how wide. x is
(N, T, D); masks are torch.nn's, True = may not look. A row that may look nowhere gets zeros from its attention, where
torch.nn gives NaN.
"""

from dlbook._validate.transformer import check_input, check_options, check_same_names, sizes_of
from dlbook.scratch._arrays import cast, fitting, floats, wide
from dlbook.scratch.layers import LayerNorm
from dlbook.scratch.transformer.blocks import TransformerDecoderLayer, TransformerEncoderLayer
from dlbook.scratch.transformer.stacks import Transformer, TransformerDecoder, TransformerEncoder


def encoder_layer(
    src, weights, nhead, src_mask=None, src_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """x ← norm(x + attention(x)), x ← norm(x + W₂ σ(W₁ x)); with norm_first x + attention(norm(x)), …: (N, T, D)."""
    return _ran(_one_encoder, (src,), weights, nhead, activation, norm_first, layer_norm_eps)(
        src_mask, src_key_padding_mask
    )


def encoder_layer_backward(
    upstream, src, weights, nhead, src_mask=None, src_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂src, and a dict with those of the weights."""
    return _ran(_one_encoder, (src,), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(
        src_mask, src_key_padding_mask
    )


def decoder_layer(
    tgt, memory, weights, nhead, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, *, activation="relu", norm_first=False, layer_norm_eps=1e-5,
):  # fmt: skip
    """As the encoder's layer, with attention to the memory between: (N, T, D), (N, S, D) -> (N, T, D)."""
    return _ran(_one_decoder, (tgt, memory), weights, nhead, activation, norm_first, layer_norm_eps)(
        tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
    )


def decoder_layer_backward(
    upstream, tgt, memory, weights, nhead, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, *, activation="relu", norm_first=False, layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂tgt, ∂L/∂memory, and a dict with those of the weights."""
    return _ran(_one_decoder, (tgt, memory), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(
        tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
    )


def encoder(
    src, weights, nhead, mask=None, src_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """Encoder layers, `layers.0.…`, one after the other, and `norm` behind them where it is among the weights."""
    return _ran(_encoder, (src,), weights, nhead, activation, norm_first, layer_norm_eps)(mask, src_key_padding_mask)


def encoder_backward(
    upstream, src, weights, nhead, mask=None, src_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂src, and a dict with those of the weights."""
    return _ran(_encoder, (src,), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(
        mask, src_key_padding_mask
    )


def decoder(
    tgt, memory, weights, nhead, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, *, activation="relu", norm_first=False, layer_norm_eps=1e-5,
):  # fmt: skip
    """Decoder layers, one after the other, which all look at the same memory."""
    return _ran(_decoder, (tgt, memory), weights, nhead, activation, norm_first, layer_norm_eps)(
        tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
    )


def decoder_backward(
    upstream, tgt, memory, weights, nhead, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, *, activation="relu", norm_first=False, layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂tgt, ∂L/∂memory as the sum over the layers, and a dict with those of the weights."""
    return _ran(_decoder, (tgt, memory), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(
        tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
    )


def transformer(
    src, tgt, weights, nhead, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None,
    tgt_key_padding_mask=None, memory_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """decoder(tgt, encoder(src)): torch.nn.Transformer, (N, S, D) and (N, T, D) -> (N, T, D)."""
    masks = (src_mask, tgt_mask, memory_mask, src_key_padding_mask, tgt_key_padding_mask, memory_key_padding_mask)
    return _ran(_whole, (src, tgt), weights, nhead, activation, norm_first, layer_norm_eps)(*masks)


def transformer_backward(
    upstream, src, tgt, weights, nhead, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None,
    tgt_key_padding_mask=None, memory_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂src, ∂L/∂tgt, and a dict with those of the weights."""
    masks = (src_mask, tgt_mask, memory_mask, src_key_padding_mask, tgt_key_padding_mask, memory_key_padding_mask)
    return _ran(_whole, (src, tgt), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(*masks)


def _ran(make, xs, weights, nhead, activation, norm_first, eps, upstream=None):
    """A function of the masks: the output of the net with these weights, or with an upstream all gradients."""
    weights = {name: floats(f"weights[{name!r}]", value) for name, value in weights.items()}
    names = {_one_encoder: ("src",), _encoder: ("src",), _whole: ("src", "tgt")}.get(make, ("tgt", "memory"))
    xs = [floats(name, x) for name, x in zip(names, xs, strict=True)]
    dtype, like = xs[0].dtype, wide(xs[0])
    shapes = {name: value.shape for name, value in weights.items()}
    net, width = make(shapes, nhead, activation, norm_first, eps, like.dtype)
    for name, x in zip(names, xs, strict=True):
        check_input(name, x.shape, width, None if name == names[0] else len(xs[0]))
    check_same_names({name: value.shape for name, value in net.state_dict().items()}, shapes)
    net.load_state_dict(weights)

    def run(*masks):
        output = net.eval()(*(x.astype(like.dtype, copy=False) for x in xs), *masks)
        if upstream is None:
            return cast(output, dtype)
        grads = net.backward(fitting("upstream", upstream, output.shape, output))
        grads = grads if isinstance(grads, tuple) else (grads,)
        return *cast(grads, dtype), {name: cast(grad, dtype) for name, grad in net.gradients().items()}

    return run


def _layer(kind, shapes, nhead, activation, norm_first, eps, dtype, prefix="", single=False):
    sizes = sizes_of(shapes, prefix, single)
    check_options(sizes.width, nhead, activation)
    options = (sizes.width, nhead, sizes.inner, 0.0, activation, eps, True, norm_first, sizes.bias, dtype)
    return sizes, kind(*options)


def _one_encoder(shapes, *options):
    sizes, layer = _layer(TransformerEncoderLayer, shapes, *options, single=True)
    return layer, sizes.width


def _one_decoder(shapes, *options):
    sizes, layer = _layer(TransformerDecoderLayer, shapes, *options, single=True)
    return layer, sizes.width


def _stack(stack, kind, shapes, nhead, activation, norm_first, eps, dtype, prefix=""):
    sizes, layer = _layer(kind, shapes, nhead, activation, norm_first, eps, dtype, prefix)
    norm = LayerNorm(sizes.width, eps, bias=sizes.bias, dtype=dtype) if sizes.norm else None
    return stack(layer, sizes.layers, norm), sizes.width


def _encoder(shapes, *options):
    return _stack(TransformerEncoder, TransformerEncoderLayer, shapes, *options)


def _decoder(shapes, *options):
    return _stack(TransformerDecoder, TransformerDecoderLayer, shapes, *options)


def _whole(shapes, nhead, activation, norm_first, eps, dtype):
    below, above = sizes_of(shapes, "encoder."), sizes_of(shapes, "decoder.")
    check_options(below.width, nhead, activation)
    counts = (below.layers, above.layers, below.inner, 0.0, activation, eps, True, norm_first, below.bias, dtype)
    return Transformer(below.width, nhead, *counts), below.width
