"""What the scalings of both rooms ask of their tables and their options."""

from math import inf, nan

from dlbook._validate import wrong


def check_table(name: str, shape) -> None:
    """`shape` must be (N,) or (N, D), and not empty."""
    shape = tuple(shape)
    if len(shape) not in (1, 2):
        raise wrong(name, "have one or two dimensions", f"shape {shape}", "shape (N,) or (N, D)")
    if 0 in shape:
        raise wrong(name, "not be empty", f"shape {shape}", "at least one row and one column")


def check_no_gaps(name: str, gaps) -> None:
    """`gaps`, the values that are not finite, must be none."""
    if len(gaps):
        raise wrong(name, "be finite", f"{gaps[0]}", "finite numbers: fill or drop what is missing first")


def check_columns(name: str, shape, train_shape) -> None:
    """The training set must have the columns of the table that is scaled by it."""
    if len(shape) != len(train_shape) or tuple(shape[1:]) != tuple(train_shape[1:]):
        need = "shape (N,)" if len(shape) == 1 else f"{shape[1]} columns"
        raise wrong("X_train", f"have the columns of {name}", f"shape {tuple(train_shape)}", need)


def two_ends(name: str, ends) -> tuple[float, float]:
    """Two finite numbers, the lower first."""
    try:
        low, high = map(float, ends)
    except (TypeError, ValueError):
        low = high = nan
    if not -inf < low < high < inf:
        raise wrong(name, "be two numbers, the lower first", repr(ends), "for instance (0, 1)")
    return low, high


def two_percentages(name: str, ends) -> tuple[float, float]:
    """Two numbers from 0 to 100, the lower first."""
    low, high = two_ends(name, ends)
    if low < 0 or high > 100:
        raise wrong(name, "lie in [0, 100]", f"({low:g}, {high:g})", "two percentages")
    return low, high
