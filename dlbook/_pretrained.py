"""Nets that come with what they have learned: their layers, and how stored arrays become a model's. For both rooms."""

from dlbook._validate import wrong

MEAN = (103.939, 116.779, 123.68)  # of ImageNet's blue, green and red
# Fire modules of SqueezeNet 1.1: channels that come in, that the squeeze leaves, and that each of two expands makes.
FIRES = {
    2: (64, 16, 64), 3: (128, 16, 64), 4: (128, 32, 128), 5: (256, 32, 128),
    6: (256, 48, 192), 7: (384, 48, 192), 8: (384, 64, 256), 9: (512, 64, 256),
}  # fmt: skip


def squeezenet_rows(L, **options) -> list[tuple]:
    """The graph of SqueezeNet 1.1 of a room's layers `L`: images (N, 3, H, W) -> scores (N, 1000).

    A mean over the map of each class gives its score, so that images of other sizes go in, too.
    """
    rows = [("conv1", L.Conv2d(3, 64, 3, stride=2, **options), "x"), ("relu1", L.ReLU(), "conv1")]
    rows.append(("pool1", L.MaxPool2d(3, 2, ceil_mode=True), "relu1"))
    for i in FIRES:
        rows += fire_rows(L, i, rows[-1][0], **options)
        if i in (3, 5):
            rows.append((f"pool{i}", L.MaxPool2d(3, 2, ceil_mode=True), f"fire{i}.out"))
    rows += [("conv10", L.Conv2d(512, 1000, 1, **options), "fire9.out"), ("relu10", L.ReLU(), "conv10")]
    return [*rows, ("mean", L.AdaptiveAvgPool2d(1), "relu10"), ("scores", L.Flatten(), "mean")]


def fire_rows(L, i: int, x: str, **options) -> list[tuple]:
    """A fire module: few channels (squeeze), then many, half of them from 1×1 and half from 3×3 windows (expand)."""
    C, S, E = FIRES[i]
    return [
        (f"fire{i}.squeeze1x1", L.Conv2d(C, S, 1, **options), x),
        (f"fire{i}.squeezed", L.ReLU(), f"fire{i}.squeeze1x1"),
        (f"fire{i}.expand1x1", L.Conv2d(S, E, 1, **options), f"fire{i}.squeezed"),
        (f"fire{i}.expand3x3", L.Conv2d(S, E, 3, padding=1, **options), f"fire{i}.squeezed"),
        (f"fire{i}.join", L.Concatenate(), f"fire{i}.expand1x1", f"fire{i}.expand3x3"),
        (f"fire{i}.out", L.ReLU(), f"fire{i}.join"),
    ]


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
