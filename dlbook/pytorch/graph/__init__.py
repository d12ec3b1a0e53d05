"""A formula as a graph of operations, on tensors: forwards it has a value, backwards every derivative."""

from dlbook.pytorch.graph.compute import Gradients as Gradients
from dlbook.pytorch.graph.compute import compute_graph as compute_graph
