"""Augmentation on tensors: images changed as the world could have changed them, and the labels with them.

Images are (N, C, H, W). Nothing is drawn in here: every draw is an argument, one number for all images or one an image.
torchvision, which the book does not install, has most of these under the same names in `torchvision.transforms.v2`.
"""

from dlbook.pytorch.augmentation.geometry import affine, affine_matrix, bilinear, rotate, translate, zoom
from dlbook.pytorch.augmentation.windows import crop, horizontal_flip, vertical_flip

__all__ = [
    "affine", "affine_matrix", "bilinear", "crop", "horizontal_flip", "rotate", "translate", "vertical_flip", "zoom",
]  # fmt: skip
