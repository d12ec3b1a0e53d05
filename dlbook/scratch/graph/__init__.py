"""A formula as a graph of operations: forwards it has a value, backwards every derivative."""

from dlbook.scratch.graph.compute import Gradients as Gradients
from dlbook.scratch.graph.compute import compute_graph as compute_graph
from dlbook.scratch.graph.node import Node as Node
from dlbook.scratch.graph.node import unbroadcast as unbroadcast
