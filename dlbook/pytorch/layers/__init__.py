"""Layers on tensors: torch.nn.functional computes, autograd differentiates, torch.nn holds the parameters."""

from torch.nn import (
    ELU,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    Module,
    ReLU,
    ReLU6,
    Sigmoid,
    Softmax,
    Tanh,
)

from dlbook.pytorch.layers.conv import conv2d, conv2d_backward
from dlbook.pytorch.layers.dropout import dropout, dropout_backward
from dlbook.pytorch.layers.joins import Add, Concatenate
from dlbook.pytorch.layers.linear import linear, linear_backward
from dlbook.pytorch.layers.norm import BatchNorm, batch_norm, batch_norm_backward
from dlbook.pytorch.layers.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from dlbook.pytorch.layers.shapes import flatten, flatten_backward
from dlbook.pytorch.layers.windows import fold, windows

__all__ = [
    "Add", "AvgPool2d", "BatchNorm", "BatchNorm1d", "BatchNorm2d", "Concatenate", "Conv2d", "Dropout", "ELU", "Flatten",
    "LeakyReLU", "Linear", "MaxPool2d", "Module", "ReLU", "ReLU6", "Sigmoid", "Softmax", "Tanh",
    "avg_pool2d", "avg_pool2d_backward", "batch_norm", "batch_norm_backward", "conv2d", "conv2d_backward",
    "dropout", "dropout_backward", "flatten", "flatten_backward", "fold", "linear", "linear_backward",
    "max_pool2d", "max_pool2d_backward", "windows",
]  # fmt: skip
