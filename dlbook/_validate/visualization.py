"""What looking into a net asks of its arguments, in both rooms: plain Python values."""

from numbers import Integral

from dlbook._validate import check_same_length, wrong


def known_layer(layer, names) -> str:
    """The name of a layer of the model."""
    if layer not in names:
        raise wrong("layer", "name a layer of the model", repr(layer), f"one of {', '.join(names)}")
    return layer


def check_maps(name: str, shape) -> None:
    """Maps are (N, K, H, W), with a pixel at least."""
    if len(shape) != 4 or 0 in shape:
        raise wrong(name, "hold maps", f"shape {tuple(shape)}", "shape (N, K, H, W)")


def check_scores(y) -> None:
    """A net that classifies gives (N, classes)."""
    if not hasattr(y, "shape") or len(y.shape) != 2:
        got = f"an output of shape {tuple(y.shape)}" if hasattr(y, "shape") else f"{len(y)} outputs"
        raise wrong("model", "give a score for each class", got, "one output of shape (N, classes)")


def one_each(name: str, value, N: int, K: int, of: str) -> list[int]:
    """A number from 0 to K − 1 for each of N images; one number stands for all."""
    value = value.tolist() if hasattr(value, "tolist") else value
    values = [value] * N if isinstance(value, Integral) else list(value) if isinstance(value, (list, tuple)) else [None]
    for number in values:
        if isinstance(number, bool) or not isinstance(number, Integral) or not 0 <= number < K:
            raise wrong(name, f"be the number of a {of}", repr(value), f"0 to {K - 1}")
    if len(values) != N:
        raise wrong(name, "be one for all images, or one each", f"{len(values)} numbers", f"1 or {N}")
    return [int(number) for number in values]


def check_draws(name: str, shape, x_shape) -> None:
    """Draws are (S, …): any number of arrays in the shape of x, one at least."""
    if len(shape) == 0 or shape[0] == 0 or tuple(shape[1:]) != tuple(x_shape):
        need = f"shape (S, {', '.join(map(str, x_shape))}) with S ≥ 1"
        raise wrong(name, "hold draws in the shape of x", f"shape {tuple(shape)}", need)


def whole_shifts(shifts, steps: int) -> list[tuple[int, int]]:
    """A pair of whole numbers for each step: by how many pixels the image is moved, down and to the right."""
    if shifts is None:
        return [(0, 0)] * steps
    pairs = [tuple(pair) for pair in (shifts.tolist() if hasattr(shifts, "tolist") else shifts)]
    for pair in pairs:
        if len(pair) != 2 or not all(isinstance(number, Integral) for number in pair):
            raise wrong("shifts", "hold a pair of whole numbers for each step", repr(pair), "(down, right)")
    check_same_length("shifts", len(pairs), "steps", steps)
    return pairs
