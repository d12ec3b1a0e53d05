"""What the activations of both rooms ask of arrays and tensors alike."""

from dlbook._validate import wrong


def check_dim(z, dim: int) -> None:
    """`dim` must be an axis of `z`, with a score on it; a single number has one axis here."""
    shape, axes = tuple(z.shape), max(z.ndim, 1)
    if not -axes <= dim < axes:
        raise wrong("dim", "be an axis of z", f"{dim} for shape {shape}", f"{-axes} to {axes - 1}")
    if z.ndim > 0 and shape[dim] == 0:
        raise wrong("z", "not be empty along dim", f"shape {shape}", "at least one score")


def check_upstream(upstream, z) -> None:
    """`upstream` must have the shape of `z`."""
    if upstream.shape != z.shape:
        raise wrong("upstream", "have the shape of z", f"shape {tuple(upstream.shape)}", f"shape {tuple(z.shape)}")
