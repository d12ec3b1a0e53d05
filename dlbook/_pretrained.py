"""Nets that come with what they have learned: how stored arrays become a model's. For both rooms."""

from dlbook._validate import wrong

MEAN = (103.939, 116.779, 123.68)  # of ImageNet's blue, green and red


def as_state(weights, shapes: dict) -> dict:
    """Arrays under Keras' names and in Keras' layout as a model's state, whose names and shapes are `shapes`.

    "fire2/expand3x3/kernel" (KH, KW, in, out) becomes "fire2.expand3x3.weight" (out, in, KH, KW).
    """
    state = {}
    for name, array in weights.items():
        kernel = name.endswith("/kernel")
        own = (name.removesuffix("kernel") + "weight" if kernel else name).replace("/", ".")
        state[own] = array.transpose(3, 2, 0, 1) if kernel and array.ndim == 4 else array
    if odd := sorted(shapes.keys() ^ state.keys()):
        raise wrong("weights", "be those of this net", f"{len(odd)} names that differ, as {odd[0]!r}", f"{len(shapes)}")
    for name, shape in shapes.items():
        if tuple(state[name].shape) != tuple(shape):
            got = f"{name!r} of shape {tuple(state[name].shape)}"
            raise wrong("weights", "be those of this net", got, f"shape {tuple(shape)}")
    return state


def check_photos(shape, low, high) -> None:
    """Photos are (N, 3, H, W), with numbers from 0 to 1."""
    if len(shape) != 4 or shape[1] != 3:
        raise wrong("x", "hold photos in colour", f"shape {tuple(shape)}", "shape (N, 3, H, W)")
    if low < 0 or high > 1:
        raise wrong("x", "lie between 0 and 1", f"numbers from {low:g} to {high:g}", "brightness from 0 to 1")
