"""Initial weights in tensors: torch.nn.init draws for itself, so the draws that are handed in are scaled by hand."""

import math

import torch

from dlbook._validate import check_between, check_choice
from dlbook._validate.initializers import NONLINEARITIES, check_draw, slope, weight_shape

__all__ = ["NONLINEARITIES", "calculate_gain", "fans", "he", "xavier"]


def xavier(draw, gain=1.0, distribution="uniform"):
    """Var(w) = gain² · 2 / (fan_in + fan_out), as torch.nn.init.xavier_uniform_ and xavier_normal_."""
    fan_in, fan_out = fans(torch.as_tensor(draw).shape)
    check_between("gain", gain, 0, math.inf)
    return _scaled(draw, gain * math.sqrt(2 / (fan_in + fan_out)), distribution)


def he(draw, a=0.0, mode="fan_in", nonlinearity="leaky_relu", distribution="normal"):
    """Var(w) = gain² / fan, as torch.nn.init.kaiming_normal_ and kaiming_uniform_."""
    check_choice("mode", mode, ("fan_in", "fan_out"))
    fan = fans(torch.as_tensor(draw).shape)[("fan_in", "fan_out").index(mode)]
    return _scaled(draw, calculate_gain(nonlinearity, a) / math.sqrt(fan), distribution)


def fans(shape):
    """fan_in and fan_out of a weight (out, in, *kernel), as torch.nn.init counts them."""
    weight_shape(shape)
    return torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(tuple(shape), device="meta"))


def calculate_gain(nonlinearity, param=None):
    """torch.nn.init.calculate_gain."""
    slope(nonlinearity, param)
    return float(torch.nn.init.calculate_gain(nonlinearity, param))


def _scaled(draw, std, distribution):
    """The draws as weights of this standard deviation."""
    draw = torch.as_tensor(draw)
    check_draw(draw.is_floating_point(), draw.min(), draw.max(), draw.dtype, distribution)
    return std * draw if distribution == "normal" else math.sqrt(3) * std * (2 * draw - 1)
