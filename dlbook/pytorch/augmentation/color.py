"""Colour and noise on tensors: brighter, more contrast, more colour, grain. Images hold numbers from 0 to 1.

`factor` 1 changes nothing, 0 takes all of it away, more than 1 adds. `torch.lerp(a, b, f)` is a + f (b − a).
"""

import torch

from dlbook.pytorch._tensors import finite, fitting, wide
from dlbook.pytorch.augmentation._images import factors, images, light


def adjust_brightness(x, factor):
    """x̃ = clip(f x, 0, 1): f = `factor` times as much light. Shapes: x (N, C, H, W), factor (N,) -> (N, C, H, W)."""
    x = light("x", x)
    return (factors("factor", factor, x) * wide(x)).clamp(0, 1).to(x.dtype)


def rgb_to_grayscale(x):
    """y = 0.299 R + 0.587 G + 0.114 B: how bright the eye finds a colour. Shapes: x (N, 3, H, W) -> (N, 1, H, W).

    Source: recommendation ITU-R BT.601. The weights sum to one, so that grey stays as it is.
    """
    x = light("x", x, channels=(3,))
    return _gray(wide(x)).to(x.dtype)


def adjust_contrast(x, factor):
    """x̃ = clip(m + f (x − m), 0, 1): f = `factor` times as far from m, the mean grey of the image.

    Shapes: x (N, C, H, W), C = 1 or 3, factor (N,) -> (N, C, H, W).
    """
    x = light("x", x, channels=(1, 3))
    given = wide(x)
    gray = _gray(given) if x.shape[1] == 3 else given
    mean = gray.mean(dim=(1, 2, 3), keepdim=True)  # (N, 1, 1, 1)
    return torch.lerp(mean, given, factors("factor", factor, x)).clamp(0, 1).to(x.dtype)


def adjust_saturation(x, factor):
    """x̃ = clip(y + f (x − y), 0, 1): f = `factor` times as far from y, each pixel's grey.

    Shapes: x (N, 3, H, W), factor (N,) -> (N, 3, H, W).
    """
    x = light("x", x, channels=(3,))
    return torch.lerp(_gray(wide(x)), wide(x), factors("factor", factor, x)).clamp(0, 1).to(x.dtype)


def gaussian_noise(x, draw, sigma=0.1, clip=True):
    """x̃ = x + σ ε, and what leaves 0 to 1 is clipped: ε = `draw` is standard normal, one number a pixel and channel.

    Shapes: x and draw (N, C, H, W), sigma (N,) -> (N, C, H, W). With `clip=False`, x may be any numbers.
    """
    x = light("x", x) if clip else images("x", x)
    draw = finite("draw", fitting("draw", draw, x.shape, x))
    noisy = wide(x) + factors("sigma", sigma, x) * wide(draw)
    return (noisy.clamp(0, 1) if clip else noisy).to(x.dtype)


def _gray(x):
    """The grey of each pixel: (N, 3, H, W) -> (N, 1, H, W)."""
    return torch.tensordot(x, x.new_tensor([[0.299, 0.587, 0.114]]), dims=([1], [1])).movedim(3, 1)
