"""What both rooms ask of a model of the next character."""

from dlbook._validate import wrong
from dlbook._validate.generation import check_tokens


def check_weights(shapes: dict) -> tuple[int, int]:
    """(H, V) of a linear layer's weights; the LSTM names its own."""
    missing = [name for name in ("out.weight", "out.bias") if name not in shapes]
    if missing:
        raise wrong(
            "weights", "hold an LSTM and a linear layer", f"no {missing[0]!r}", "rnn.… and out.weight, out.bias"
        )
    V, H = shapes["out.weight"]
    if tuple(shapes["out.bias"]) != (V,):
        raise wrong("weights", "have a bias a token", f"shape {tuple(shapes['out.bias'])}", f"shape ({V},)")
    return H, V


def check_ids(shape, smallest, largest, V: int) -> None:
    """Ids (T,) or (T, N) below V, one at least."""
    if len(shape) not in (1, 2) or 0 in shape:
        raise wrong("ids", "be a text or several side by side", f"shape {tuple(shape)}", "shape (T,) or (T, N)")
    check_tokens("ids", smallest, largest, V)
