"""What the layers of both rooms ask of their arguments."""

from dlbook._validate import wrong


def check_running(mean, var, training: bool) -> None:
    """Running statistics come as a pair; only in training, which takes the batch's, may both be None."""
    if (mean is None) != (var is None):
        raise wrong("running_mean and running_var", "come together", "None for one of them", "both, or neither")
    if mean is None and not training:
        raise wrong("running_mean and running_var", "be there out of training", "None", "shape (C,)")


def check_same_shape(shapes) -> None:
    """What is added must be two or more of one shape: no number is used twice in silence."""
    check_several(shapes)
    for i, shape in enumerate(shapes):
        if tuple(shape) != tuple(shapes[0]):
            raise wrong(f"xs[{i}]", "have the shape of xs[0]", f"shape {tuple(shape)}", f"shape {tuple(shapes[0])}")


def check_joinable(shapes, dim: int) -> None:
    """What is put side by side must be two or more, with the same shape but for `dim`."""
    check_several(shapes)
    axes = len(shapes[0])
    if not -axes <= dim < axes:
        raise wrong("dim", "be an axis of xs", f"{dim} for shape {tuple(shapes[0])}", f"{-axes} to {axes - 1}")
    for i, shape in enumerate(shapes):
        fits = len(shape) == axes and all(
            a == b for k, (a, b) in enumerate(zip(shape, shapes[0], strict=True)) if k != dim % axes
        )
        if not fits:
            need = f"shape {tuple(shapes[0])} but for dimension {dim % axes}"
            raise wrong(f"xs[{i}]", "fit beside xs[0]", f"shape {tuple(shape)}", need)


def check_several(shapes) -> None:
    """There must be two or more."""
    if len(shapes) < 2:
        raise wrong("xs", "be two or more", f"{len(shapes)}", "the ends of two branches")
