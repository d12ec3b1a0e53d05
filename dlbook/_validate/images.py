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
    room = [p - e for p, e in zip(padded, extent, strict=True)]  # how far a window can move
    places = [r // s + 1 for r, s in zip(room, stride, strict=True)]
    if ceil_mode:
        more = [n * s < b + pixels for n, s, b, pixels in zip(places, stride, before, size, strict=True)]
        places = [n + (m and r % s > 0) for n, m, r, s in zip(places, more, room, stride, strict=True)]
    if min(places) < 1:
        got = f"{by(kernel)}" + f" with dilation {by(dilation)}" * (dilation != (1, 1))
        raise wrong(name, "fit into the padded image", got, f"at most {by(padded)} from its first pixel to its last")
    return Layout(kernel, stride, dilation, before, after, tuple(places))


def pool_layout(kernel, size, stride=None, padding=0, dilation=1, ceil_mode=False) -> Layout:
    """The same for pooling: the stride is the kernel's size unless given; no window may lie in the padding."""
    kernel = pair("kernel_size", kernel, 1)
    for k, p in zip(kernel, pair("padding", padding), strict=True):
        if p > k // 2:
            raise wrong("padding", "be at most half of the kernel", f"{p}", f"{k // 2} or less")
    return layout(kernel, size, kernel if stride is None else stride, padding, dilation, ceil_mode)


def pair(name: str, got, low: int = 0) -> tuple[int, int]:
    """`got` as (vertical, horizontal): a whole number from `low`, or a pair of them."""
    both = tuple(got) if isinstance(got, (tuple, list)) else (got, got)
    if len(both) != 2:
        raise wrong(name, "be a number or a pair", repr(got), "one for both directions, or (vertical, horizontal)")
    for number in both:
        check_count(name, number, low)
    return int(both[0]), int(both[1])


def check_shape(name: str, shape, needed) -> None:
    """`shape` must be exactly this one."""
    if tuple(shape) != tuple(needed):
        raise wrong(name, "fit the other arguments", f"shape {tuple(shape)}", f"shape {tuple(needed)}")


def check_images(name: str, shape, need: str = "(N, C, H, W)") -> None:
    """`shape` must have as many dimensions as `need` names."""
    if len(shape) != need.count(",") + 1:
        words = {3: "three", 4: "four", 6: "six"}[need.count(",") + 1]
        raise wrong(name, f"have {words} dimensions", f"shape {tuple(shape)}", f"shape {need}")


def flat(**options) -> dict:
    """Options of one dimension for an image of height 1: words and None stay, numbers stand for the width alone."""
    one = lambda got: got[0] if isinstance(got, (tuple, list)) and len(got) == 1 else got
    pairs = {name: (int(name != "padding"), one(got)) for name, got in options.items()}
    return {name: options[name] if isinstance(options[name], (str, type(None))) else pairs[name] for name in options}


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


def check_sides(got) -> tuple[int, int, int, int]:
    """Padding for each side: (left, right, top, bottom), or one number for all four."""
    sides = tuple(got) if isinstance(got, (tuple, list)) else (got,) * 4
    if len(sides) != 4:
        raise wrong("padding", "be a number or four", repr(got), "(left, right, top, bottom)")
    for number in sides:
        check_count("padding", number)
    return sides
