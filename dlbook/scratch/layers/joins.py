"""Where branches meet: the layers of a graph that take several inputs."""

import numpy as np

from dlbook._validate.layers import check_joinable, check_same_shape
from dlbook.scratch._arrays import fitting, floats
from dlbook.scratch.layers.modules import Module


class Add(Module):
    """y = a + b + …: the skip connection's end. ∂L/∂a = ∂L/∂b = u, for all inputs alike."""

    def forward(self, *xs):
        self.x = xs = [floats("xs", x) for x in xs]
        check_same_shape([x.shape for x in xs])
        return sum(xs[1:], start=xs[0])

    def backward(self, upstream):
        return tuple(fitting("upstream", upstream, x.shape, x) for x in self.x)


class Concatenate(Module):
    """y = [a, b, …] along `dim`: the end of parallel branches. Every input gets back the part of u that is its own."""

    def __init__(self, dim=1):
        super().__init__()
        self.dim = dim

    def forward(self, *xs):
        self.x = xs = [floats("xs", x) for x in xs]
        check_joinable([x.shape for x in xs], self.dim)
        return np.concatenate(xs, axis=self.dim)

    def backward(self, upstream):
        ends = np.cumsum([x.shape[self.dim] for x in self.x])
        shape = list(self.x[0].shape)
        shape[self.dim] = ends[-1]
        return tuple(np.split(fitting("upstream", upstream, shape, self.x[0]), ends[:-1], axis=self.dim))
