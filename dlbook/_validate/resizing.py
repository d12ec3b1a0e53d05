"""What the layers ask that give an image another size or shape."""

from numbers import Integral

from dlbook._validate import check_choice, check_count, check_same_length, wrong
from dlbook._validate.images import by, check_images, pair


def check_dims(ndim: int, start_dim: int, end_dim: int) -> tuple[int, int]:
    """Both counted from the front; each must be a dimension, the end not before the start."""
    for name, dim in (("start_dim", start_dim), ("end_dim", end_dim)):
        check_count(name, dim, -ndim, ndim - 1)
    start, end = start_dim % ndim, end_dim % ndim
    if end < start:
        raise wrong("end_dim", "not come before start_dim", f"{end_dim}", f"{start_dim} or later")
    return start, end


def adaptive_size(size, wanted) -> tuple[int, int]:
    """The size of the output of adaptive pooling: None keeps that of the image."""
    if min(size) < 1:
        raise wrong("x", "hold a pixel", f"images of {by(size)}", "1 × 1 or more")
    wanted = tuple(wanted) if isinstance(wanted, (tuple, list)) else (wanted, wanted)
    if len(wanted) == 2:
        wanted = tuple(old if new is None else new for old, new in zip(size, wanted, strict=True))
    return pair("output_size", wanted, 1)


def interpolate_factors(shape, size, scale_factor, mode) -> tuple[int, int]:
    """How many times larger an image becomes in each direction, from one of `size` and `scale_factor`."""
    check_images("x", shape)
    check_choice("mode", mode, ("nearest",))
    if (size is None) == (scale_factor is None):
        got = "neither" if size is None else "both"
        raise wrong("size or scale_factor", "be given", got, "one of them")
    if size is None:
        return pair("scale_factor", scale_factor, 1)
    old, new = tuple(shape[2:]), pair("size", size, 1)
    if min(old) < 1 or any(b % a for a, b in zip(old, new, strict=True)):
        raise wrong("size", "be a whole multiple of the image's", by(new), f"a multiple of {by(old)}")
    return new[0] // old[0], new[1] // old[1]


def check_layers(kernel_sizes, strides, dilations) -> list[list[int]]:
    """Whole numbers for each layer; one number stands for all layers."""
    lists = []
    for name, got in (("kernel_sizes", kernel_sizes), ("strides", strides), ("dilations", dilations)):
        one = [got] * len(kernel_sizes) if isinstance(got, Integral) and lists else got
        if not isinstance(one, (tuple, list)):
            raise wrong(name, "hold a number for each layer", repr(got), "a list of whole numbers")
        check_same_length(name, len(one), "kernel_sizes", len(kernel_sizes))
        for number in one:
            check_count(name, number, 1)
        lists.append(list(one))
    return lists
