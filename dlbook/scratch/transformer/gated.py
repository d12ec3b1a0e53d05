"""A feed-forward net with a gate: what stands in the place of W₂ σ(W₁ x) today."""

import numpy as np

from dlbook._validate.transformer import check_gated
from dlbook.scratch._arrays import cast, fitting, floats, wide
from dlbook.scratch.activations import sigmoid, silu, silu_grad
from dlbook.scratch.layers import Linear
from dlbook.scratch.models import Model


def swiglu_core(x, weight_gate, weight_up, weight_down):
    z, up = x @ weight_gate.T, x @ weight_up.T  # (…, F) each
    gate = z * sigmoid(z)  # silu
    return (gate * up) @ weight_down.T  # (…, D)


def swiglu(x, weight_gate, weight_up, weight_down):
    """y = W_down (silu(W_gate x) ⊙ W_up x): one linear layer says how much of the other one passes.

    Shapes: x (…, D), weight_gate and weight_up (F, D), weight_down (D, F) -> as x. It has three matrices where a plain
    feed-forward net has two: with F two thirds as large they weigh the same. Source: Shazeer 2020.
    """
    dtype, x, weights = _opened(x, weight_gate, weight_up, weight_down)
    return cast(swiglu_core(x, *weights), dtype)


def swiglu_backward_core(upstream, x, weight_gate, weight_up, weight_down):
    z, up = x @ weight_gate.T, x @ weight_up.T  # (M, F) each
    gate, u = silu(z), upstream @ weight_down  # u = ∂L/∂(gate ⊙ up)
    z_grad, up_grad = u * up * silu_grad(z), u * gate  # each way is stretched by the other
    x_grad = z_grad @ weight_gate + up_grad @ weight_up
    return x_grad, z_grad.T @ x, up_grad.T @ x, upstream.T @ (gate * up)


def swiglu_backward(upstream, x, weight_gate, weight_up, weight_down):
    """∂L/∂x, ∂L/∂W_gate, ∂L/∂W_up and ∂L/∂W_down, for u = ∂L/∂y in the shape of x."""
    dtype, x, weights = _opened(x, weight_gate, weight_up, weight_down)
    u, D = fitting("upstream", upstream, x.shape, x), x.shape[-1]
    x_grad, *own = swiglu_backward_core(u.reshape(-1, D), x.reshape(-1, D), *weights)
    return cast((x_grad.reshape(x.shape), *own), dtype)


class SwiGLU(Model):
    """The same as a layer, without biases; the names are those that LLaMA's weights have."""

    def __init__(self, d_model, dim_feedforward, dtype=np.float64, rng=None):
        rng, options = np.random.default_rng(rng), {"bias": False, "dtype": dtype}
        up = {name: Linear(d_model, dim_feedforward, rng=rng, **options) for name in ("gate_proj", "up_proj")}
        super().__init__(up | {"down_proj": Linear(dim_feedforward, d_model, rng=rng, **options)})

    def forward(self, x):
        self.x = x
        return swiglu(x, *self.parameters().values())

    def backward(self, upstream):
        x_grad, *own = swiglu_backward(upstream, self.x, *self.parameters().values())
        for layer, grad in zip(self.children.values(), own, strict=True):
            layer.grads = {"weight": grad}
        return x_grad


def _opened(x, weight_gate, weight_up, weight_down):
    """The dtype of x, and all as floats that fit each other."""
    names = ("weight_gate", "weight_up", "weight_down")
    x, given = floats("x", x), [floats(n, W) for n, W in zip(names, (weight_gate, weight_up, weight_down), strict=True)]
    check_gated(x.shape, [W.shape for W in given])
    dtype, x = x.dtype, wide(x)
    return dtype, x, [W.astype(x.dtype, copy=False) for W in given]
