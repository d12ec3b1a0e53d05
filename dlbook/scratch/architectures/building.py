"""A model of a net: its layers with weights, in NumPy."""

from inspect import signature
from typing import NamedTuple

import numpy as np

from dlbook.scratch import layers
from dlbook.scratch.models import Functional


class Architecture(Functional):
    """A functional model that knows the net it was built from, and says so where an image does not fit."""

    def __init__(self, net, rows):
        super().__init__(rows, tuple(net.inputs), net.outputs)
        self.net = net

    def forward(self, *xs):
        self.net.at(*[np.shape(x)[1:] for x in xs])
        return super().forward(*xs)


def build(net, dtype=np.float64, rng=None):
    """The model of a net: every layer of `dlbook.scratch.layers`, with weights that start as torch.nn's do."""
    given = {"dtype": dtype, "rng": np.random.default_rng(rng)}

    def made(layer):
        takes = signature(getattr(layers, type(layer).__name__)).parameters
        return layer.made(layers, **{name: value for name, value in given.items() if name in takes})

    rows = [(name, layer if isinstance(layer, str) else made(layer), *inputs) for name, layer, *inputs in net.rows]
    return Architecture(net, rows)


class Passes(NamedTuple):
    """What one pass forward and one back through a net give."""

    output: np.ndarray | tuple
    x_grad: np.ndarray | tuple
    gradients: dict[str, np.ndarray]
    state: dict[str, np.ndarray]  # after the pass: training moves the running statistics


def passes(net, state, x, upstream, training=False):
    """Forward and back through a net with the weights of `state`: outputs, gradients, running statistics.

    `x` and `upstream` are arrays, or tuples of them where the net has several inputs or outputs.
    """
    model = build(net).load_state_dict(state).train(training)
    output = model(*x if isinstance(x, tuple) else (x,))
    return Passes(output, model.backward(upstream), model.gradients(), model.state_dict())
