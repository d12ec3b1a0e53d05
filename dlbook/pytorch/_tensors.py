"""What comes in at the door of the PyTorch room: `guard(name, value)` checks, converts and returns a tensor."""

import torch

from dlbook._validate import answers_in_the_dtype_of, wrong


def floats(name: str, value) -> torch.Tensor:
    """`value` as a tensor of floats: floats keep their dtype, integers become float64. NaN and ±∞ stay."""
    value = torch.as_tensor(value)
    if value.dtype == torch.bool or value.is_complex():
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    return value if value.is_floating_point() else value.to(torch.float64)


def finite_floats(name: str, value, masked: bool = False) -> torch.Tensor:
    """`value` as finite floats, not empty; yes and no count as 1 and 0. With `masked`, −∞ may be among them."""
    value = torch.as_tensor(value)
    if value.is_complex():
        raise wrong(name, "hold numbers", f"dtype {value.dtype}", "floats or integers")
    if value.numel() == 0:
        raise wrong(name, "not be empty", f"shape {tuple(value.shape)}", "at least one number")
    value = value if value.is_floating_point() else value.to(torch.float64)
    if not (allowed := value.isfinite() | (masked & (value == -torch.inf))).all():
        raise wrong(name, "be finite", f"{value[~allowed][0].item()}", "finite numbers" + " or −∞" * masked)
    return value


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
