"""The LSTM's cell: a sum that remembers, and three gates that say what goes in, what stays and what is shown.

N sequences, D features, H hidden numbers. The blocks of the gates stand one below the other, in PyTorch's order:
i (in), f (forget), g (what is written), o (out): weight_ih (4 H, D), weight_hh (4 H, H), both biases (4 H,).
"""

import numpy as np

from dlbook._validate.recurrent import check_parts
from dlbook.scratch._arrays import cast, fitting
from dlbook.scratch.recurrent.cell import Cell, hidden_grad, opened, sigmoid, through


def lstm_cell_core(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    z = x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh  # (N, 4 H)
    i, f, g, o = np.split(z, 4, axis=-1)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g  # what stays, and what is written
    h = o * np.tanh(c)  # what is shown
    return h, c


def lstm_cell(x, h, c, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    """c′ = f ⊙ c + i ⊙ g and h′ = o ⊙ tanh c′, where i, f, o = σ(·) and g = tanh(·) of W_ih x + b_ih + W_hh h + b_hh.

    Shapes: x (N, D) or (D,), h and c (N, H) or (H,) -> h′ and c′ as h. Source: Hochreiter and Schmidhuber 1997; the
    forget gate: Gers et al. 2000.
    """
    dtype, x, (h, c), weights = opened(4, x, {"h": h, "c": c}, weight_ih, weight_hh, bias_ih, bias_hh)
    return cast(lstm_cell_core(x, h, c, *weights), dtype)


def lstm_cell_backward_core(state_grads, kept, weight_hh):
    (h_grad, c_grad), (i, f, g, o, c, tanh_c) = state_grads, kept
    c_grad = c_grad + h_grad * o * (1 - tanh_c * tanh_c)  # from the next step, and from h
    i_grad = c_grad * g * i * (1 - i)
    f_grad = c_grad * c * f * (1 - f)
    g_grad = c_grad * i * (1 - g * g)
    o_grad = h_grad * tanh_c * o * (1 - o)
    z_grad = np.concatenate((i_grad, f_grad, g_grad, o_grad), axis=-1)  # (N, 4 H)
    return z_grad, z_grad, (z_grad @ weight_hh, c_grad * f)


def lstm_cell_backward(upstream, x, h, c, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    """∂L/∂x, ∂L/∂h, ∂L/∂c, ∂L/∂W_ih, ∂L/∂W_hh and those of the biases that there are.

    `upstream` holds ∂L/∂h′ and ∂L/∂c′, None for zeros. ∂L/∂c = f ⊙ ∂L/∂c′: back in time the cell's gradient is
    multiplied by the forget gate alone.
    """
    dtype, x, (h, c), weights = opened(4, x, {"h": h, "c": c}, weight_ih, weight_hh, bias_ih, bias_hh)
    parts = zip(("h_grad", "c_grad"), check_parts(upstream, ("h_grad", "c_grad")), strict=True)
    upstream = [np.zeros_like(h) if u is None else fitting(f"upstream's {name}", u, h.shape, x) for name, u in parts]
    return through(LSTM, upstream, x, [h, c], weights, (bias_ih, bias_hh), dtype)


def lstm_step(a, states, weight_hh, bias_hh):
    (h, c), H = states, weight_hh.shape[1]
    z = a + (h @ weight_hh.T + bias_hh)  # (N, 4 H)
    i, f = np.split(sigmoid(z[..., : 2 * H]), 2, axis=-1)
    g, o = np.tanh(z[..., 2 * H : 3 * H]), sigmoid(z[..., 3 * H :])
    new = f * c + i * g
    tanh_c = np.tanh(new)
    return (o * tanh_c, new), (i, f, g, o, c, tanh_c)


LSTM = Cell(4, 2, lstm_step, lstm_cell_backward_core, hidden_grad)
