"""The graph of a formula on tensors: PyTorch builds it while f runs, and autograd walks it once backwards."""

from typing import NamedTuple

import torch

from dlbook._validate import wrong


class Gradients(NamedTuple):
    """The value of a graph, and the gradient for each of its inputs."""

    value: torch.Tensor  # (…)
    grads: tuple  # of tensors, each in the shape of its input


def compute_graph(f, *inputs, upstream=None):
    """f(x₁, x₂, …) and ∂L/∂x₁, ∂L/∂x₂, …: once forwards through the graph of f, once backwards."""
    leaves = _leaves(inputs)
    with torch.enable_grad():
        made = f(*leaves)
    if not isinstance(made, torch.Tensor):
        raise wrong("f", "be made of its inputs", type(made).__name__, "what operations on them return")
    upstream = torch.ones_like(made) if upstream is None else torch.as_tensor(upstream).to(made)
    if upstream.shape != made.shape:
        got, need = f"shape {tuple(upstream.shape)}", f"shape {tuple(made.shape)}"
        raise wrong("upstream", "have the shape of f", got, need)
    if not made.requires_grad:
        return Gradients(made, tuple(torch.zeros_like(leaf) for leaf in leaves))
    grads = torch.autograd.grad(made, leaves, upstream, materialize_grads=True)
    return Gradients(made.detach().clone(), grads)


def _leaves(inputs) -> list[torch.Tensor]:
    """A leaf for each input: copies, all in one dtype of floats."""
    if not inputs:
        raise wrong("inputs", "not be empty", "none", "at least one")
    tensors = [torch.as_tensor(x).detach() for x in inputs]
    for k, tensor in enumerate(tensors):
        if tensor.dtype == torch.bool or tensor.is_complex():
            raise wrong(f"inputs[{k}]", "hold numbers", f"dtype {_name(tensor.dtype)}", "floats or integers")
        if tensor.numel() == 0:
            raise wrong(f"inputs[{k}]", "not be empty", f"shape {tuple(tensor.shape)}", "at least one number")
    arrays = [t for x, t in zip(inputs, tensors, strict=True) if not isinstance(x, float)]
    floats = {t.dtype for t in arrays if t.is_floating_point()}
    if len(floats) > 1:
        raise wrong("inputs", "share one dtype", " and ".join(sorted(map(_name, floats))), "one of them")
    dtype = floats.pop() if floats else torch.float64
    # from x itself: a Python float would lose digits as a float32 tensor
    return [torch.as_tensor(x, dtype=dtype).detach().clone().requires_grad_() for x in inputs]


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
