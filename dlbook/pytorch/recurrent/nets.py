"""Recurrent nets over whole sequences: torch.nn.RNN, LSTM and GRU; what they do not have is written out in tensors."""

import torch
from torch import nn
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from dlbook._validate import check_choice, number_between
from dlbook._validate.images import check_shape
from dlbook._validate.recurrent import check_lengths, check_sequence, plan_of, upstream_parts
from dlbook.pytorch._tensors import fitting, floats, tensor
from dlbook.pytorch.layers.dropout import dropout as silenced
from dlbook.pytorch.recurrent.cells import gru_before


def rnn(x, weights, h0=None, lengths=None, *, nonlinearity="tanh", batch_first=False, dropout=0.0, draw=None):
    """output (T, N, directions · H) and h_n (layers · directions, N, H): torch.nn.RNN."""
    return _rnn(x, weights, h0, lengths, nonlinearity, batch_first, dropout, draw).forward()


def rnn_backward(
    upstream, x, weights, h0=None, lengths=None, *, nonlinearity="tanh", batch_first=False, dropout=0.0, draw=None
):
    """∂L/∂x, those of the weights by name, and ∂L/∂h0, by autograd."""
    return _rnn(x, weights, h0, lengths, nonlinearity, batch_first, dropout, draw).backward(upstream)


def lstm(x, weights, h0=None, c0=None, lengths=None, *, batch_first=False, dropout=0.0, draw=None):
    """output, (h_n, c_n): torch.nn.LSTM."""
    return Net(nn.LSTM, 4, x, weights, {"h0": h0, "c0": c0}, lengths, batch_first, dropout, draw).forward()


def lstm_backward(upstream, x, weights, h0=None, c0=None, lengths=None, *, batch_first=False, dropout=0.0, draw=None):
    """∂L/∂x, those of the weights by name, ∂L/∂h0 and ∂L/∂c0, by autograd."""
    return Net(nn.LSTM, 4, x, weights, {"h0": h0, "c0": c0}, lengths, batch_first, dropout, draw).backward(upstream)


def gru(x, weights, h0=None, lengths=None, *, batch_first=False, dropout=0.0, draw=None, reset_after=True):
    """output, h_n: torch.nn.GRU, or its cell with the reset gate before the product."""
    return _gru(x, weights, h0, lengths, batch_first, dropout, draw, reset_after).forward()


def gru_backward(
    upstream, x, weights, h0=None, lengths=None, *, batch_first=False, dropout=0.0, draw=None, reset_after=True
):
    """∂L/∂x, those of the weights by name, and ∂L/∂h0, by autograd."""
    return _gru(x, weights, h0, lengths, batch_first, dropout, draw, reset_after).backward(upstream)


def _rnn(x, weights, h0, lengths, nonlinearity, batch_first, dropout, draw):
    check_choice("nonlinearity", nonlinearity, ("tanh", "relu"))
    options = {"nonlinearity": nonlinearity}
    return Net(nn.RNN, 1, x, weights, {"h0": h0}, lengths, batch_first, dropout, draw, **options)


def _gru(x, weights, h0, lengths, batch_first, dropout, draw, reset_after):
    kind = nn.GRU if reset_after else GRUBefore
    return Net(kind, 3, x, weights, {"h0": h0}, lengths, batch_first, dropout, draw)


class Net:
    """A net whose tensors have come through the door: `forward()`, and `backward(upstream)` by autograd."""

    def __init__(self, kind, gates, x, weights, first, lengths, batch_first, dropout, draw, **options):
        self.x = x = floats("x", x)
        weights = {name: floats(f"weights[{name!r}]", value) for name, value in weights.items()}
        self.plan = plan = plan_of({name: tuple(value.shape) for name, value in weights.items()}, gates)
        check_sequence(tuple(x.shape), plan.features, batch_first)
        self.kind, self.batch_first, self.options = kind, batch_first, options
        self.weights = {name: value.to(x) for name, value in weights.items()}
        N, T = x.shape[:2] if batch_first else x.shape[1::-1]
        self.shape = (plan.layers * plan.directions, N, plan.hidden)  # of each state
        self.states = [x.new_zeros(self.shape) if v is None else fitting(k, v, self.shape, x) for k, v in first.items()]
        self.lengths = None if lengths is None else check_lengths(tensor("lengths", lengths), N, T)
        self.p, self.draw = number_between("dropout", dropout, 0, 1), draw
        self.output_shape = (*x.shape[:2], plan.directions * plan.hidden)
        if draw is not None:
            self.draw = floats("draw", draw)
            check_shape("draw", self.draw.shape, (plan.layers - 1, *self.output_shape))

    def forward(self):
        output, last = self._run(self.x, self.weights, self.states)
        return output, last if len(last) > 1 else last[0]

    def backward(self, upstream):
        parts = []
        for name, value in upstream_parts(upstream, len(self.states)).items():
            shape = self.output_shape if name == "output_grad" else self.shape
            whole = self.x.new_zeros(shape) if value is None else fitting(f"upstream's {name}", value, shape, self.x)
            parts.append(whole)
        with torch.enable_grad():
            x, *states = leaves = [value.detach().requires_grad_() for value in (self.x, *self.states)]
            weights = {name: value.detach().requires_grad_() for name, value in self.weights.items()}
            output, found = self._run(x, weights, states)
            x_grad, *rest = torch.autograd.grad((output, *found), (*leaves, *weights.values()), parts)
        return x_grad, dict(zip(weights, rest[len(states) :], strict=True)), *rest[: len(states)]

    def _run(self, x, weights, states):
        """All layers at once; one after the other where a draw stands between them."""
        if self.draw is None:
            return self._layers(x, weights, states, self.plan)
        D, ends = self.plan.directions, []
        for k, names in enumerate(self.plan.names()):
            x = silenced(x, self.draw[k - 1].to(x), self.p) if k else x
            own = {name.replace(f"_l{k}", "_l0"): weights[name] for direction in names for name in direction}
            plan = self.plan._replace(layers=1, features=x.shape[2])
            x, last = self._layers(x, own, [state[k * D : (k + 1) * D] for state in states], plan)
            ends.append(last)
        return x, tuple(map(torch.cat, zip(*ends, strict=True)))

    def _layers(self, x, weights, states, plan):
        net = self.kind(
            plan.features, plan.hidden, plan.layers, bias=plan.bias, batch_first=self.batch_first,
            bidirectional=plan.directions == 2, dtype=x.dtype, device=x.device, **self.options,
        )  # fmt: skip
        first = tuple(states) if len(states) > 1 else states[0]
        if self.kind is GRUBefore:
            output, last = functional_call(net, weights, (x, first, self.lengths))
        elif self.lengths is None:
            output, last = functional_call(net, weights, (x, first))
        else:
            packed = pack_padded_sequence(x, self.lengths, self.batch_first, enforce_sorted=False)
            output, last = functional_call(net, weights, (packed, first))
            output, _ = pad_packed_sequence(output, self.batch_first, total_length=x.shape[int(self.batch_first)])
        return output, last if isinstance(last, tuple) else (last,)


class GRUBefore(nn.GRU):
    """torch.nn.GRU with the reset gate before the product: step by step in tensors."""

    def forward(self, x, h0, lengths=None):
        x = x.transpose(0, 1) if self.batch_first else x
        T, N = x.shape[:2]
        ends = torch.as_tensor([T] * N if lengths is None else lengths, device=x.device)
        mask = (torch.arange(T, device=x.device)[:, None] < ends)[:, :, None]  # (T, N, 1)
        D, last = 1 + self.bidirectional, []
        for k in range(self.num_layers):
            outputs = []
            for d in range(D):
                output, h = self._direction(x, h0[k * D + d], self.all_weights[k * D + d], mask, d)
                outputs.append(output)
                last.append(h)
            x = torch.cat(outputs, dim=-1)
        return x.transpose(0, 1) if self.batch_first else x, torch.stack(last)

    def _direction(self, x, h, weights, mask, reverse):
        none, found = x.new_zeros(3 * self.hidden_size), [None] * len(x)
        weights = weights if self.bias else (*weights, none, none)
        for t in reversed(range(len(x))) if reverse else range(len(x)):
            h = torch.where(mask[t], gru_before(x[t], h, *weights), h)
            found[t] = h * mask[t]
        return torch.stack(found), h
