"""Layers: the functions that compute, each with its backward, and the classes that hold their parameters.

The layout is PyTorch's: samples first, `weight` is (out, in), parameters and buffers carry PyTorch's names.
"""

from dlbook.scratch.layers.dropout import dropout, dropout_backward
from dlbook.scratch.layers.linear import linear, linear_backward
from dlbook.scratch.layers.modules import (
    ELU,
    BatchNorm1d,
    Dropout,
    LeakyReLU,
    Linear,
    Module,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from dlbook.scratch.layers.norm import BatchNorm, batch_norm, batch_norm_backward

__all__ = [
    "BatchNorm", "BatchNorm1d", "Dropout", "ELU", "LeakyReLU", "Linear", "Module", "ReLU", "Sigmoid", "Softmax", "Tanh",
    "batch_norm", "batch_norm_backward", "dropout", "dropout_backward", "linear", "linear_backward",
]  # fmt: skip
