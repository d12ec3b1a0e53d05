"""Recurrent nets in PyTorch: torch.nn's own, and torch's functions for a single step; autograd goes back."""

from torch.nn import GRU, LSTM, RNN

from dlbook.pytorch.recurrent.cells import (
    gru_cell,
    gru_cell_backward,
    lstm_cell,
    lstm_cell_backward,
    rnn_cell,
    rnn_cell_backward,
)
from dlbook.pytorch.recurrent.nets import gru, gru_backward, lstm, lstm_backward, rnn, rnn_backward

__all__ = [
    "GRU", "LSTM", "RNN", "gru", "gru_backward", "gru_cell", "gru_cell_backward", "lstm", "lstm_backward", "lstm_cell",
    "lstm_cell_backward", "rnn", "rnn_backward", "rnn_cell", "rnn_cell_backward",
]  # fmt: skip
