"""A feed-forward net with a gate, on tensors: torch.nn has none of its own."""

import torch.nn.functional as F
from torch import nn

from dlbook._validate.transformer import check_gated
from dlbook.pytorch._tensors import backward, cast, fitting, floats, wide


def swiglu(x, weight_gate, weight_up, weight_down):
    """y = W_down (silu(W_gate x) ⊙ W_up x)."""
    dtype, x, weights = _opened(x, weight_gate, weight_up, weight_down)
    return cast(_computed(x, *weights), dtype)


def swiglu_backward(upstream, x, weight_gate, weight_up, weight_down):
    """∂L/∂x, ∂L/∂W_gate, ∂L/∂W_up and ∂L/∂W_down, by autograd."""
    dtype, x, weights = _opened(x, weight_gate, weight_up, weight_down)
    return cast(backward(fitting("upstream", upstream, x.shape, x), _computed, x, *weights), dtype)


class SwiGLU(nn.Module):
    """The same as a layer, without biases; the names are those that LLaMA's weights have."""

    def __init__(self, d_model, dim_feedforward, dtype=None):
        super().__init__()
        self.gate_proj = nn.Linear(d_model, dim_feedforward, bias=False, dtype=dtype)
        self.up_proj = nn.Linear(d_model, dim_feedforward, bias=False, dtype=dtype)
        self.down_proj = nn.Linear(dim_feedforward, d_model, bias=False, dtype=dtype)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


def _computed(x, weight_gate, weight_up, weight_down):
    return F.linear(F.silu(F.linear(x, weight_gate)) * F.linear(x, weight_up), weight_down)


def _opened(x, weight_gate, weight_up, weight_down):
    """The dtype of x, and all as floats that fit each other."""
    names = ("weight_gate", "weight_up", "weight_down")
    x, given = floats("x", x), [floats(n, W) for n, W in zip(names, (weight_gate, weight_up, weight_down), strict=True)]
    check_gated(tuple(x.shape), [tuple(W.shape) for W in given])
    dtype, x = x.dtype, wide(x)
    return dtype, x, [W.to(x) for W in given]
