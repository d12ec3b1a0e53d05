"""What all cells share: the sigmoid, what a layer asks of a cell, and the door of a single step."""

from typing import NamedTuple

import numpy as np

from dlbook._validate.recurrent import check_cell
from dlbook.scratch._arrays import cast, fitting, floats, wide


class Cell(NamedTuple):
    """What a layer needs to know of its cell."""

    gates: int  # blocks in the weights
    states: int  # 1 for h, 2 for h and c
    step: object  # (a, states, weight_hh, bias_hh) -> states, kept
    back: object  # (state_grads, kept, weight_hh) -> ∂L/∂a, ∂L/∂(h W_hhᵀ + b_hh), state_grads
    hidden_grad: object  # (∂L/∂(h W_hhᵀ + b_hh) of all steps, h before each, kept of each) -> ∂L/∂W_hh


def sigmoid(z):
    """σ(z) = ½ (1 + tanh ½ z): the sigmoid, by the one function of NumPy's that is quick and never overflows."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


def hidden_grad(u_grad, h, kept):
    """∂L/∂W_hh = Σ uᵀ h: (T · N, G H)ᵀ (T · N, H) -> (G H, H)."""
    return u_grad.T @ h


def opened(gates, x, states: dict, weight_ih, weight_hh, bias_ih, bias_hh):
    """The dtype of `x`, and all as floats that fit; no bias is a bias of 0."""
    x, weight_ih, weight_hh = floats("x", x), floats("weight_ih", weight_ih), floats("weight_hh", weight_hh)
    given = {name: np.shape(state) for name, state in states.items()}
    H = check_cell(x.shape, given, weight_ih.shape, weight_hh.shape, gates)
    dtype, x = x.dtype, wide(x)
    states = [fitting(name, state, (*x.shape[:-1], H), x) for name, state in states.items()]
    biases = {"bias_ih": bias_ih, "bias_hh": bias_hh}
    biases = [np.zeros(gates * H, x.dtype) if b is None else fitting(k, b, (gates * H,), x) for k, b in biases.items()]
    weights = (weight_ih.astype(x.dtype, copy=False), weight_hh.astype(x.dtype, copy=False))
    return dtype, x, states, (*weights, *biases)


def through(cell, upstream, x, states, weights, given, dtype):
    """One step forward and back: the gradients of x, the states, the weights and those biases that are given."""
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    row = np.atleast_2d(x)  # (N, D)
    _, kept = cell.step(row @ weight_ih.T + bias_ih, [np.atleast_2d(s) for s in states], weight_hh, bias_hh)
    a_grad, u_grad, state_grads = cell.back([np.atleast_2d(u) for u in upstream], kept, weight_hh)
    found = [(a_grad @ weight_ih).reshape(x.shape), *(grad.reshape(states[0].shape) for grad in state_grads)]
    found += [a_grad.T @ row, cell.hidden_grad(u_grad, np.atleast_2d(states[0]), [kept])]
    found += [grad.sum(axis=0) for grad, bias in zip((a_grad, u_grad), given, strict=True) if bias is not None]
    return cast(tuple(found), dtype)
