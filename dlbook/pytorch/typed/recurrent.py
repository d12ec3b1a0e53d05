"""Chapter 20: one step of a recurrent net, all of its steps, and backpropagation through time."""

from torch import nn


def recurrent_rnn_cell(x, h):
    cell = nn.RNNCell(2, 3)  # two features, three hidden numbers
    h = cell(x, h)


def recurrent_rnn_cell_backward(x, h, upstream):
    cell = nn.RNNCell(2, 3)
    x.requires_grad_()
    h.requires_grad_()
    cell(x, h).backward(upstream)
    x_grad, h_grad, weight_grad = x.grad, h.grad, cell.weight_hh.grad


def recurrent_rnn(x):
    rnn = nn.RNN(2, 3)  # num_layers=2 stacks, bidirectional=True reads from both ends
    output, h_n = rnn(x)  # (T, N, 3), and (1, N, 3) after the last step


def recurrent_rnn_backward(x, target):
    rnn = nn.RNN(2, 3)
    output, h_n = rnn(x)
    loss = nn.functional.mse_loss(output, target)
    loss.backward()  # through all steps
    weight_grad = rnn.weight_hh_l0.grad  # the sum over the steps
