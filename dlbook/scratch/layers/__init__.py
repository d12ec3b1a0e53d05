"""Layers: the functions that compute, each with its backward, and the classes that hold their parameters.

The layout is PyTorch's: samples first, images are (N, C, H, W), `weight` is (out, in, …), parameters and buffers carry
PyTorch's names.
"""

from dlbook.scratch.layers.conv import conv2d, conv2d_backward
from dlbook.scratch.layers.dropout import dropout, dropout_backward
from dlbook.scratch.layers.image_modules import AvgPool2d, BatchNorm2d, Conv2d, Flatten, MaxPool2d
from dlbook.scratch.layers.joins import Add, Concatenate
from dlbook.scratch.layers.linear import linear, linear_backward
from dlbook.scratch.layers.modules import (
    ELU,
    BatchNorm1d,
    Dropout,
    LeakyReLU,
    Linear,
    Module,
    ReLU,
    ReLU6,
    Sigmoid,
    Softmax,
    Tanh,
)
from dlbook.scratch.layers.norm import BatchNorm, batch_norm, batch_norm_backward
from dlbook.scratch.layers.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from dlbook.scratch.layers.shapes import flatten, flatten_backward
from dlbook.scratch.layers.windows import fold, windows

__all__ = [
    "Add", "AvgPool2d", "BatchNorm", "BatchNorm1d", "BatchNorm2d", "Concatenate", "Conv2d", "Dropout", "ELU", "Flatten",
    "LeakyReLU", "Linear", "MaxPool2d", "Module", "ReLU", "ReLU6", "Sigmoid", "Softmax", "Tanh",
    "avg_pool2d", "avg_pool2d_backward", "batch_norm", "batch_norm_backward", "conv2d", "conv2d_backward",
    "dropout", "dropout_backward", "flatten", "flatten_backward", "fold", "linear", "linear_backward",
    "max_pool2d", "max_pool2d_backward", "windows",
]  # fmt: skip
