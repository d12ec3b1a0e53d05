"""Chapter 21: one step of an LSTM and of a GRU, a layer, and the way back through the cell."""

import torch
from torch import nn


def recurrent_lstm_cell(x, h, c):
    cell = nn.LSTMCell(2, 3)  # two features, three hidden numbers
    h, c = cell(x, (h, c))


def recurrent_lstm_cell_backward(x, h, c, upstream):
    cell = nn.LSTMCell(2, 3)
    h.requires_grad_()
    c.requires_grad_()
    h_new, c_new = cell(x, (h, c))
    h_new.backward(upstream)
    h_grad, c_grad, weight_grad = h.grad, c.grad, cell.weight_hh.grad


def recurrent_lstm(x):
    lstm = nn.LSTM(2, 3)
    with torch.no_grad():
        lstm.bias_ih_l0[3:6] += 1  # the second of four blocks, that of the forget gate
    output, (h_n, c_n) = lstm(x)  # (T, N, 3), and (1, N, 3) each


def recurrent_lstm_library(x):
    import keras

    lstm = keras.layers.LSTM(3, return_sequences=True, name="lstm")  # forget bias 1
    model = keras.Sequential([keras.Input((None, 2)), lstm])
    output = model(x)  # (N, T, 3): the batch comes first


def recurrent_gru_cell(x, h):
    cell = nn.GRUCell(2, 3)
    h = cell(x, h)


def recurrent_gru_cell_library(x, h):
    import keras

    cell = keras.layers.GRUCell(3)  # reset_after=True, as in PyTorch
    h, _ = cell(x, h)
