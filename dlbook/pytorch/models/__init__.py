"""Models in PyTorch: torch.nn.Sequential, a graph of torch.nn's layers, and the loop that trains them."""

from dlbook.pytorch.models.functional import Functional, functional
from dlbook.pytorch.models.sequential import sequential
from dlbook.pytorch.models.training import fit

__all__ = ["Functional", "fit", "functional", "sequential"]
