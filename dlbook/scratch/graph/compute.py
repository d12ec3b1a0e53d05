"""Build the graph of a formula, and walk it once backwards."""

from typing import NamedTuple

import numpy as np

from dlbook._validate import wrong
from dlbook.scratch.graph.node import QUIET, Node


class Gradients(NamedTuple):
    """The value of a graph, and the gradient for each of its inputs."""

    value: np.ndarray  # (…)
    grads: tuple  # of arrays, each in the shape of its input


def compute_graph(f, *inputs, upstream=None):
    """f(x₁, x₂, …) and ∂L/∂x₁, ∂L/∂x₂, …: once forwards through the graph of f, once backwards.

    f uses the operators and methods that `Node` and `torch.Tensor` share. L is f(…), or Σ upstream · f(…) where that is
    an array; `upstream` is 1 unless given. An input that f leaves unused has the gradient 0. Numbers and integers take
    the dtype of the arrays of floats.
    """
    leaves = _leaves(inputs)
    with np.errstate(**QUIET):
        made = f(*leaves)
    if not isinstance(made, Node):
        raise wrong("f", "be made of its inputs", type(made).__name__, "what operations on them return")
    upstream = made.checked(upstream)
    if made.requires_grad:
        made.backward(upstream)
    grads = tuple(np.zeros_like(leaf.data) if leaf.grad is None else leaf.grad for leaf in leaves)
    return Gradients(made.data.copy(), grads)


def _leaves(inputs) -> list[Node]:
    """A leaf for each input: copies, all in one dtype of floats."""
    if not inputs:
        raise wrong("inputs", "not be empty", "none", "at least one")
    arrays = [np.asarray(x) for x in inputs]
    for k, array in enumerate(arrays):
        if array.dtype.kind not in "fiu":
            raise wrong(f"inputs[{k}]", "hold numbers", f"dtype {array.dtype}", "floats or integers")
        if array.size == 0:
            raise wrong(f"inputs[{k}]", "not be empty", f"shape {array.shape}", "at least one number")
    floats = {a.dtype for x, a in zip(inputs, arrays, strict=True) if a.dtype.kind == "f" and not isinstance(x, float)}
    if len(floats) > 1:
        raise wrong("inputs", "share one dtype", " and ".join(sorted(map(str, floats))), "one of them")
    dtype = floats.pop() if floats else np.float64
    return [Node(np.array(array, dtype)) for array in arrays]
