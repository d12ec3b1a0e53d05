"""Recurrent nets: cells, layers of them over time, and backpropagation through time.

Names, order of the gates and shapes are PyTorch's. Each cell stands in a file of its own: its formula, a step that
keeps what the way back needs, and that way back; `layer.py` strings the steps together, `nets.py` is the door.
"""

from dlbook.scratch.recurrent.gated import gru_cell, gru_cell_backward
from dlbook.scratch.recurrent.long_short import lstm_cell, lstm_cell_backward
from dlbook.scratch.recurrent.modules import GRU, LSTM, RNN
from dlbook.scratch.recurrent.nets import gru, gru_backward, lstm, lstm_backward, rnn, rnn_backward
from dlbook.scratch.recurrent.plain import rnn_cell, rnn_cell_backward

__all__ = [
    "GRU", "LSTM", "RNN", "gru", "gru_backward", "gru_cell", "gru_cell_backward", "lstm", "lstm_backward", "lstm_cell",
    "lstm_cell_backward", "rnn", "rnn_backward", "rnn_cell", "rnn_cell_backward",
]  # fmt: skip
