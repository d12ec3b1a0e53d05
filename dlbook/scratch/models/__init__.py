"""Models: layers in a row or as a graph, their arrays under the names that PyTorch gives them, the loop that trains."""

from dlbook.scratch.models.functional import Functional, functional
from dlbook.scratch.models.model import Model
from dlbook.scratch.models.sequential import Sequential, sequential
from dlbook.scratch.models.training import fit

__all__ = ["Functional", "Model", "Sequential", "fit", "functional", "sequential"]
