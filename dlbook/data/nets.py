"""Nets that come with what they have learned, by names as in PyTorch; a matrix is stored as whole numbers."""

import numpy as np

from dlbook import data


def shakespeare_lstm() -> tuple[str, dict[str, np.ndarray], np.ndarray]:
    """The 75 characters, the weights of a model of the next character (float64, by name), and how it learned.

    An LSTM of 256 units, "rnn.…", and a linear layer, "out.…", trained on the first 95 % of `texts.shakespeare()` by
    tools/make_shakespeare.py. The last array has a row a look: step, seconds, bits per character on the last 5 %.
    Matrices are stored as whole numbers from −127 to 127 with a scale for each row, and multiplied here.
    """
    raw = data._load("shakespeare_lstm_int8")
    scales = {name.removesuffix("/scale"): raw[name] for name in raw if name.endswith("/scale")}
    names = [name for name in raw if name.startswith(("rnn.", "out.")) and not name.endswith("/scale")]
    weights = {name: raw[name].astype(np.float64) * scales.get(name, 1.0) for name in names}
    return raw["characters"].item(), weights, raw["log"].copy()


def shakespeare_ends() -> np.ndarray:
    """Bits per character at which six more nets of this kind have ended, each from other draws: (6,)."""
    return data._load("shakespeare_lstm_int8")["ends"].copy()
