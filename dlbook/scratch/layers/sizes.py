"""How large what comes out is, and how much of the image it has seen. One direction at a time: height, then width."""

from dlbook._validate.images import layout, pool_layout
from dlbook._validate.resizing import check_layers


def output_size_core(size, kernel_size, stride, padding, dilation):
    extent = dilation * (kernel_size - 1) + 1  # from the kernel's first pixel to its last
    return (size + 2 * padding - extent) // stride + 1


def output_size(size, kernel_size, stride=1, padding=0, dilation=1, ceil_mode=False):
    """⌊(size + 2 · padding − dilation · (kernel_size − 1) − 1) / stride⌋ + 1 windows lie on `size` pixels.

    With `ceil_mode`, as pooling may have it, ⌈…⌉ + 1: a last window sticks out, if it starts inside.
    """
    column = ((kernel_size, 1), (size, 1), (stride, 1), (padding, 0), (dilation, 1))
    if ceil_mode:
        return pool_layout(*column, ceil_mode).places[0]
    layout(*column)
    return output_size_core(size, kernel_size, stride, padding, dilation)


def receptive_field_core(kernel_sizes, strides, dilations):
    r, jump = 1, 1  # pixels that one unit sees, and from one unit to the next
    for k, s, d in zip(kernel_sizes, strides, dilations, strict=True):
        r = r + d * (k - 1) * jump
        jump = jump * s
    return r


def receptive_field(kernel_sizes, strides=1, dilations=1):
    """r = 1 + Σ dilation · (kernel − 1) · (the product of all strides before): the pixels that one unit depends on.

    A number for each layer from the image on, convolutions and pools alike; one number stands for all layers.
    """
    return receptive_field_core(*check_layers(kernel_sizes, strides, dilations))
