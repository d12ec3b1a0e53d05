"""Architectures: nets as data, with their tables of shapes, parameters and multiplications, and models of them.

net = vgg(16)                                # rows of names and descriptions of layers: no weight is made
table(net)                                   # a line for each layer
model = build(vgg((1, 1), 10, 1, 28, 1 / 8)) # a small one, which learns
"""

from dlbook.scratch.architectures.branched import basic, googlenet, inception, residual, resnet, squeezenet
from dlbook.scratch.architectures.building import Architecture, Passes, build, passes
from dlbook.scratch.architectures.kinds import (
    AdaptiveAvgPool2d,
    Add,
    AvgPool2d,
    BatchNorm2d,
    Concatenate,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    ReLU6,
    Tanh,
    ZeroPad2d,
)
from dlbook.scratch.architectures.mobile import inverted_residual, mobilenet, separable
from dlbook.scratch.architectures.net import Line, Net, table, totals
from dlbook.scratch.architectures.plain import alexnet, lenet5, vgg, vgg_block

__all__ = [
    "AdaptiveAvgPool2d", "Add", "Architecture", "AvgPool2d", "BatchNorm2d", "Concatenate", "Conv2d", "Dropout",
    "Flatten", "Layer", "Line", "Linear", "MaxPool2d", "Net", "Passes", "ReLU", "ReLU6", "Tanh", "ZeroPad2d",
    "alexnet", "basic", "build", "googlenet", "inception", "inverted_residual", "lenet5", "mobilenet", "passes",
    "residual", "resnet", "separable", "squeezenet", "table", "totals", "vgg", "vgg_block",
]  # fmt: skip
