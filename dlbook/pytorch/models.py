"""Models in PyTorch: torch.nn.Sequential."""

import torch


def sequential(*layers):
    """f(x) = f_L(… f_2(f_1(x))): torch.nn.Sequential of the layers of `dlbook.pytorch.layers`, which are torch.nn's."""
    return torch.nn.Sequential(*layers)
