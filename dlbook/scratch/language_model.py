"""A model of the next character: an LSTM reads a text, and a linear layer scores what may come after each character."""

import numpy as np

from dlbook._validate import language_model as check
from dlbook.scratch import recurrent
from dlbook.scratch._arrays import array, floats
from dlbook.scratch.generation._inputs import whole


def character_model_core(ids, state, lstm, weight, bias):  # (T, N)
    x = np.eye(len(bias))[ids]  # (T, N, V), a single 1 at the place of the character
    output, state = lstm(x, state)  # (T, N, H)
    return output @ weight.T + bias, state


def character_model(ids, weights, state=None):
    """The logits of what comes after each character, and the state after the last: z_t = W h_t + b.

    `weights` holds an LSTM's as "rnn.weight_ih_l0" and so on, and "out.weight" (V, H), "out.bias" (V,). `state` is a
    pair (h, c), zeros unless given: with what comes out, the model reads on. Shapes: ids (T,) or (T, N) -> logits
    (T, V) or (T, N, V), and h, c (layers, N, H). Source: Graves 2013.
    """
    weights = {name: floats(f"weights[{name!r}]", value) for name, value in weights.items()}
    _, V = check.check_weights({name: value.shape for name, value in weights.items()})
    ids = whole("ids", array("ids", ids))
    check.check_ids(ids.shape, ids.min(initial=0), ids.max(initial=0), V)
    own = {name.removeprefix("rnn."): value for name, value in weights.items() if name.startswith("rnn.")}
    dtype = weights["out.weight"].dtype

    def lstm(x, first):
        return recurrent.lstm(x.astype(dtype, copy=False), own, *(first or (None, None)))

    rows = ids if ids.ndim == 2 else ids[:, None]
    logits, state = character_model_core(rows, state, lstm, weights["out.weight"], weights["out.bias"])
    return logits.reshape(*ids.shape, V), state
