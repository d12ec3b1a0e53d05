"""Augmentation: images changed as the world could have changed them, batch by batch, and the labels with them.

Images are (N, C, H, W). Nothing is drawn in here: every draw is an argument, one number for all images or one an image.
"""

from dlbook.scratch.augmentation.color import (
    adjust_brightness,
    adjust_contrast,
    adjust_saturation,
    gaussian_noise,
    rgb_to_grayscale,
)
from dlbook.scratch.augmentation.geometry import affine, affine_matrix, bilinear, rotate, translate, zoom
from dlbook.scratch.augmentation.mixing import cutmix, cutout, mixup
from dlbook.scratch.augmentation.windows import crop, horizontal_flip, vertical_flip

__all__ = [
    "adjust_brightness", "adjust_contrast", "adjust_saturation", "affine", "affine_matrix", "bilinear", "crop",
    "cutmix", "cutout", "gaussian_noise", "horizontal_flip", "mixup", "rgb_to_grayscale", "rotate", "translate",
    "vertical_flip", "zoom",
]  # fmt: skip
