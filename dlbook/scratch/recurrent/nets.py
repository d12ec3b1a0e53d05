"""Recurrent nets over whole sequences: `rnn`, `lstm` and `gru`, each with its way back.

The weights are a dict under PyTorch's names, and say themselves how many layers and directions there are: weight_ih_l0
(G H, D), weight_hh_l0 (G H, H), bias_ih_l0 and bias_hh_l0 (G H,), the same with _l1 for the layer above (which reads
directions · H numbers), and with _reverse behind it for the direction that reads from the end.
"""

import numpy as np

from dlbook._validate import check_choice, number_between
from dlbook._validate.images import check_shape
from dlbook._validate.recurrent import check_lengths, check_sequence, plan_of, upstream_parts
from dlbook.scratch._arrays import array, cast, fitting, floats, wide
from dlbook.scratch.recurrent import gated, long_short, plain
from dlbook.scratch.recurrent.layer import stacked, stacked_backward


class Net:
    """A net whose arrays have come through the door: `forward()`, then `backward(upstream)`."""

    def __init__(self, cell, x, weights, first: dict, lengths, batch_first, dropout, draw):
        x = floats("x", x)
        weights = {name: floats(f"weights[{name!r}]", value) for name, value in weights.items()}
        self.plan = plan = plan_of({name: value.shape for name, value in weights.items()}, cell.gates)
        check_sequence(x.shape, plan.features, batch_first)
        self.cell, self.dtype, self.batch_first = cell, x.dtype, batch_first
        x = wide(self._time_first(x))
        T, N, _ = x.shape
        self.shape = (plan.layers * plan.directions, N, plan.hidden)  # of each state
        self.states = tuple(
            np.zeros(self.shape, x.dtype) if v is None else fitting(k, v, self.shape, x) for k, v in first.items()
        )
        self.weights = [[self._four(weights, names, x.dtype) for names in layer] for layer in plan.names()]
        self.mask = None
        if lengths is not None:
            lengths = np.array(check_lengths(array("lengths", lengths), N, T))
            self.mask = (np.arange(T)[:, None] < lengths)[:, :, None]  # (T, N, 1)
            x = np.where(self.mask, x, 0)  # what stands in the padding is nobody's
        self.x, self.p, self.draw = x, number_between("dropout", dropout, 0, 1), None
        if draw is not None:
            draw = floats("draw", draw)
            outer = (N, T) if batch_first else (T, N)
            check_shape("draw", draw.shape, (plan.layers - 1, *outer, plan.directions * plan.hidden))
            self.draw = [self._time_first(of_layer) for of_layer in draw.astype(x.dtype, copy=False)]

    def forward(self, keep=True):
        """The outputs and the last states; with `keep`, `backward` may follow."""
        options = (self.cell, self.weights, self.mask, self.draw, self.p, keep)
        output, last, self.runs = stacked(self.x, self.states, *options)
        last = cast(last, self.dtype)
        return cast(self._time_first(output), self.dtype), last if len(last) > 1 else last[0]

    def backward(self, upstream):
        """∂L/∂x, a dict with those of the weights, and those of the first states."""
        output_grad, *state_grads = self._parts(upstream)
        options = (self.cell, self.weights, self.mask, self.draw, self.p)
        x_grad, first, own = stacked_backward(output_grad, state_grads, self.runs, *options)
        found = {}
        for layer, grads in zip(self.plan.names(), own, strict=True):
            for names, of_direction in zip(layer, grads, strict=True):
                found |= dict(zip(names, cast(of_direction, self.dtype), strict=False))  # of no bias no gradient
        return cast(self._time_first(x_grad), self.dtype), found, *cast(first, self.dtype)

    def _parts(self, upstream):
        """∂L/∂output and that of every last state; what is None counts as zeros."""
        (T, N, _), plan = self.x.shape, self.plan
        output_shape = (*((N, T) if self.batch_first else (T, N)), plan.directions * plan.hidden)
        found = []
        for name, value in upstream_parts(upstream, len(self.states)).items():
            shape = output_shape if name == "output_grad" else self.shape
            label = f"upstream's {name}"
            found.append(np.zeros(shape, self.x.dtype) if value is None else fitting(label, value, shape, self.x))
        return self._time_first(found[0]), *found[1:]

    def _time_first(self, value):
        """(N, T, …) to (T, N, …) where the batch comes first, and back again."""
        return value.swapaxes(0, 1) if self.batch_first else value

    def _four(self, weights, names, dtype):
        """The four arrays of one direction; no bias is a bias of 0."""
        found = [weights[name].astype(dtype, copy=False) for name in names]
        return (*found, *[np.zeros(len(found[0]), dtype)] * (4 - len(found)))


def rnn(x, weights, h0=None, lengths=None, *, nonlinearity="tanh", batch_first=False, dropout=0.0, draw=None):
    """h_t = tanh(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh) for t = 1 … T: output, h_n.

    Shapes: x (T, N, D), h0 (layers · directions, N, H), zeros unless given -> output (T, N, directions · H) and h_n as
    h0; with batch_first x is (N, T, D) and the output (N, T, …). `lengths` (N,) says where each sequence ends: later
    outputs are 0, h_n is the state at the end, and the other direction starts there. Between two layers, numbers whose
    `draw` (layers − 1, as the output), uniform in [0, 1), is below `dropout` are silenced; without a draw, as out of
    training, none.
    """
    return _rnn(x, weights, h0, lengths, nonlinearity, batch_first, dropout, draw).forward(keep=False)


def rnn_backward(
    upstream, x, weights, h0=None, lengths=None, *, nonlinearity="tanh", batch_first=False, dropout=0.0, draw=None
):
    """∂L/∂x, a dict with those of the weights by name, and ∂L/∂h0: backpropagation through time.

    `upstream` is (∂L/∂output, ∂L/∂h_n), None for zeros. From the last step to the first, a state's gradient is the sum
    of what its output and its next step ask for; a weight's is the sum over all steps.
    """
    return _both_ways(upstream, _rnn(x, weights, h0, lengths, nonlinearity, batch_first, dropout, draw))


def lstm(x, weights, h0=None, c0=None, lengths=None, *, batch_first=False, dropout=0.0, draw=None):
    """h_t, c_t = lstm_cell(x_t, h_{t−1}, c_{t−1}) for t = 1 … T: output, (h_n, c_n). All else as in `rnn`."""
    return _lstm(x, weights, h0, c0, lengths, batch_first, dropout, draw).forward(keep=False)


def lstm_backward(upstream, x, weights, h0=None, c0=None, lengths=None, *, batch_first=False, dropout=0.0, draw=None):
    """∂L/∂x, a dict with those of the weights by name, ∂L/∂h0 and ∂L/∂c0.

    `upstream` is (∂L/∂output, (∂L/∂h_n, ∂L/∂c_n)), None for zeros in each place.
    """
    return _both_ways(upstream, _lstm(x, weights, h0, c0, lengths, batch_first, dropout, draw))


def gru(x, weights, h0=None, lengths=None, *, batch_first=False, dropout=0.0, draw=None, reset_after=True):
    """h_t = gru_cell(x_t, h_{t−1}) for t = 1 … T: output, h_n. All else as in `rnn` and `gru_cell`."""
    return _gru(x, weights, h0, lengths, batch_first, dropout, draw, reset_after).forward(keep=False)


def gru_backward(
    upstream, x, weights, h0=None, lengths=None, *, batch_first=False, dropout=0.0, draw=None, reset_after=True
):
    """∂L/∂x, a dict with those of the weights by name, and ∂L/∂h0, for `upstream` as in `rnn_backward`."""
    return _both_ways(upstream, _gru(x, weights, h0, lengths, batch_first, dropout, draw, reset_after))


def _rnn(x, weights, h0, lengths, nonlinearity, batch_first, dropout, draw):
    check_choice("nonlinearity", nonlinearity, plain.CELLS)
    return Net(plain.CELLS[nonlinearity], x, weights, {"h0": h0}, lengths, batch_first, dropout, draw)


def _lstm(x, weights, h0, c0, lengths, batch_first, dropout, draw):
    return Net(long_short.LSTM, x, weights, {"h0": h0, "c0": c0}, lengths, batch_first, dropout, draw)


def _gru(x, weights, h0, lengths, batch_first, dropout, draw, reset_after):
    return Net(gated.cell_of(reset_after), x, weights, {"h0": h0}, lengths, batch_first, dropout, draw)


def _both_ways(upstream, net):
    net.forward()
    return net.backward(upstream)
