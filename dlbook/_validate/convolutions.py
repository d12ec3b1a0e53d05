"""What convolutions ask of their arrays, and where the kernel lies on an image: from shapes alone, for both rooms."""

from dlbook._validate import check_count, wrong
from dlbook._validate.images import Layout, by, check_images, check_shape, layout, pair


def conv_layout(x_shape, weight_shape, stride, padding, dilation, groups) -> Layout:
    """How the windows of a convolution lie: x (N, C, H, W), weight (O, C / groups, KH, KW)."""
    check_images("x", x_shape)
    check_weight(weight_shape)
    check_groups(groups, "x", x_shape[1], "weight", weight_shape[0])
    if weight_shape[1] * groups != x_shape[1]:
        need = f"{x_shape[1] // groups} in its second dimension, those of a group of x"
        raise wrong("weight", "fit the channels of x", f"shape {tuple(weight_shape)}", need)
    return layout(tuple(weight_shape[2:]), x_shape[2:], stride, padding, dilation, name="weight")


def x_grad_layout(upstream_shape, size, weight_shape, stride, padding, dilation, groups) -> Layout:
    """The same where x is not there, only its size (H, W)."""
    check_images("upstream", upstream_shape, "(N, O, OH, OW)")
    check_weight(weight_shape)
    x_shape = (upstream_shape[0], weight_shape[1] * groups, *size)
    lay = conv_layout(x_shape, weight_shape, stride, padding, dilation, groups)
    check_shape("upstream", upstream_shape, (upstream_shape[0], weight_shape[0], *lay.places))
    return lay


def weight_grad_layout(upstream_shape, x_shape, kernel_size, stride, padding, dilation, groups) -> Layout:
    """The same where the weight is not there, only the size of its kernel."""
    check_images("upstream", upstream_shape, "(N, O, OH, OW)")
    check_images("x", x_shape)
    check_groups(groups, "x", x_shape[1], "upstream", upstream_shape[1])
    lay = layout(kernel_size, x_shape[2:], stride, padding, dilation)
    check_shape("upstream", upstream_shape, (x_shape[0], upstream_shape[1], *lay.places))
    return lay


def transposed_layout(x_shape, weight_shape, stride, padding, output_padding, groups, dilation):
    """How the windows lie on the output of a transposed convolution, one for each pixel of x, and the output's size."""
    check_images("x", x_shape)
    check_weight(weight_shape, "(C, O / groups, KH, KW)")
    if weight_shape[0] != x_shape[1]:
        need = f"{x_shape[1]} in its first dimension, those of x"
        raise wrong("weight", "fit the channels of x", f"shape {tuple(weight_shape)}", need)
    check_groups(groups, "x", x_shape[1])
    kernel, places = tuple(weight_shape[2:]), tuple(x_shape[2:])
    if min(places) < 1:
        raise wrong("x", "hold a pixel", f"images of {by(places)}", "1 × 1 or more")
    stride, dilation, around = pair("stride", stride, 1), pair("dilation", dilation, 1), pair("padding", padding)
    lay, size = Layout(kernel, stride, dilation, around, around, places), ()
    for more, s, d, p, covered in zip(
        pair("output_padding", output_padding), stride, dilation, around, lay.covered, strict=True
    ):
        if more >= max(s, d):
            raise wrong("output_padding", "be smaller than stride or dilation", f"{more}", f"{max(s, d) - 1} or less")
        size += (covered - 2 * p + more,)
    if min(size) < 1:
        raise wrong("padding", "leave a pixel of the output", by(around), f"less than half of {by(lay.covered)}")
    return lay, size


def check_groups(groups, *named) -> None:
    """`groups` must divide the channels of both arrays: `named` holds a name and a number for each."""
    check_count("groups", groups, 1)
    for name, channels in zip(named[::2], named[1::2], strict=True):
        if channels < 1 or channels % groups:
            raise wrong("groups", f"divide the channels of {name}", f"{groups}", f"a divisor of {channels}")


def check_weight(shape, need: str = "(O, C / groups, KH, KW)") -> None:
    """A weight has a dimension for each that `need` names, and a number in it."""
    check_images("weight", shape, need)
    if min(shape) < 1:
        raise wrong("weight", "not be empty", f"shape {tuple(shape)}", f"shape {need}")
