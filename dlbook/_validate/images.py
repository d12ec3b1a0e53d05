"""What the layers on images ask of their numbers, and where their windows lie: plain Python, for both rooms."""

from numbers import Integral
from typing import NamedTuple

from dlbook._validate import check_choice, check_count, wrong


class Layout(NamedTuple):
    """How windows lie on an image, each entry a pair (vertical, horizontal)."""

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    before: tuple[int, int]  # padding above and on the left
    after: tuple[int, int]  # padding below and on the right
    places: tuple[int, int]  # how many windows there are: the size of the output

    @property
    def covered(self) -> tuple[int, int]:
        """The size of what all windows cover together, from the padding above and on the left."""
        return tuple(
            (n - 1) * s + d * (k - 1) + 1
            for n, s, d, k in zip(self.places, self.stride, self.dilation, self.kernel, strict=True)
        )


def layout(kernel, size, stride=1, padding=0, dilation=1, ceil_mode=False, name="kernel_size") -> Layout:
    """The layout of windows of this kernel on an image of this size; `name` is the argument that the kernel comes from.

    With `ceil_mode` a last window may stick out, if it starts inside the image or the padding before it.
    """
    kernel, stride, dilation = pair(name, kernel, 1), pair("stride", stride, 1), pair("dilation", dilation, 1)
    extent = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    before, after = _margins(padding, extent, stride)
    if min(size) < 1:
        raise wrong("x", "hold a pixel", f"images of {by(size)}", "1 × 1 or more")
    padded = tuple(map(sum, zip(before, size, after, strict=True)))
    if any(e > p for e, p in zip(extent, padded, strict=True)):
        got = f"{by(kernel)}" + f" with dilation {by(dilation)}" * (dilation != (1, 1))
        raise wrong(name, "fit into the padded image", got, f"at most {by(padded)} from its first pixel to its last")
    places = [(p - e) // s + 1 for p, e, s in zip(padded, extent, stride, strict=True)]
    for axis in range(2 * ceil_mode):
        reached = (places[axis] - 1) * stride[axis] + extent[axis]
        starts = places[axis] * stride[axis]
        places[axis] += reached < padded[axis] and starts < before[axis] + size[axis]
    return Layout(kernel, stride, dilation, before, after, tuple(places))


def pool_layout(kernel, size, stride=None, padding=0, dilation=1, ceil_mode=False) -> Layout:
    """The same for pooling: the stride is the kernel's size unless given; no window may lie in the padding."""
    kernel = pair("kernel_size", kernel, 1)
    padding, dilation = pair("padding", padding), pair("dilation", dilation, 1)
    for k, p, d in zip(kernel, padding, dilation, strict=True):
        if p > (half := (d * (k - 1) + 1) // 2):
            raise wrong("padding", "be at most half of the window", f"{p}", f"{half} or less")
    return layout(kernel, size, kernel if stride is None else stride, padding, dilation, ceil_mode)


def pair(name: str, got, low: int = 0) -> tuple[int, int]:
    """`got` as (vertical, horizontal): a whole number from `low`, or a pair of them."""
    both = tuple(got) if isinstance(got, (tuple, list)) else (got, got)
    if len(both) != 2:
        raise wrong(name, "be a number or a pair", repr(got), "one for both directions, or (vertical, horizontal)")
    for number in both:
        check_count(name, number, low)
    return int(both[0]), int(both[1])


def check_groups(groups, x_channels: int, weight_shape) -> None:
    """`groups` must divide the channels on both sides, and the weight must have those of one group."""
    check_count("groups", groups, 1)
    if min(weight_shape) < 1:
        raise wrong("weight", "hold a number", f"shape {tuple(weight_shape)}", "shape (O, C / groups, KH, KW)")
    for what, channels in (("x", x_channels), ("weight", weight_shape[0])):
        if channels % groups:
            raise wrong("groups", f"divide the channels of {what}", f"{groups}", f"a divisor of {channels}")
    if weight_shape[1] * groups != x_channels:
        need = f"{x_channels // groups} in its second dimension, those of a group of x"
        raise wrong("weight", "fit the channels of x", f"shape {tuple(weight_shape)}", need)


def check_images(name: str, shape, need: str = "(N, C, H, W)") -> None:
    """`shape` must have as many dimensions as `need` names."""
    if len(shape) != need.count(",") + 1:
        words = {3: "three", 4: "four", 6: "six"}[need.count(",") + 1]
        raise wrong(name, f"have {words} dimensions", f"shape {tuple(shape)}", f"shape {need}")


def check_dims(ndim: int, start_dim: int, end_dim: int) -> tuple[int, int]:
    """Both counted from the front; each must be a dimension, the end not before the start."""
    for name, dim in (("start_dim", start_dim), ("end_dim", end_dim)):
        check_count(name, dim, -ndim, ndim - 1)
    start, end = start_dim % ndim, end_dim % ndim
    if end < start:
        raise wrong("end_dim", "not come before start_dim", f"{end_dim}", f"{start_dim} or later")
    return start, end


def check_divisor(got) -> None:
    """What a mean is divided by in the place of its count: any whole number but 0."""
    if not isinstance(got, Integral) or got == 0:
        raise wrong("divisor_override", "be a whole number", repr(got), "any but 0")


def by(numbers) -> str:
    """(3, 5) as "3 × 5"."""
    return " × ".join(map(str, numbers))


def _margins(padding, extent, stride):
    """The padding before and after, from numbers or from a word; of an odd "same" more lies after, as in torch."""
    if not isinstance(padding, str):
        return (pair("padding", padding),) * 2
    check_choice("padding", padding, ("same", "valid"))
    if padding == "valid":
        return ((0, 0),) * 2
    if stride != (1, 1):
        raise wrong("stride", 'be 1 for padding="same"', by(stride), "1, or padding in numbers")
    before = tuple((e - 1) // 2 for e in extent)
    return before, tuple(e - 1 - b for e, b in zip(extent, before, strict=True))
