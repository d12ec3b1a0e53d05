"""Architectures in PyTorch: the same nets as data, and torch.nn modules of them, with the same names."""

from typing import NamedTuple

import torch

from dlbook.pytorch import layers
from dlbook.pytorch.models import Functional
from dlbook.scratch.architectures import (
    Line,
    Net,
    alexnet,
    googlenet,
    lenet5,
    mobilenet,
    resnet,
    squeezenet,
    table,
    totals,
    vgg,
)

__all__ = [
    "Architecture", "Line", "Net", "Passes", "alexnet", "build", "googlenet", "lenet5", "mobilenet", "passes", "resnet",
    "squeezenet", "table", "totals", "vgg",
]  # fmt: skip


class Architecture(Functional):
    """A functional model that knows the net it was built from, and says so where an image does not fit."""

    def __init__(self, net, rows):
        super().__init__(rows, tuple(net.inputs), net.outputs)
        self.net = net

    def forward(self, *xs):
        self.net.at(*[tuple(x.shape[1:]) for x in xs])
        return super().forward(*xs)


def build(net):
    """The model of a net: every layer of torch.nn. Within `torch.device("meta")` no weight is made."""
    rows = [
        (name, layer if isinstance(layer, str) else layer.made(layers), *inputs) for name, layer, *inputs in net.rows
    ]
    return Architecture(net, rows)


class Passes(NamedTuple):
    """What one pass forward and one back through a net give."""

    output: torch.Tensor | tuple
    x_grad: torch.Tensor | tuple
    gradients: dict[str, torch.Tensor]
    state: dict[str, torch.Tensor]


def passes(net, state, x, upstream, training=False):
    """Forward and back through a net with the weights of `state`, by autograd."""
    model = build(net).to(next(iter(state.values())).dtype).train(training)
    model.load_state_dict(state)
    xs = [part.detach().requires_grad_() for part in (x if isinstance(x, tuple) else (x,))]
    output = model(*xs)
    several = isinstance(output, tuple)
    torch.autograd.backward(output if several else (output,), upstream if several else (upstream,))
    x_grad = tuple(part.grad for part in xs)
    gradients = {name: parameter.grad for name, parameter in model.named_parameters()}
    return Passes(output, x_grad if len(xs) > 1 else x_grad[0], gradients, model.state_dict())
