"""Where a word stands: added as sines, added as learned numbers, or turned into query and key."""

import numpy as np

from dlbook._validate import check_count, wrong
from dlbook._validate.attention import check_even, check_positions
from dlbook.scratch._arrays import cast, fitting, floats, wide


def positional_encoding_core(t, i, d_model, base):  # places (T, 1), pairs (d_model / 2,)
    angle = t / base ** (2 * i / d_model)  # (T, d_model / 2): each pair turns slower
    pairs = np.stack((np.sin(angle), np.cos(angle)), axis=-1)
    return pairs.reshape(len(t), d_model)


def positional_encoding(T, d_model, base=10000.0, offset=0):
    """P[t, 2i] = sin(t / base^(2i/D)), P[t, 2i+1] = cos(t / base^(2i/D)): a clock of many hands, (T, D).

    Added to the words, so that a sum knows their places; t counts from `offset`. Source: Vaswani et al. 2017.
    """
    check_positions(T, d_model)
    check_count("offset", offset)
    return positional_encoding_core(np.arange(T)[:, None] + offset, np.arange(d_model // 2), d_model, base)


def learned_positions_core(x, weight):
    return x + weight[: x.shape[-2]]


def learned_positions(x, weight, offset=0):
    """y_t = x_t + W_{t + offset}: a learned row for every place. Shapes: x (…, T, D), weight (places, D) -> as x."""
    x, weight = _placed(x, weight, offset)
    return cast(learned_positions_core(wide(x), weight[offset:]), x.dtype)


def learned_positions_backward(upstream, x, weight, offset=0):
    """∂L/∂x = u, and ∂L/∂W: row t + offset is the sum of u_t over the batch, 0 for places that do not occur."""
    x, weight = _placed(x, weight, offset)
    u = wide(fitting("upstream", upstream, x.shape, x))
    T, D = x.shape[-2:]
    weight_grad = np.zeros(weight.shape)
    weight_grad[offset : offset + T] = u.reshape(-1, T, D).sum(axis=0, dtype=np.float64)
    return cast((u + 0, weight_grad), x.dtype)


def rotary_core(a, b, angle):  # the numbers of each pair (…, T, D / 2), and its angle (T, D / 2)
    c, s = np.cos(angle), np.sin(angle)
    return a * c - b * s, a * s + b * c


def rotary(x, base=10000.0, offset=0, interleaved=True):
    """(a, b) of pair i at place t turned by the angle t / base^(2i/D): for queries and keys, before they meet.

    Then q_tᵀ k_s depends on t − s alone. Shapes: x (…, T, D) -> as x; t counts from `offset`. The pairs are neighbours
    (2i, 2i + 1), or with interleaved=False number i of both halves. Source: Su et al. 2021.
    """
    return _rotated(floats("x", x), base, offset, interleaved, 1)


def rotary_backward(upstream, x, base=10000.0, offset=0, interleaved=True):
    """∂L/∂x: u turned back by the same angle, for a rotation's transpose is its inverse."""
    x = floats("x", x)
    return _rotated(fitting("upstream", upstream, x.shape, x), base, offset, interleaved, -1)


def _rotated(x, base, offset, interleaved, sign):
    if x.ndim < 2 or 0 in x.shape:
        raise wrong("x", "hold a sequence", f"shape {x.shape}", "shape (…, T, D), none of it 0")
    T, D = x.shape[-2:]
    check_even("the last dimension of x", D)
    check_count("offset", offset)
    dtype, x = x.dtype, wide(x)
    places = np.arange(T)[:, None] + offset
    angle = (sign * places / base ** (2 * np.arange(D // 2) / D)).astype(x.dtype)  # (T, D / 2)
    a, b = (x[..., ::2], x[..., 1::2]) if interleaved else np.split(x, 2, axis=-1)
    pair = rotary_core(a, b, angle)
    turned = np.stack(pair, axis=-1).reshape(x.shape) if interleaved else np.concatenate(pair, axis=-1)
    return cast(turned, dtype)


def _placed(x, weight, offset):
    """x and a table with a row for each of its places."""
    x, weight = floats("x", x), floats("weight", weight)
    check_count("offset", offset)
    if x.ndim < 2 or 0 in x.shape:
        raise wrong("x", "hold a sequence", f"shape {x.shape}", "shape (…, T, D), none of it 0")
    if weight.ndim != 2 or weight.shape[1] != x.shape[-1]:
        raise wrong("weight", "fit x", f"shape {weight.shape}", f"shape (places, {x.shape[-1]})")
    if offset + x.shape[-2] > len(weight):
        raise wrong("weight", "have a row for every place", f"{len(weight)}", f"{offset + x.shape[-2]}")
    return x, weight.astype(wide(x).dtype, copy=False)
