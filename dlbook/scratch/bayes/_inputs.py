"""What comes in: numbers that are finite, not negative, or between 0 and 1."""

import numpy as np

from dlbook._validate import wrong


def floats(name: str, value) -> np.ndarray:
    """`value` as finite floats."""
    value = _numbers(name, value)
    if not (finite := np.isfinite(value)).all():
        raise wrong(name, "be finite", f"{value[~finite].flat[0]}", "finite numbers")
    return value


def non_negative(name: str, value) -> np.ndarray:
    """Finite floats of 0 or more."""
    value = floats(name, value)
    if (below := value < 0).any():
        raise wrong(name, "not be negative", f"{value[below].flat[0]:g}", "0 or more")
    return value


def positive(name: str, value) -> np.ndarray:
    """Finite floats above 0."""
    value = floats(name, value)
    if (below := value <= 0).any():
        raise wrong(name, "be positive", f"{value[below].flat[0]:g}", "more than 0")
    return value


def share(name: str, value) -> np.ndarray:
    """Floats from 0 to 1."""
    value = floats(name, value)
    if (outside := (value < 0) | (value > 1)).any():
        raise wrong(name, "lie in [0, 1]", f"{value[outside].flat[0]:g}", "numbers from 0 to 1")
    return value


def logs(name: str, value) -> np.ndarray:
    """Floats that may be −∞, the logarithm of 0."""
    value = _numbers(name, value)
    if (bad := np.isnan(value) | (value == np.inf)).any():
        raise wrong(name, "be a logarithm", f"{value[bad].flat[0]}", "finite numbers or −∞")
    return value


def check_shapes(**values) -> None:
    """What meets broadcasts: in every place the same length, or 1."""
    shape = ()
    for name, value in values.items():
        try:
            shape = np.broadcast_shapes(shape, value.shape)
        except ValueError:
            raise wrong(name, "broadcast", f"shape {value.shape}", f"one that fits {shape}") from None


def wide_enough(prior, likelihood, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Both in float64 and, where their products would vanish or overflow, times powers of two that the posterior lacks.

    Each likelihood hands its power of two to its prior, and all products lose that of the largest: then this one lies
    between ¼ and 1, whatever the numbers were.
    """
    prior, likelihood = np.broadcast_arrays(prior.astype(np.float64), likelihood.astype(np.float64))
    with np.errstate(over="ignore", under="ignore"):
        largest = (prior * likelihood).max(axis=axis)
    if ((1e-280 < largest) & (largest < 1e280)).all():
        return prior, likelihood
    possible = (prior > 0) & (likelihood > 0)
    of_prior, of_likelihood = np.frexp(prior)[1], np.frexp(likelihood)[1]
    top = np.where(possible, of_prior + of_likelihood, -9999).max(axis=axis, keepdims=True)
    prior = np.ldexp(prior, np.where(possible, of_likelihood - top, 0))
    return prior, np.ldexp(likelihood, np.where(possible, -of_likelihood, 0))


def check_possible(name: str, possible: np.ndarray) -> None:
    """Something must remain to be believed: 0 / 0 is no posterior."""
    if not possible.all():
        got, need = "data that no hypothesis allows", "one that has a prior and a likelihood above 0"
        raise wrong(name, "leave some hypothesis possible", got, need)


def _numbers(name: str, value) -> np.ndarray:
    value = np.asarray(value)
    if value.dtype.kind not in "fiub":
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if value.size == 0:
        raise wrong(name, "not be empty", f"shape {value.shape}", "at least one number")
    return value if value.dtype.kind == "f" else value.astype(np.float64)
