"""Layers on tensors: torch.nn.functional computes, autograd differentiates, torch.nn holds the parameters."""

from torch.nn import ELU, BatchNorm1d, Dropout, LeakyReLU, Linear, Module, ReLU, Sigmoid, Softmax, Tanh

from dlbook.pytorch.layers.dropout import dropout, dropout_backward
from dlbook.pytorch.layers.linear import linear, linear_backward
from dlbook.pytorch.layers.norm import BatchNorm, batch_norm, batch_norm_backward

__all__ = [
    "BatchNorm", "BatchNorm1d", "Dropout", "ELU", "LeakyReLU", "Linear", "Module", "ReLU", "Sigmoid", "Softmax", "Tanh",
    "batch_norm", "batch_norm_backward", "dropout", "dropout_backward", "linear", "linear_backward",
]  # fmt: skip
