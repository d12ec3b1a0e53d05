"""Colour and noise: brighter, more contrast, more colour, grain. Images hold numbers from 0 to 1, and stay there.

`factor` 1 changes nothing, 0 takes all of it away, more than 1 adds. Dtypes stay; float16 is computed in float32.
"""

import numpy as np

from dlbook.scratch._arrays import cast, finite, fitting, wide
from dlbook.scratch.augmentation._images import factors, images, light


def adjust_brightness_core(x, factor):  # factor (N, 1, 1, 1)
    return np.clip(factor * x, 0, 1)


def adjust_brightness(x, factor):
    """x̃ = clip(f x, 0, 1): f = `factor` times as much light. Shapes: x (N, C, H, W), factor (N,) -> (N, C, H, W)."""
    x = light("x", x)
    return cast(adjust_brightness_core(wide(x), factors("factor", factor, x)), x.dtype)


def rgb_to_grayscale_core(x):
    red, green, blue = x[:, 0:1], x[:, 1:2], x[:, 2:3]  # (N, 1, H, W) each
    return 0.299 * red + 0.587 * green + 0.114 * blue


def rgb_to_grayscale(x):
    """y = 0.299 R + 0.587 G + 0.114 B: how bright the eye finds a colour. Shapes: x (N, 3, H, W) -> (N, 1, H, W).

    Source: recommendation ITU-R BT.601. The weights sum to one, so that grey stays as it is.
    """
    x = light("x", x, channels=(3,))
    return cast(rgb_to_grayscale_core(wide(x)), x.dtype)


def adjust_contrast_core(x, gray, factor):  # gray (N, 1, H, W), factor (N, 1, 1, 1)
    mean = gray.mean(axis=(1, 2, 3), keepdims=True)  # (N, 1, 1, 1)
    return np.clip(mean + factor * (x - mean), 0, 1)


def adjust_contrast(x, factor):
    """x̃ = clip(m + f (x − m), 0, 1): f = `factor` times as far from m, the mean grey of the image.

    Shapes: x (N, C, H, W), C = 1 or 3, factor (N,) -> (N, C, H, W).
    """
    x = light("x", x, channels=(1, 3))
    given = wide(x)
    gray = rgb_to_grayscale_core(given) if x.shape[1] == 3 else given
    return cast(adjust_contrast_core(given, gray, factors("factor", factor, x)), x.dtype)


def adjust_saturation_core(x, factor):  # factor (N, 1, 1, 1)
    gray = rgb_to_grayscale_core(x)  # (N, 1, H, W)
    return np.clip(gray + factor * (x - gray), 0, 1)


def adjust_saturation(x, factor):
    """x̃ = clip(y + f (x − y), 0, 1): f = `factor` times as far from y, each pixel's grey.

    Shapes: x (N, 3, H, W), factor (N,) -> (N, 3, H, W).
    """
    x = light("x", x, channels=(3,))
    return cast(adjust_saturation_core(wide(x), factors("factor", factor, x)), x.dtype)


def gaussian_noise_core(x, draw, sigma):  # sigma (N, 1, 1, 1)
    return x + sigma * draw


def gaussian_noise(x, draw, sigma=0.1, clip=True):
    """x̃ = x + σ ε, and what leaves 0 to 1 is clipped: ε = `draw` is standard normal, one number a pixel and channel.

    Shapes: x and draw (N, C, H, W), sigma (N,) -> (N, C, H, W). With `clip=False`, x may be any numbers.
    """
    x = light("x", x) if clip else images("x", x)
    draw = finite("draw", fitting("draw", draw, x.shape, x))
    noisy = gaussian_noise_core(wide(x), wide(draw), factors("sigma", sigma, x))
    return cast(np.clip(noisy, 0, 1) if clip else noisy, x.dtype)
