"""Bad input to a belief in lines: shapes that do not fit, and data that leave no covariance. The same in both rooms."""

from dlbook._validate import wrong


def check_matrix(name: str, shape) -> None:
    """(N, D) with D ≥ 1; N may be 0."""
    if len(shape) != 2 or shape[1] == 0:
        raise wrong(name, "have a row a case", f"shape {tuple(shape)}", "shape (N, D)")


def check_line(name: str, shape) -> None:
    """(N,); N may be 0."""
    if len(shape) != 1:
        raise wrong(name, "have one dimension", f"shape {tuple(shape)}", "shape (N,)")


def check_one(name: str, shape) -> None:
    if len(shape) != 0:
        raise wrong(name, "be one number", f"shape {tuple(shape)}", "shape ()")


def check_length(name: str, length: int, other: str, needed: int) -> None:
    if length != needed:
        raise wrong(name, f"be as long as there are {other}", f"{length}", f"{needed}")


def check_cov(shape, D: int) -> None:
    """A variance or covariance of every two of D weights."""
    if tuple(shape) != (D, D):
        raise wrong("cov", "hold a covariance of every two weights", f"shape {tuple(shape)}", f"{(D, D)}")


def check_inverted(found: bool) -> None:
    """The precision must have had an inverse."""
    if not found:
        raise wrong("X", "leave a covariance", "a precision without an inverse", "columns that differ, less prior_var")
