"""The Transformer as functions of its weights: torch.nn's own layers, out of training, and autograd.

Without gradients torch would take a short cut of its own through an encoder; in training mode without dropout it does
not, and the numbers are those that are learned with.
"""

import torch
from torch import nn
from torch.func import functional_call

from dlbook._validate.transformer import check_input, check_options, check_same_names, sizes_of
from dlbook.pytorch._tensors import fitting, floats, tensor


def encoder_layer(
    src, weights, nhead, src_mask=None, src_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """torch.nn.TransformerEncoderLayer: (N, T, D) -> (N, T, D)."""
    return _ran(_one_encoder, (src,), weights, nhead, activation, norm_first, layer_norm_eps)(
        src_mask, src_key_padding_mask
    )


def encoder_layer_backward(
    upstream, src, weights, nhead, src_mask=None, src_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂src, and those of the weights, by autograd."""
    return _ran(_one_encoder, (src,), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(
        src_mask, src_key_padding_mask
    )


def decoder_layer(
    tgt, memory, weights, nhead, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, *, activation="relu", norm_first=False, layer_norm_eps=1e-5,
):  # fmt: skip
    """torch.nn.TransformerDecoderLayer: (N, T, D), (N, S, D) -> (N, T, D)."""
    return _ran(_one_decoder, (tgt, memory), weights, nhead, activation, norm_first, layer_norm_eps)(
        tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
    )


def decoder_layer_backward(
    upstream, tgt, memory, weights, nhead, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, *, activation="relu", norm_first=False, layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂tgt, ∂L/∂memory, and those of the weights, by autograd."""
    return _ran(_one_decoder, (tgt, memory), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(
        tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
    )


def encoder(
    src, weights, nhead, mask=None, src_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """torch.nn.TransformerEncoder."""
    return _ran(_encoder, (src,), weights, nhead, activation, norm_first, layer_norm_eps)(mask, src_key_padding_mask)


def encoder_backward(
    upstream, src, weights, nhead, mask=None, src_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂src, and those of the weights, by autograd."""
    return _ran(_encoder, (src,), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(
        mask, src_key_padding_mask
    )


def decoder(
    tgt, memory, weights, nhead, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, *, activation="relu", norm_first=False, layer_norm_eps=1e-5,
):  # fmt: skip
    """torch.nn.TransformerDecoder."""
    return _ran(_decoder, (tgt, memory), weights, nhead, activation, norm_first, layer_norm_eps)(
        tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
    )


def decoder_backward(
    upstream, tgt, memory, weights, nhead, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
    memory_key_padding_mask=None, *, activation="relu", norm_first=False, layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂tgt, ∂L/∂memory, and those of the weights, by autograd."""
    return _ran(_decoder, (tgt, memory), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(
        tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
    )


def transformer(
    src, tgt, weights, nhead, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None,
    tgt_key_padding_mask=None, memory_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """torch.nn.Transformer: (N, S, D), (N, T, D) -> (N, T, D)."""
    masks = (src_mask, tgt_mask, memory_mask, src_key_padding_mask, tgt_key_padding_mask, memory_key_padding_mask)
    return _ran(_whole, (src, tgt), weights, nhead, activation, norm_first, layer_norm_eps)(*masks)


def transformer_backward(
    upstream, src, tgt, weights, nhead, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None,
    tgt_key_padding_mask=None, memory_key_padding_mask=None, *, activation="relu", norm_first=False,
    layer_norm_eps=1e-5,
):  # fmt: skip
    """∂L/∂src, ∂L/∂tgt, and those of the weights, by autograd."""
    masks = (src_mask, tgt_mask, memory_mask, src_key_padding_mask, tgt_key_padding_mask, memory_key_padding_mask)
    return _ran(_whole, (src, tgt), weights, nhead, activation, norm_first, layer_norm_eps, upstream)(*masks)


def _ran(make, xs, weights, nhead, activation, norm_first, eps, upstream=None):
    """A function of the masks: the output of the net with these weights, or with an upstream all gradients."""
    weights = {name: floats(f"weights[{name!r}]", value) for name, value in weights.items()}
    names = {_one_encoder: ("src",), _encoder: ("src",), _whole: ("src", "tgt")}.get(make, ("tgt", "memory"))
    xs = [floats(name, x) for name, x in zip(names, xs, strict=True)]
    shapes, like = {name: tuple(value.shape) for name, value in weights.items()}, xs[0]
    net, width = make(shapes, nhead, activation, norm_first, eps, like)
    for name, x in zip(names, xs, strict=True):
        check_input(name, tuple(x.shape), width, None if name == names[0] else len(xs[0]))
    check_same_names({name: tuple(value.shape) for name, value in net.state_dict().items()}, shapes)
    weights, xs = {name: value.to(like) for name, value in weights.items()}, [x.to(like) for x in xs]

    def run(*masks):
        masks = tuple(None if mask is None else tensor("mask", mask) for mask in masks)
        if upstream is None:
            return functional_call(net, weights, (*xs, *masks))
        with torch.enable_grad():
            leaves = [x.detach().requires_grad_() for x in xs]
            own = {name: value.detach().requires_grad_() for name, value in weights.items()}
            output = functional_call(net, own, (*leaves, *masks))
            u = fitting("upstream", upstream, output.shape, output)
            grads = torch.autograd.grad(output, (*leaves, *own.values()), u)
        return *grads[: len(xs)], dict(zip(own, grads[len(xs) :], strict=True))

    return run


def _layer(kind, sizes, nhead, activation, norm_first, eps, like):
    check_options(sizes.width, nhead, activation)
    options = {"batch_first": True, "norm_first": norm_first, "bias": sizes.bias}
    layer = kind(sizes.width, nhead, sizes.inner, 0.0, activation, eps, **options)
    return layer.to(like)


def _one_encoder(shapes, *options):
    sizes = sizes_of(shapes, single=True)
    return _layer(nn.TransformerEncoderLayer, sizes, *options), sizes.width


def _one_decoder(shapes, *options):
    sizes = sizes_of(shapes, single=True)
    return _layer(nn.TransformerDecoderLayer, sizes, *options), sizes.width


def _norm(sizes, eps, like):
    return nn.LayerNorm(sizes.width, eps, bias=sizes.bias).to(like) if sizes.norm else None


def _encoder(shapes, nhead, activation, norm_first, eps, like, prefix=""):
    sizes = sizes_of(shapes, prefix)
    layer = _layer(nn.TransformerEncoderLayer, sizes, nhead, activation, norm_first, eps, like)
    stack = nn.TransformerEncoder(layer, sizes.layers, _norm(sizes, eps, like), enable_nested_tensor=False)
    return stack, sizes.width


def _decoder(shapes, nhead, activation, norm_first, eps, like, prefix=""):
    sizes = sizes_of(shapes, prefix)
    layer = _layer(nn.TransformerDecoderLayer, sizes, nhead, activation, norm_first, eps, like)
    return nn.TransformerDecoder(layer, sizes.layers, _norm(sizes, eps, like)), sizes.width


def _whole(shapes, nhead, activation, norm_first, eps, like):
    options = (shapes, nhead, activation, norm_first, eps, like)
    encoder, width = _encoder(*options, "encoder.")
    decoder, _ = _decoder(*options, "decoder.")
    return nn.Transformer(width, nhead, custom_encoder=encoder, custom_decoder=decoder, batch_first=True), width
