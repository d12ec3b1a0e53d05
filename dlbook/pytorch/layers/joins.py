"""Where branches meet: the modules of a graph that take several inputs."""

import torch

from dlbook._validate.layers import check_joinable, check_same_shape


class Add(torch.nn.Module):
    """y = a + b + …: the skip connection's end."""

    def forward(self, *xs):
        check_same_shape([x.shape for x in xs])
        return sum(xs[1:], start=xs[0])


class Concatenate(torch.nn.Module):
    """y = [a, b, …] along `dim`: the end of parallel branches."""

    def __init__(self, dim=1):
        super().__init__()
        self.dim = dim

    def forward(self, *xs):
        check_joinable([x.shape for x in xs], self.dim)
        return torch.cat(xs, self.dim)
