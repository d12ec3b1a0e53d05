"""What clipping asks of its options in both rooms."""

from dlbook._validate import number_between, wrong


def check_grads(grads) -> None:
    """There must be a gradient."""
    if not grads:
        raise wrong("grads", "not be empty", "no array", "at least one")


def check_norm_type(norm_type) -> None:
    """A norm has a positive order."""
    if not norm_type > 0:
        raise wrong("norm_type", "be positive", repr(norm_type), "1, 2, another number above 0, or inf")


def check_finite(total_norm, finite: bool) -> None:
    """Where it is asked for, the norm must be finite."""
    if not finite:
        raise wrong("grads", "have a finite norm", f"{total_norm}", "finite gradients, or error_if_nonfinite=False")


def not_negative(name: str, got) -> float:
    """A guard: `got` must be a number from 0 up."""
    return number_between(name, got, 0)
