"""What transformers ask of their weights and inputs: from names and shapes, for both rooms."""

from typing import NamedTuple

from dlbook._validate import check_choice, wrong
from dlbook._validate.attention import check_heads

ACTIVATIONS = ("relu", "gelu")


class Sizes(NamedTuple):
    """What the names and shapes of the weights say of a stack of layers."""

    layers: int
    width: int  # D, d_model
    inner: int  # dim_feedforward
    bias: bool
    norm: bool  # behind the last layer


def sizes_of(shapes: dict, prefix: str = "", single: bool = False) -> Sizes:
    """The sizes of a stack under this prefix, or of a single layer without a number."""
    own = {name.removeprefix(prefix): shape for name, shape in shapes.items() if name.startswith(prefix)}
    first = "" if single else "layers.0."
    if f"{first}linear1.weight" not in own:
        need = f"{prefix}{first}linear1.weight, …: the names of torch.nn's layer"
        raise wrong("weights", "hold a layer", ", ".join(shapes) or "nothing", need)
    inner, width = own[f"{first}linear1.weight"]
    layers = 1 if single else sum(f"layers.{k}.linear1.weight" in own for k in range(len(own)))
    return Sizes(layers, width, inner, f"{first}linear1.bias" in own, "norm.weight" in own)


def check_same_names(own: dict, weights: dict) -> None:
    """The weights must be those of the net, by name and shape."""
    if odd := sorted(own.keys() ^ weights.keys()):
        raise wrong("weights", "hold the names of one net", f"a difference in {', '.join(odd)}", ", ".join(own))
    for name, shape in own.items():
        if tuple(weights[name]) != tuple(shape):
            raise wrong(f"weights[{name!r}]", "fit the net", f"shape {tuple(weights[name])}", f"shape {tuple(shape)}")


def check_options(width: int, nhead, activation) -> None:
    check_heads(nhead, width)
    check_choice("activation", activation, ACTIVATIONS)


def check_input(name: str, shape, width: int, batch: int | None = None) -> None:
    """A batch of sequences of this width, with a step in it."""
    if len(shape) != 3 or shape[2] != width:
        raise wrong(name, "fit the net", f"shape {tuple(shape)}", f"shape (N, T, {width})")
    if 0 in shape:
        raise wrong(name, "not be empty", f"shape {tuple(shape)}", "at least one step of one sequence")
    if batch is not None and shape[0] != batch:
        raise wrong(name, "have the batch of the other input", f"{shape[0]} sequences", f"{batch}")


def check_tokens(shape, places: int | None, past: int = 0) -> None:
    """Ids (N, T), and a row of learned positions for each of their places."""
    if len(shape) != 2:
        raise wrong("ids", "have two dimensions", f"shape {tuple(shape)}", "shape (N, T)")
    if places is not None and past + shape[1] > places:
        raise wrong("ids", "have a place for each", f"{past + shape[1]} places", f"{places} or fewer")


def check_gated(shape, weights) -> None:
    """x (…, D), gate and up (F, D), down (D, F)."""
    gate, up, down = weights
    if len(gate) != 2 or not shape or shape[-1] != gate[1] or 0 in shape:
        raise wrong(
            "x", "fit weight_gate", f"shapes {tuple(shape)} and {gate}", "shapes (…, D) and (F, D), none of it 0"
        )
    for name, found, need in (("weight_up", up, gate), ("weight_down", down, gate[::-1])):
        if found != need:
            raise wrong(name, "fit weight_gate", f"shape {found}", f"shape {need}")
