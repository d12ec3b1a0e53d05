"""Initial weights whose variance neither dies out nor blows up on the way through many layers.

Nothing is drawn in here: `draw` holds the random numbers, in the shape of the weight, uniform in [0, 1) or standard
normal, whichever `distribution` says. A weight is (out, in) or, of a convolution, (out, in, *kernel), as in PyTorch.
"""

import math

import numpy as np

from dlbook._validate import check_between, check_choice, wrong

NONLINEARITIES = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu")


def xavier(draw, gain=1.0, distribution="uniform"):
    """Var(w) = gain² · 2 / (fan_in + fan_out): a compromise between the way forward and the way back.

    Shapes: draw (out, in, …) -> the weight, of the same shape and dtype. Source: Glorot and Bengio 2010.

    >>> xavier(np.array([[0.0, 0.5, 0.75]]), gain=1.0).round(3)  # uniform in ±√(6 / 4)
    array([[-1.225,  0.   ,  0.612]])
    """
    fan_in, fan_out = fans(np.shape(draw))
    check_between("gain", gain, 0, math.inf)
    return _scaled(draw, gain * math.sqrt(2 / (fan_in + fan_out)), distribution)


def he(draw, a=0.0, mode="fan_in", nonlinearity="leaky_relu", distribution="normal"):
    """Var(w) = gain² / fan: ReLU lets half of the variance through, so that its gain is √2.

    `a` is the slope of a leaky ReLU below 0; `mode` "fan_in" keeps the variance on the way forward, "fan_out" that of
    the gradient on the way back. Shapes: draw (out, in, …) -> the weight. Source: He, Zhang, Ren and Sun 2015.

    >>> he(np.array([[1.0, -1.0]]))  # normal draws, σ = √(2 / 2)
    array([[ 1., -1.]])
    """
    check_choice("mode", mode, ("fan_in", "fan_out"))
    fan = fans(np.shape(draw))[("fan_in", "fan_out").index(mode)]
    return _scaled(draw, calculate_gain(nonlinearity, a) / math.sqrt(fan), distribution)


def fans(shape):
    """How many numbers an output is made of, and how many outputs a number goes into: (fan_in, fan_out).

    For a convolution every place of the kernel counts: fan_in = in · r and fan_out = out · r, r = the kernel's size.
    """
    shape = tuple(shape)
    if len(shape) < 2 or 0 in shape:
        raise wrong("draw", "have the shape of a weight", f"shape {shape}", "(out, in) or (out, in, *kernel)")
    out, inside, *kernel = shape
    return inside * math.prod(kernel), out * math.prod(kernel)


def calculate_gain(nonlinearity, param=None):
    """What a layer's standard deviation has to be multiplied by so that the nonlinearity leaves it as it was.

    1 for "linear" and "sigmoid", 5/3 for "tanh", √2 for "relu", √(2 / (1 + a²)) for "leaky_relu" with `param` = a, by
    default 0.01, and 3/4 for "selu": PyTorch's table.
    """
    check_choice("nonlinearity", nonlinearity, NONLINEARITIES)
    if nonlinearity == "leaky_relu":
        a = 0.01 if param is None else param
        check_between("a", a, -math.inf, math.inf)
        return math.sqrt(2 / (1 + a**2))
    return {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}.get(nonlinearity, 1.0)


def _scaled(draw, std, distribution):
    """The draws as weights of this standard deviation: ±√3 std from end to end, or a bell curve."""
    draw = np.asarray(draw)
    if draw.dtype.kind != "f" or not np.isfinite(draw).all():
        raise wrong("draw", "hold finite floats", f"dtype {draw.dtype}", "random numbers in the shape of the weight")
    check_choice("distribution", distribution, ("uniform", "normal"))
    if distribution == "normal":
        return std * draw
    if not ((draw >= 0) & (draw < 1)).all():
        raise wrong("draw", "be uniform", f"{draw.min():.3g} to {draw.max():.3g}", "numbers from 0 to below 1")
    bound = math.sqrt(3) * std  # the variance of a uniform number in ±b is b²/3
    return bound * (2 * draw - 1)
