"""A model of the next character on tensors: torch.nn.LSTM and a linear layer."""

import torch

from dlbook._validate import language_model as check
from dlbook._validate import wrong
from dlbook.pytorch import recurrent
from dlbook.pytorch._tensors import floats, tensor


def character_model(ids, weights, state=None):
    """The logits of what comes after each character, and the state after the last: z_t = W h_t + b.

    Shapes: ids (T,) or (T, N) -> logits (T, V) or (T, N, V), and h, c (layers, N, H).
    """
    weights = {name: floats(f"weights[{name!r}]", value) for name, value in weights.items()}
    _, V = check.check_weights({name: tuple(value.shape) for name, value in weights.items()})
    ids = tensor("ids", ids)
    if ids.is_floating_point() or ids.dtype == torch.bool:
        raise wrong("ids", "be whole numbers", f"dtype {ids.dtype}", "integers")
    smallest, largest = (ids.min().item(), ids.max().item()) if ids.numel() else (0, 0)
    check.check_ids(ids.shape, smallest, largest, V)
    rows = ids.long() if ids.ndim == 2 else ids.long()[:, None]
    x = torch.nn.functional.one_hot(rows, V).to(weights["out.weight"].dtype)
    own = {name.removeprefix("rnn."): value for name, value in weights.items() if name.startswith("rnn.")}
    output, state = recurrent.lstm(x, own, *(state or (None, None)))
    logits = torch.nn.functional.linear(output, weights["out.weight"], weights["out.bias"])
    return logits.reshape(*ids.shape, V), state
