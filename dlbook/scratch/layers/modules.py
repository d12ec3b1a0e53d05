"""Layers as objects, for models: they hold parameters by PyTorch's names and remember what the backward pass needs."""

import math
from copy import copy

import numpy as np

from dlbook._validate import number_between, wrong
from dlbook.scratch import activations
from dlbook.scratch._arrays import fitting
from dlbook.scratch.layers.dropout import dropout, dropout_backward
from dlbook.scratch.layers.linear import linear, linear_backward
from dlbook.scratch.layers.norm import batch_norm, batch_norm_backward


class Module:
    """What every layer is: `forward(x)`, `backward(upstream)`, and its arrays by name.

    `params` are learned, `buffers` are kept beside them (running statistics); `backward` fills `grads` under the names
    of `params` and returns ∂L/∂x. It goes back through the last forward pass, in the mode that this one had.
    """

    def __init__(self):
        self._x = None
        self.params: dict[str, np.ndarray] = {}
        self.buffers: dict[str, np.ndarray] = {}
        self.grads: dict[str, np.ndarray] = {}
        self.training = True

    def __call__(self, *xs, **options):
        return self.forward(*xs, **options)

    def train(self, mode: bool = True):
        """Batch norm and dropout behave differently while training; `eval()` is the opposite."""
        self.training = mode
        return self

    def eval(self):
        return self.train(False)

    def again(self):
        """The same layer for another place: it shares the arrays, and remembers a forward pass of its own."""
        return copy(self)

    def named(self, *kinds: str) -> dict[str, np.ndarray]:
        """The arrays in `params`, `buffers` or `grads`."""
        return {name: array for kind in kinds for name, array in getattr(self, kind).items()}

    def flat(self) -> list:
        """The layers that this one is made of: itself."""
        return [self]

    @property
    def x(self):
        """What went into the last forward pass."""
        if self._x is None:
            raise wrong("backward", "follow a forward pass", f"a {type(self).__name__} that has seen no x", "layer(x)")
        return self._x

    @x.setter
    def x(self, x):
        self._x = x


class Linear(Module):
    """z = x Wᵀ + b; starts as torch.nn.Linear does, uniform in ±1/√in_features."""

    def __init__(self, in_features, out_features, bias=True, dtype=np.float64, rng=None):
        super().__init__()
        rng = np.random.default_rng(rng)
        bound = 1 / math.sqrt(in_features)
        self.params["weight"] = rng.uniform(-bound, bound, (out_features, in_features)).astype(dtype)
        if bias:
            self.params["bias"] = rng.uniform(-bound, bound, out_features).astype(dtype)

    def forward(self, x):
        self.x = x
        return linear(x, **self.params)

    def backward(self, upstream):
        x_grad, *own = linear_backward(upstream, self.x, **self.params)
        self.grads = dict(zip(self.params, own, strict=True))
        return x_grad


class BatchNorm1d(Module):
    """Batch norm of (N, C) or (N, C, L). momentum=None: the running statistics are the plain mean over all batches."""

    shapes = {2: "(N, {C})", 3: "(N, {C}, L)"}

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        dtype=np.float64,
        *,
        bias=True,
    ):
        super().__init__()
        self.eps, self.momentum, self.track = eps, momentum, track_running_stats
        self.still = {"running_mean": np.zeros(num_features, dtype), "running_var": np.ones(num_features, dtype)}
        if affine:
            self.params = {"weight": np.ones(num_features, dtype)}
            self.params |= {"bias": np.zeros(num_features, dtype)} if bias else {}
        if track_running_stats:
            self.buffers = {**self.still, "num_batches_tracked": np.array(0, np.int64)}

    def forward(self, x):
        C, shape = len(self.still["running_mean"]), np.shape(x)
        if len(shape) not in self.shapes or shape[1] != C:
            need = " or ".join(self.shapes.values()).format(C=C)
            raise wrong("x", "fit the layer", f"shape {shape}", f"shape {need}")
        self.x, follows = x, self.training and self.track
        if follows:
            self.buffers["num_batches_tracked"] += 1
        self.options = self._options()  # the backward pass goes by these
        y, *running = batch_norm(x, **self.options)
        if follows:
            self.buffers["running_mean"], self.buffers["running_var"] = running
        return y

    def backward(self, upstream):
        x_grad, *own = batch_norm_backward(upstream, self.x, **self.options)
        self.grads = {name: grad for name, grad in zip(("weight", "bias"), own, strict=True) if name in self.params}
        return x_grad

    def _options(self) -> dict:
        statistics = {name: (self.buffers or self.still)[name] for name in self.still}
        momentum = self.momentum
        if momentum is None and self.track:
            momentum = 1 / max(int(self.buffers["num_batches_tracked"]), 1)
        use_batch = self.training or not self.track
        return self.params | statistics | {"training": use_batch, "momentum": momentum or 0.0, "eps": self.eps}


class Dropout(Module):
    """Silences each number with probability p while training; draws anew in every forward pass."""

    def __init__(self, p=0.5, rng=None):
        super().__init__()
        self.p, self.rng = number_between("p", p, 0, 1), np.random.default_rng(rng)

    def forward(self, x):
        self.x, self.active = x, self.training
        self.draw = self.rng.random(np.shape(x)) if self.active else np.zeros(np.shape(x))
        return dropout(x, self.draw, self.p, self.active)

    def backward(self, upstream):
        return dropout_backward(upstream, self.x, self.draw, self.p, self.active)


class _Elementwise(Module):
    """a = σ(z) of each number by itself: ∂L/∂z = ∂L/∂a ⊙ σ′(z)."""

    f, f_grad, options = None, None, {}

    def forward(self, z):
        self.x = z
        return type(self).f(z, **self.options)

    def backward(self, upstream):
        slope = type(self).f_grad(self.x, **self.options)
        return fitting("upstream", upstream, slope.shape, slope) * slope


class ReLU(_Elementwise):
    f, f_grad = activations.relu, activations.relu_grad


class ReLU6(_Elementwise):
    f, f_grad = activations.relu6, activations.relu6_grad


class Sigmoid(_Elementwise):
    f, f_grad = activations.sigmoid, activations.sigmoid_grad


class Tanh(_Elementwise):
    f, f_grad = activations.tanh, activations.tanh_grad


class LeakyReLU(_Elementwise):
    f, f_grad = activations.leaky_relu, activations.leaky_relu_grad

    def __init__(self, negative_slope=0.01):
        super().__init__()
        self.options = {"negative_slope": negative_slope}


class ELU(_Elementwise):
    f, f_grad = activations.elu, activations.elu_grad

    def __init__(self, alpha=1.0):
        super().__init__()
        self.options = {"alpha": alpha}


class Softmax(Module):
    """Softmax along `dim`: every output depends on every input, so that the backward pass needs the Jacobian."""

    def __init__(self, dim=-1):
        super().__init__()
        self.dim = dim

    def forward(self, z):
        self.x = z
        return activations.softmax(z, self.dim)

    def backward(self, upstream):
        return activations.softmax_backward(upstream, self.x, self.dim)
