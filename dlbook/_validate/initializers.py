"""What the initializers of both rooms ask of their options."""

from math import inf, prod

from dlbook._validate import check_between, check_choice, wrong

NONLINEARITIES = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu")


def weight_shape(shape) -> tuple[int, int, int]:
    """(out, in, size of the kernel) of a weight; a layer without a kernel has one of size 1."""
    shape = tuple(shape)
    if len(shape) < 2 or 0 in shape:
        raise wrong("draw", "have the shape of a weight", f"shape {shape}", "(out, in) or (out, in, *kernel)")
    out, inside, *kernel = shape
    return out, inside, prod(kernel)


def check_draw(floats: bool, lowest, highest, dtype, distribution: str) -> None:
    """A draw must hold finite floats; a uniform one, numbers from 0 to below 1."""
    if not (floats and -inf < lowest <= highest < inf):
        raise wrong("draw", "hold finite floats", f"dtype {dtype}", "random numbers in the shape of the weight")
    check_choice("distribution", distribution, ("uniform", "normal"))
    if distribution == "uniform" and not 0 <= lowest <= highest < 1:
        raise wrong("draw", "be uniform", f"{lowest:.3g} to {highest:.3g}", "numbers from 0 to below 1")


def slope(nonlinearity: str, param) -> float:
    """The slope of a leaky ReLU below 0, by default PyTorch's."""
    check_choice("nonlinearity", nonlinearity, NONLINEARITIES)
    a = 0.01 if param is None else param
    if nonlinearity == "leaky_relu":
        check_between("a", a, -inf, inf)
    return a
