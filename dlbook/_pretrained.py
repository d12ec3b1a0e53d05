"""Nets that come with what they have learned: how stored arrays become a model's. For both rooms."""

import numpy as np

from dlbook._validate import wrong

MEAN = (103.939, 116.779, 123.68)  # of ImageNet's blue, green and red
NAMES = {"kernel": "weight", "gamma": "weight", "beta": "bias"}  # Keras' beside PyTorch's
NAMES |= {"moving_mean": "running_mean", "moving_variance": "running_var"}


def as_state(weights, shapes: dict) -> dict:
    """Arrays under Keras' names and in Keras' layout as a model's state, whose names and shapes are `shapes`.

    "fire2/expand3x3/kernel" (KH, KW, in, out) becomes "fire2.expand3x3.weight" (out, in, KH, KW), and
    "block_1_expand/kernel" becomes "block_1.expand.weight". How many batches a batch norm has seen is not stored: 0.
    """
    places = {name.replace(".", "_"): name for name in shapes}  # Keras has no dots in its names
    state = {name: np.array(0) for name in shapes if name.endswith("num_batches_tracked")}
    for name, array in weights.items():
        layer, _, kind = name.rpartition("/")
        own = f"{layer}.{NAMES.get(kind, kind)}".replace("/", ".")
        own = places.get(own.replace(".", "_"), own)
        state[own] = _turned(array, layer) if kind == "kernel" and array.ndim == 4 else array
    check_state(state, shapes)
    return state


def _turned(kernel, layer: str):
    """(KH, KW, in, out) -> (out, in, KH, KW); (KH, KW, C, 1) -> (C, 1, KH, KW) where each channel has its own."""
    return kernel.transpose((2, 3, 0, 1) if layer.endswith("depthwise") else (3, 2, 0, 1))


def check_state(state: dict, shapes: dict) -> None:
    """The arrays have the names and the shapes of the model's own."""
    if odd := sorted(shapes.keys() ^ state.keys()):
        raise wrong("weights", "be those of this net", f"{len(odd)} names that differ, as {odd[0]!r}", f"{len(shapes)}")
    for name, shape in shapes.items():
        if tuple(state[name].shape) != tuple(shape):
            got = f"{name!r} of shape {tuple(state[name].shape)}"
            raise wrong("weights", "be those of this net", got, f"shape {tuple(shape)}")


def check_photos(shape, low, high) -> None:
    """Photos are (N, 3, H, W), with numbers from 0 to 1."""
    if len(shape) != 4 or shape[1] != 3:
        raise wrong("x", "hold photos in colour", f"shape {tuple(shape)}", "shape (N, 3, H, W)")
    if low < 0 or high > 1:
        raise wrong("x", "lie between 0 and 1", f"numbers from {low:g} to {high:g}", "brightness from 0 to 1")


def check_halves(shape, times: int = 4) -> None:
    """Images (N, 3, H, W) have sides that can be halved so often without rest, as the net's padding expects."""
    if any(side % 2**times for side in shape[2:]):
        need = f"multiples of {2**times}, as (N, 3, 96, 96)"
        raise wrong("x", f"have sides that are halved {times} times without rest", f"shape {tuple(shape)}", need)
