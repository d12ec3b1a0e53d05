"""Recurrent nets as objects, for models: they hold the weights and remember what the way back needs."""

import math

import numpy as np

from dlbook._validate import check_count, number_between, wrong
from dlbook.scratch.layers.modules import Module
from dlbook.scratch.recurrent import nets


class _Recurrent(Module):
    """output, last state = layer(x, first state, lengths); starts uniform in ±1/√H, as in torch.nn."""

    gates = 1

    def __init__(
        self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False,
        dtype=np.float64, rng=None,
    ):  # fmt: skip
        super().__init__()
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size), ("num_layers", num_layers)):
            check_count(name, size, 1)
        self.batch_first, self.p = batch_first, number_between("dropout", dropout, 0, 1)
        self.rng = np.random.default_rng(rng)
        self.hidden, self.directions = hidden_size, 1 + bool(bidirectional)
        rows, bound = self.gates * hidden_size, 1 / math.sqrt(hidden_size)
        for k in range(num_layers):
            width = input_size if k == 0 else self.directions * hidden_size
            shapes = {"weight_ih": (rows, width), "weight_hh": (rows, hidden_size)}
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {}
            for end in ("", "_reverse")[: self.directions]:
                for kind, shape in shapes.items():
                    self.params[f"{kind}_l{k}{end}"] = self.rng.uniform(-bound, bound, shape).astype(dtype)
        self.num_layers = num_layers

    def forward(self, x, hx=None, lengths=None):
        """output and h_n (of an LSTM h_n and c_n), from x and, where it does not start at zeros, the first state."""
        draw = None
        if self.training and self.p and self.num_layers > 1:
            shape = (self.num_layers - 1, *np.shape(x)[:2], self.directions * self.hidden)
            draw = self.rng.random(shape)
        self.x = self._net(x, hx, lengths, draw)  # the net remembers its x
        return self.x.forward()

    def backward(self, upstream):
        """∂L/∂x, for ∂L/∂output alone or (∂L/∂output, ∂L/∂state); `state_grad` then holds that of the first state."""
        upstream = upstream if isinstance(upstream, (tuple, list)) else (upstream, None)
        x_grad, self.grads, *first = self.x.backward(upstream)
        self.state_grad = tuple(first) if len(first) > 1 else first[0]
        return x_grad


class RNN(_Recurrent):
    """The plain recurrent net."""

    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", *args, **options):
        super().__init__(input_size, hidden_size, num_layers, *args, **options)
        self.nonlinearity = nonlinearity

    def _net(self, x, hx, lengths, draw):
        return nets._rnn(x, self.params, hx, lengths, self.nonlinearity, self.batch_first, self.p, draw)


class LSTM(_Recurrent):
    """The LSTM; its state is a pair (h, c)."""

    gates = 4

    def _net(self, x, hx, lengths, draw):
        if hx is not None and not (isinstance(hx, (tuple, list)) and len(hx) == 2):
            raise wrong("hx", "be a pair", f"a {type(hx).__name__}", "(h0, c0)")
        h0, c0 = (None, None) if hx is None else hx
        return nets._lstm(x, self.params, h0, c0, lengths, self.batch_first, self.p, draw)


class GRU(_Recurrent):
    """The GRU; reset_after=False puts its reset gate before the product, which torch.nn.GRU does not have."""

    gates = 3

    def __init__(self, *args, reset_after=True, **options):
        super().__init__(*args, **options)
        self.reset_after = reset_after

    def _net(self, x, hx, lengths, draw):
        return nets._gru(x, self.params, hx, lengths, self.batch_first, self.p, draw, self.reset_after)
