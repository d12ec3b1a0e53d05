"""What comes in: numbers that are finite, not negative, or between 0 and 1."""

import torch

from dlbook._validate import wrong


def floats(name, value):
    """`value` as finite floats; what is no tensor becomes float64."""
    value = _numbers(name, value)
    if not (finite := value.isfinite()).all():
        raise wrong(name, "be finite", f"{value[~finite][0].item()}", "finite numbers")
    return value


def non_negative(name, value):
    """Finite floats of 0 or more."""
    value = floats(name, value)
    if (below := value < 0).any():
        raise wrong(name, "not be negative", f"{value[below][0].item():g}", "0 or more")
    return value


def positive(name, value):
    """Finite floats above 0."""
    value = floats(name, value)
    if (below := value <= 0).any():
        raise wrong(name, "be positive", f"{value[below][0].item():g}", "more than 0")
    return value


def share(name, value):
    """Floats from 0 to 1."""
    value = floats(name, value)
    if (outside := (value < 0) | (value > 1)).any():
        raise wrong(name, "lie in [0, 1]", f"{value[outside][0].item():g}", "numbers from 0 to 1")
    return value


def logs(name, value):
    """Floats that may be −∞, the logarithm of 0."""
    value = _numbers(name, value)
    if (bad := value.isnan() | value.isposinf()).any():
        raise wrong(name, "be a logarithm", f"{value[bad][0].item()}", "finite numbers or −∞")
    return value


def check_shapes(**values):
    """What meets broadcasts: in every place the same length, or 1."""
    shape = ()
    for name, value in values.items():
        try:
            shape = torch.broadcast_shapes(shape, value.shape)
        except RuntimeError:
            raise wrong(name, "broadcast", f"shape {tuple(value.shape)}", f"one that fits {tuple(shape)}") from None


def wide_enough(prior, likelihood, dim):
    """Both in float64; times powers of two that the posterior lacks where their products would vanish or overflow."""
    prior, likelihood = torch.broadcast_tensors(prior.double(), likelihood.to(prior.device).double())
    largest = (prior * likelihood).detach().amax(dim)
    if ((largest > 1e-280) & (largest < 1e280)).all():
        return prior, likelihood
    possible = (prior > 0) & (likelihood > 0)
    of_prior, of_likelihood = (torch.frexp(value.detach())[1] for value in (prior, likelihood))
    top = torch.where(possible, of_prior + of_likelihood, -9999).amax(dim, keepdim=True)
    prior = ldexp(prior, torch.where(possible, of_likelihood - top, 0))
    return prior, ldexp(likelihood, torch.where(possible, -of_likelihood, 0))


def ldexp(x, power):
    """x · 2^power, exactly: torch.ldexp takes the power of two in float32, where most of them are 0 or ∞."""
    half = torch.as_tensor(power).to(x.device) // 2
    return x * torch.exp2(half.double()) * torch.exp2((power - half).double())


def check_possible(name, possible):
    """Something must remain to be believed: 0 / 0 is no posterior."""
    if not possible.all():
        got, need = "data that no hypothesis allows", "one that has a prior and a likelihood above 0"
        raise wrong(name, "leave some hypothesis possible", got, need)


def _numbers(name, value):
    value = value if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=torch.float64)
    if value.is_complex():
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if value.numel() == 0:
        raise wrong(name, "not be empty", f"shape {tuple(value.shape)}", "at least one number")
    return value if value.is_floating_point() else value.to(torch.float64)
