"""One step of a recurrent net: torch.rnn_tanh_cell, torch.lstm_cell, torch.gru_cell; autograd goes back."""

import torch

from dlbook._validate import check_choice
from dlbook._validate.recurrent import check_cell, check_parts
from dlbook.pytorch._tensors import backward, fitting, floats


def rnn_cell(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh"):
    """h′ = tanh(W_ih x + b_ih + W_hh h + b_hh), one step: (N, D), (N, H) -> (N, H)."""
    return _rnn(*_inputs(1, x, {"h": h}, weight_ih, weight_hh, bias_ih, bias_hh), nonlinearity)


def rnn_cell_backward(upstream, x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, nonlinearity="tanh"):
    """The gradients of all inputs, by autograd."""
    inputs = _inputs(1, x, {"h": h}, weight_ih, weight_hh, bias_ih, bias_hh)
    upstream = fitting("upstream", upstream, inputs[1].shape, inputs[0])
    return _given(backward(upstream, lambda *all: _rnn(*all, nonlinearity), *inputs), bias_ih, bias_hh)


def lstm_cell(x, h, c, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    """c′ = f ⊙ c + i ⊙ g and h′ = o ⊙ tanh c′: (N, D), (N, H), (N, H) -> (N, H), (N, H)."""
    return _lstm(*_inputs(4, x, {"h": h, "c": c}, weight_ih, weight_hh, bias_ih, bias_hh))


def lstm_cell_backward(upstream, x, h, c, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    """The gradients of all inputs, by autograd; `upstream` holds ∂L/∂h′ and ∂L/∂c′, None for zeros."""
    inputs = _inputs(4, x, {"h": h, "c": c}, weight_ih, weight_hh, bias_ih, bias_hh)
    parts = zip(("h_grad", "c_grad"), check_parts(upstream, ("h_grad", "c_grad")), strict=True)
    state = inputs[1]
    u = [torch.zeros_like(state) if u is None else fitting(f"upstream's {k}", u, state.shape, state) for k, u in parts]
    both = lambda *all: torch.stack(_lstm(*all))
    return _given(backward(torch.stack(u), both, *inputs), bias_ih, bias_hh)


def gru_cell(x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, reset_after=True):
    """h′ = (1 − z) ⊙ n + z ⊙ h: (N, D), (N, H) -> (N, H)."""
    return gru_of(reset_after)(*_inputs(3, x, {"h": h}, weight_ih, weight_hh, bias_ih, bias_hh))


def gru_cell_backward(upstream, x, h, weight_ih, weight_hh, bias_ih=None, bias_hh=None, reset_after=True):
    """The gradients of all inputs, by autograd."""
    inputs = _inputs(3, x, {"h": h}, weight_ih, weight_hh, bias_ih, bias_hh)
    upstream = fitting("upstream", upstream, inputs[1].shape, inputs[0])
    return _given(backward(upstream, gru_of(reset_after), *inputs), bias_ih, bias_hh)


def gru_of(reset_after):
    return _gru if reset_after else gru_before


def gru_before(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    """The GRU's cell with its reset gate before the product, which torch does not have."""
    (r_x, z_x, n_x), (W_r, W_z, W_n) = (x @ weight_ih.T + bias_ih).chunk(3, dim=-1), weight_hh.chunk(3)
    b_r, b_z, b_n = bias_hh.chunk(3)
    r = torch.sigmoid(r_x + h @ W_r.T + b_r)
    z = torch.sigmoid(z_x + h @ W_z.T + b_z)
    n = torch.tanh(n_x + (r * h) @ W_n.T + b_n)
    return (1 - z) * n + z * h


def _rnn(x, h, weight_ih, weight_hh, bias_ih, bias_hh, nonlinearity):
    check_choice("nonlinearity", nonlinearity, ("tanh", "relu"))
    cell = torch.rnn_tanh_cell if nonlinearity == "tanh" else torch.rnn_relu_cell
    return cell(torch.atleast_2d(x), torch.atleast_2d(h), weight_ih, weight_hh, bias_ih, bias_hh).reshape(h.shape)


def _lstm(x, h, c, weight_ih, weight_hh, bias_ih, bias_hh):
    states = (torch.atleast_2d(h), torch.atleast_2d(c))
    h_new, c_new = torch.lstm_cell(torch.atleast_2d(x), states, weight_ih, weight_hh, bias_ih, bias_hh)
    return h_new.reshape(h.shape), c_new.reshape(c.shape)


def _gru(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    x_rows, h_rows = torch.atleast_2d(x), torch.atleast_2d(h)
    return torch.gru_cell(x_rows, h_rows, weight_ih, weight_hh, bias_ih, bias_hh).reshape(h.shape)


def _inputs(gates, x, states: dict, weight_ih, weight_hh, bias_ih, bias_hh):
    """All as floats that fit; no bias is a bias of 0."""
    x, weight_ih, weight_hh = floats("x", x), floats("weight_ih", weight_ih), floats("weight_hh", weight_hh)
    given = {name: torch.as_tensor(state).shape for name, state in states.items()}
    H = check_cell(tuple(x.shape), given, tuple(weight_ih.shape), tuple(weight_hh.shape), gates)
    states = [fitting(name, state, (*x.shape[:-1], H), x) for name, state in states.items()]
    biases = {"bias_ih": bias_ih, "bias_hh": bias_hh}
    biases = [x.new_zeros(gates * H) if b is None else fitting(k, b, (gates * H,), x) for k, b in biases.items()]
    return x, *states, weight_ih.to(x), weight_hh.to(x), *biases


def _given(grads, *biases):
    """Of a bias that is not there, no gradient."""
    return grads[:-2] + tuple(grad for grad, bias in zip(grads[-2:], biases, strict=True) if bias is not None)
