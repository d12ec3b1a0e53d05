"""Initial weights whose variance neither dies out nor blows up on the way through many layers.

Nothing is drawn in here: `draw` holds the random numbers, in the shape of the weight, uniform in [0, 1) or standard
normal, whichever `distribution` says. A weight is (out, in) or, of a convolution, (out, in, *kernel), as in PyTorch.
"""

import math

import numpy as np

from dlbook._validate import check_between, check_choice
from dlbook._validate.initializers import NONLINEARITIES, check_draw, slope, weight_shape
from dlbook.scratch._arrays import cast, wide

__all__ = ["NONLINEARITIES", "calculate_gain", "fans", "he", "xavier"]


def xavier_core(draw, fan_in, fan_out, gain):
    bound = gain * np.sqrt(6 / (fan_in + fan_out))
    return bound * (2 * draw - 1)  # uniform in ±bound: its variance is bound² / 3


def xavier(draw, gain=1.0, distribution="uniform"):
    """Var(w) = gain² · 2 / (fan_in + fan_out): a compromise between the way forward and the way back.

    Shapes: draw (out, in, …) -> the weight, of the same shape and dtype. Source: Glorot and Bengio 2010.

    >>> xavier(np.array([[0.0, 0.5, 0.75]]), gain=1.0).round(3)  # uniform in ±√(6 / 4)
    array([[-1.225,  0.   ,  0.612]])
    """
    fan_in, fan_out = fans(np.shape(draw))
    check_between("gain", gain, 0, math.inf)
    draw = _drawn(draw, distribution)
    if distribution == "normal":
        return cast(gain * np.sqrt(2 / (fan_in + fan_out)) * wide(draw), draw.dtype)
    return cast(xavier_core(wide(draw), fan_in, fan_out, gain), draw.dtype)


def he_core(draw, fan_in, a):
    std = np.sqrt(2 / ((1 + a**2) * fan_in))
    return std * draw  # normal


def he(draw, a=0.0, mode="fan_in", nonlinearity="leaky_relu", distribution="normal"):
    """Var(w) = gain² / fan: ReLU lets half of the variance through, so that its gain is √2.

    `a` is the slope of a leaky ReLU below 0; `mode` "fan_in" keeps the variance on the way forward, "fan_out" that of
    the gradient on the way back. Shapes: draw (out, in, …) -> the weight. Source: He, Zhang, Ren and Sun 2015.

    >>> he(np.array([[1.0, -1.0]]))  # normal draws, σ = √(2 / 2)
    array([[ 1., -1.]])
    """
    check_choice("mode", mode, ("fan_in", "fan_out"))
    fan = fans(np.shape(draw))[("fan_in", "fan_out").index(mode)]
    gain = calculate_gain(nonlinearity, a)
    draw = _drawn(draw, distribution)
    if distribution == "normal" and nonlinearity == "leaky_relu":
        return cast(he_core(wide(draw), fan, a), draw.dtype)
    std = gain / np.sqrt(fan)
    return cast(std * wide(draw) if distribution == "normal" else np.sqrt(3) * std * (2 * wide(draw) - 1), draw.dtype)


def fans_core(out, inside, kernel_size):
    fan_in = inside * kernel_size
    fan_out = out * kernel_size
    return fan_in, fan_out


def fans(shape):
    """How many numbers an output is made of, and how many outputs a number goes into: (fan_in, fan_out).

    For a convolution every place of the kernel counts: fan_in = in · r and fan_out = out · r, r = the kernel's size.
    """
    return fans_core(*weight_shape(shape))


def calculate_gain_core(nonlinearity, a):
    gains = {"linear": 1, "sigmoid": 1, "tanh": 5 / 3, "selu": 3 / 4}
    gains |= {"relu": np.sqrt(2), "leaky_relu": np.sqrt(2 / (1 + a**2))}
    return gains[nonlinearity]


def calculate_gain(nonlinearity, param=None):
    """What a layer's standard deviation has to be multiplied by so that the nonlinearity leaves it as it was.

    1 for "linear" and "sigmoid", 5/3 for "tanh", √2 for "relu", √(2 / (1 + a²)) for "leaky_relu" with `param` = a, by
    default 0.01, and 3/4 for "selu": PyTorch's table.
    """
    return float(calculate_gain_core(nonlinearity, slope(nonlinearity, param)))


def _drawn(draw, distribution) -> np.ndarray:
    draw = np.asarray(draw)
    check_draw(draw.dtype.kind == "f", draw.min(), draw.max(), draw.dtype, distribution)
    return draw
