"""Where a word stands, in tensors: torch has no function for it."""

import torch

from dlbook._validate import check_count, wrong
from dlbook._validate.attention import check_even, check_positions
from dlbook.pytorch._tensors import backward, fitting, floats


def positional_encoding(T, d_model, base=10000.0, offset=0):
    """P[t, 2i] = sin(t / base^(2i/D)), P[t, 2i+1] = cos(t / base^(2i/D)): (T, D)."""
    check_positions(T, d_model)
    check_count("offset", offset)
    angle = _angles(T, d_model, base, offset)
    return torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)


def learned_positions(x, weight, offset=0):
    """y_t = x_t + W_{t + offset}: (…, T, D), (places, D) -> (…, T, D)."""
    x, weight = _placed(x, weight, offset)
    return x + weight[offset : offset + x.shape[-2]]


def learned_positions_backward(upstream, x, weight, offset=0):
    """∂L/∂x and ∂L/∂W, by autograd."""
    x, weight = _placed(x, weight, offset)
    upstream = fitting("upstream", upstream, x.shape, x)
    return backward(upstream, lambda x, W: x + W[offset : offset + x.shape[-2]], x, weight)


def rotary(x, base=10000.0, offset=0, interleaved=True):
    """Each pair of numbers turned by the angle of its place, as a product of complex numbers."""
    x = floats("x", x)
    if x.ndim < 2 or 0 in x.shape:
        raise wrong("x", "hold a sequence", f"shape {tuple(x.shape)}", "shape (…, T, D), none of it 0")
    T, D = x.shape[-2:]
    check_even("the last dimension of x", D)
    check_count("offset", offset)
    turn = torch.exp(1j * _angles(T, D, base, offset)).to(x.device)  # (T, D / 2)
    pairs = x.unflatten(-1, (-1, 2)) if interleaved else x.unflatten(-1, (2, -1)).transpose(-1, -2)
    turned = torch.view_as_real(torch.view_as_complex(pairs.double().contiguous()) * turn)  # (…, T, D / 2, 2)
    return (turned if interleaved else turned.transpose(-1, -2)).flatten(-2).to(x)


def rotary_backward(upstream, x, base=10000.0, offset=0, interleaved=True):
    """∂L/∂x, by autograd."""
    x = floats("x", x)
    upstream = fitting("upstream", upstream, x.shape, x)
    return backward(upstream, lambda x: rotary(x, base, offset, interleaved), x)[0]


def _angles(T, D, base, offset):
    places = torch.arange(T, dtype=torch.float64)[:, None] + offset
    return places / base ** (2 * torch.arange(D // 2, dtype=torch.float64) / D)


def _placed(x, weight, offset):
    x, weight = floats("x", x), floats("weight", weight)
    check_count("offset", offset)
    if x.ndim < 2 or 0 in x.shape:
        raise wrong("x", "hold a sequence", f"shape {tuple(x.shape)}", "shape (…, T, D), none of it 0")
    if weight.ndim != 2 or weight.shape[1] != x.shape[-1]:
        raise wrong("weight", "fit x", f"shape {tuple(weight.shape)}", f"shape (places, {x.shape[-1]})")
    if offset + x.shape[-2] > len(weight):
        raise wrong("weight", "have a row for every place", f"{len(weight)}", f"{offset + x.shape[-2]}")
    return x, weight.to(x)
