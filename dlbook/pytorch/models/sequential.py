"""Layers in a row."""

import torch


def sequential(*layers):
    """f(x) = f_last(… f_2(f_1(x))): torch.nn.Sequential; the layers of `dlbook.pytorch.layers` are torch.nn's."""
    return torch.nn.Sequential(*layers)
