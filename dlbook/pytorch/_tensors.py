"""What comes in at the door of the PyTorch room: `guard(name, value)` checks, converts and returns a tensor."""

import torch

from dlbook._validate import answers_in_the_dtype_of, check_vector, wrong


def tensor(name: str, value, must: str = "hold numbers", need: str = "floats or integers") -> torch.Tensor:
    """`value` as a tensor of real numbers or booleans; what NumPy masks would come back to life in silence."""
    if not torch.is_tensor(value) and getattr(getattr(value, "mask", None), "any", bool)():
        raise wrong(name, "have no masked values", f"{value.mask.sum()}", "none: fill or drop what is missing first")
    try:
        value = torch.as_tensor(value)
    except (TypeError, ValueError, RuntimeError):
        raise wrong(name, must, f"a {type(value).__name__} that no tensor can hold", need) from None
    if value.is_complex():
        raise wrong(name, must, f"dtype {value.dtype}", need)
    return value


def floats(name: str, value) -> torch.Tensor:
    """`value` as a tensor of floats: floats keep their dtype, integers become float64. NaN and ±∞ stay."""
    value = tensor(name, value)
    if value.dtype == torch.bool:
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    return value if value.is_floating_point() else value.to(torch.float64)


def finite_floats(name: str, value, masked: bool = False) -> torch.Tensor:
    """`value` as finite floats, not empty; yes and no count as 1 and 0. With `masked`, −∞ may be among them."""
    value = tensor(name, value)
    if value.numel() == 0:
        raise wrong(name, "not be empty", f"shape {tuple(value.shape)}", "at least one number")
    value = value if value.is_floating_point() else value.to(torch.float64)
    if not (allowed := value.isfinite() | (masked & (value == -torch.inf))).all():
        raise wrong(name, "be finite", f"{value[~allowed][0].item()}", "finite numbers" + " or −∞" * masked)
    return value


def finite(name: str, value: torch.Tensor) -> torch.Tensor:
    """`value`, a tensor that must hold neither NaN nor ±∞."""
    if not (known := torch.isfinite(value)).all():
        raise wrong(name, "be finite", f"{value[~known][0]} at position {known.long().argmin()}", "finite numbers")
    return value


def numbers(name: str, value, item: str = "number", whole: bool = False) -> torch.Tensor:
    """`value` (N,) as finite floats; integers become float64, or int64 where they may stay `whole`."""
    value = tensor(name, value)
    check_vector(name, value.shape, item)
    if whole and not value.is_floating_point() and value.dtype != torch.bool:
        if value.dtype != torch.uint64 or (value.long() >= 0).all():  # a torch.uint64 has no arithmetic
            return value.long()
    return finite(name, value if value.is_floating_point() else value.double())


def answers_like(name: str):
    """A door for a formula: its answer has the dtype of the tensor `name`; float16 is computed in float32."""
    return answers_in_the_dtype_of(name, wide, cast)


def wide(value):
    """What to compute in: float32 for tensors of float16 or bfloat16, which have no room for sums; the rest stays."""
    return value.float() if getattr(value, "dtype", None) in (torch.float16, torch.bfloat16) else value


def cast(value, dtype):
    """`value` in `dtype`: a tensor, or several of them."""
    return tuple(cast(part, dtype) for part in value) if isinstance(value, tuple) else value.to(dtype)


def fitting(name, value, shape, like):
    """`value` as floats in dtype and device of `like`, of exactly this shape."""
    value = floats(name, value)
    if tuple(value.shape) != tuple(shape):
        raise wrong(name, "fit the other arguments", f"shape {tuple(value.shape)}", f"shape {tuple(shape)}")
    return value.to(like)


def backward(upstream, f, *inputs):
    """∂L/∂input for each input of `f`, from `upstream` = ∂L/∂f, by autograd."""
    with torch.enable_grad():
        leaves = [value.detach().requires_grad_() for value in inputs]
        return torch.autograd.grad(f(*leaves), leaves, upstream)
