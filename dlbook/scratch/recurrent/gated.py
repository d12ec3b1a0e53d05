"""The GRU's cell: one state, and two gates that say how much of it is looked at and how much of it stays.

N sequences, D features, H hidden numbers. The blocks stand one below the other, in PyTorch's order: r (reset),
z (stay), n (new): weight_ih (3 H, D), weight_hh (3 H, H), both biases (3 H,).
"""

import numpy as np

from dlbook.scratch._arrays import cast, fitting
from dlbook.scratch.recurrent.cell import Cell, hidden_grad, opened, sigmoid, through


def gru_cell_core(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    r_x, z_x, n_x = np.split(x @ weight_ih.T + bias_ih, 3, axis=-1)  # (N, H) each
    r_h, z_h, n_h = np.split(h @ weight_hh.T + bias_hh, 3, axis=-1)
    r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
    n = np.tanh(n_x + r * n_h)  # the reset gate acts after the product
    return (1 - z) * n + z * h


def gru_cell(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, reset_after=True):
    """h′ = (1 − z) ⊙ n + z ⊙ h, where r, z = σ(·) and n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)).

    With reset_after=False the gate acts before the product, n = tanh(W_in x + b_in + W_hn (r ⊙ h) + b_hn), as in the
    paper; PyTorch has only the other. Shapes: x (N, D) or (D,), h (N, H) or (H,) -> as h. Source: Cho et al. 2014.
    """
    dtype, x, (h,), weights = opened(3, x, {"h": h}, weight_ih, weight_hh, bias_ih, bias_hh)
    core = gru_cell_core if reset_after else gru_before_cell_core
    return cast(core(x, h, *weights), dtype)


def gru_cell_backward_core(state_grads, kept, weight_hh):
    (h_grad,), (r, z, n, n_h, h) = state_grads, kept
    n_grad = h_grad * (1 - z) * (1 - n * n)
    z_grad = h_grad * (h - n) * z * (1 - z)
    r_grad = n_grad * n_h * r * (1 - r)
    a_grad = np.concatenate((r_grad, z_grad, n_grad), axis=-1)  # (N, 3 H), of W_ih x + b_ih
    u_grad = np.concatenate((r_grad, z_grad, n_grad * r), axis=-1)  # of W_hh h + b_hh
    return a_grad, u_grad, (u_grad @ weight_hh + h_grad * z,)


def gru_cell_backward(upstream, x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, reset_after=True):
    """∂L/∂x, ∂L/∂h, ∂L/∂W_ih, ∂L/∂W_hh and those of the biases that there are, for u = ∂L/∂h′ (N, H)."""
    dtype, x, (h,), weights = opened(3, x, {"h": h}, weight_ih, weight_hh, bias_ih, bias_hh)
    upstream = fitting("upstream", upstream, h.shape, x)
    return through(cell_of(reset_after), [upstream], x, [h], weights, (bias_ih, bias_hh), dtype)


def gru_step(a, states, weight_hh, bias_hh):
    (h,), H = states, weight_hh.shape[1]
    u = h @ weight_hh.T + bias_hh  # (N, 3 H)
    r, z = np.split(sigmoid(a[..., : 2 * H] + u[..., : 2 * H]), 2, axis=-1)
    n_h = u[..., 2 * H :]
    n = np.tanh(a[..., 2 * H :] + r * n_h)
    return (n + z * (h - n),), (r, z, n, n_h, h)


# ── The same with the reset gate before the product ──


def gru_before_cell_core(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    r_x, z_x, n_x = np.split(x @ weight_ih.T + bias_ih, 3, axis=-1)  # (N, H) each
    W_r, W_z, W_n = np.split(weight_hh, 3)
    b_r, b_z, b_n = np.split(bias_hh, 3)
    r, z = sigmoid(r_x + h @ W_r.T + b_r), sigmoid(z_x + h @ W_z.T + b_z)
    n = np.tanh(n_x + (r * h) @ W_n.T + b_n)
    return (1 - z) * n + z * h


def gru_before_step(a, states, weight_hh, bias_hh):
    (h,), H = states, weight_hh.shape[1]
    u = h @ weight_hh[: 2 * H].T + bias_hh[: 2 * H]  # (N, 2 H)
    r, z = np.split(sigmoid(a[..., : 2 * H] + u), 2, axis=-1)
    n = np.tanh(a[..., 2 * H :] + ((r * h) @ weight_hh[2 * H :].T + bias_hh[2 * H :]))
    return (n + z * (h - n),), (r, z, n, h)


def gru_before_cell_backward_core(state_grads, kept, weight_hh):
    (h_grad,), (r, z, n, h), H = state_grads, kept, weight_hh.shape[1]
    n_grad = h_grad * (1 - z) * (1 - n * n)
    z_grad = h_grad * (h - n) * z * (1 - z)
    rh_grad = n_grad @ weight_hh[2 * H :]  # of r ⊙ h
    a_grad = np.concatenate((rh_grad * h * r * (1 - r), z_grad, n_grad), axis=-1)  # (N, 3 H)
    return a_grad, a_grad, (a_grad[..., : 2 * H] @ weight_hh[: 2 * H] + rh_grad * r + h_grad * z,)


def hidden_grad_before(u_grad, h, kept):
    """∂L/∂W_hh, where the last block has met r ⊙ h in the place of h."""
    H = h.shape[-1]
    rh = np.concatenate([r * h for r, _, _, h in kept])  # (T · N, H)
    return np.concatenate((u_grad[:, : 2 * H].T @ h, u_grad[:, 2 * H :].T @ rh))


GRU = Cell(3, 1, gru_step, gru_cell_backward_core, hidden_grad)
GRU_BEFORE = Cell(3, 1, gru_before_step, gru_before_cell_backward_core, hidden_grad_before)


def cell_of(reset_after) -> Cell:
    return GRU if reset_after else GRU_BEFORE
