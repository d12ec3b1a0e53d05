"""What the descents of both rooms ask of arrays and tensors alike."""

from math import inf

from dlbook._validate import check_between, check_same_length, wrong


def check_samples(X, y) -> None:
    """X (m, …) and y (m, …) must hold the same m samples, one at least."""
    for name, array in (("X", X), ("y", y)):
        if array.ndim == 0 or len(array) == 0:
            raise wrong(name, "hold samples", f"shape {tuple(array.shape)}", "at least one row")
    check_same_length("y", len(y), "X", len(X))


def check_order(order, m: int, whole: bool) -> None:
    """`order` must hold a row of m indices for each epoch."""
    if order.ndim != 2 or order.shape[1] != m:
        raise wrong("order", "hold a row for each epoch", f"shape {tuple(order.shape)}", f"(epochs, {m})")
    if not whole:
        raise wrong("order", "hold indices", str(order.dtype).removeprefix("torch."), "whole numbers")


def rates(lr, epochs: int) -> list[float]:
    """The learning rate of each epoch, from one for all or one for each."""
    if lr.ndim and tuple(lr.shape) != (epochs,):
        raise wrong("lr", "be a number or one for each epoch", f"shape {tuple(lr.shape)}", f"shape ({epochs},)")
    chosen = lr.tolist() if lr.ndim else [lr.item()] * epochs
    for rate in chosen:
        check_between("lr", rate, 0, inf)
    return chosen
