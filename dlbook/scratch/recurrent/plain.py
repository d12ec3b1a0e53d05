"""The plain cell: the new state is a squashed sum of what comes in and what was.

N sequences, D features, H hidden numbers: weight_ih (H, D), weight_hh (H, H), both biases (H,).
"""

import numpy as np

from dlbook._validate import check_choice
from dlbook.scratch._arrays import cast, fitting
from dlbook.scratch.recurrent.cell import Cell, hidden_grad, opened, through


def rnn_cell_core(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    z = x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh  # (N, H)
    return np.tanh(z)


def rnn_cell(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh"):
    """h′ = tanh(W_ih x + b_ih + W_hh h + b_hh), one step; with nonlinearity="relu" max(0, ·) stands for tanh.

    Shapes: x (N, D) or (D,), h (N, H) or (H,) -> as h. Source: Elman 1990.
    """
    check_choice("nonlinearity", nonlinearity, CELLS)
    dtype, x, (h,), weights = opened(1, x, {"h": h}, weight_ih, weight_hh, bias_ih, bias_hh)
    core = rnn_cell_core if nonlinearity == "tanh" else rnn_relu_cell_core
    return cast(core(x, h, *weights), dtype)


def rnn_cell_backward_core(state_grads, h, weight_hh):
    z_grad = state_grads[0] * (1 - h * h)  # (N, H), for tanh′ = 1 − tanh²
    return z_grad, z_grad, (z_grad @ weight_hh,)


def rnn_cell_backward(upstream, x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh"):
    """∂L/∂x, ∂L/∂h, ∂L/∂W_ih, ∂L/∂W_hh and those of the biases that there are, for u = ∂L/∂h′ (N, H).

    ∂L/∂z = u (1 − h′²); then ∂L/∂h = ∂L/∂z W_hh: one such factor for every step back in time.
    """
    check_choice("nonlinearity", nonlinearity, CELLS)
    dtype, x, (h,), weights = opened(1, x, {"h": h}, weight_ih, weight_hh, bias_ih, bias_hh)
    upstream = fitting("upstream", upstream, h.shape, x)
    return through(CELLS[nonlinearity], [upstream], x, [h], weights, (bias_ih, bias_hh), dtype)


def rnn_step(a, states, weight_hh, bias_hh):
    h = np.tanh(a + (states[0] @ weight_hh.T + bias_hh))
    return (h,), h


# ── The same with a ReLU ──


def rnn_relu_cell_core(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    z = x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh  # (N, H)
    return np.maximum(z, 0)


def rnn_relu_step(a, states, weight_hh, bias_hh):
    h = np.maximum(a + (states[0] @ weight_hh.T + bias_hh), 0)
    return (h,), h


def rnn_relu_cell_backward_core(state_grads, h, weight_hh):
    z_grad = state_grads[0] * (h > 0)  # (N, H)
    return z_grad, z_grad, (z_grad @ weight_hh,)


CELLS = {
    "tanh": Cell(1, 1, rnn_step, rnn_cell_backward_core, hidden_grad),
    "relu": Cell(1, 1, rnn_relu_step, rnn_relu_cell_backward_core, hidden_grad),
}
