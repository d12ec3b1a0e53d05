"""Augmentation: images changed as the world could have changed them, batch by batch, and the labels with them.

Images are (N, C, H, W). Nothing is drawn in here: every draw is an argument, one number for all images or one an image.
"""

from dlbook.scratch.augmentation.geometry import affine, affine_matrix, bilinear, rotate, translate, zoom
from dlbook.scratch.augmentation.windows import crop, horizontal_flip, vertical_flip

__all__ = [
    "affine", "affine_matrix", "bilinear", "crop", "horizontal_flip", "rotate", "translate", "vertical_flip", "zoom",
]  # fmt: skip
