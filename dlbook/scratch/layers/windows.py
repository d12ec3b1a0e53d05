"""Windows on images, and how they fold back: what convolution and pooling have in common.

Symbols: N images, C channels, H × W pixels, KH × KW the kernel, OH × OW its places. Numbers for both directions are
pairs (vertical, horizontal), or one number for both.
"""

import numpy as np

from dlbook._validate.images import Layout, check_images, layout, pair
from dlbook.scratch._arrays import cast, fitting, floats, wide


def windows_core(x, kernel_size, stride, dilation):
    (KH, KW), (SH, SW), (DH, DW) = kernel_size, stride, dilation
    extent = (DH * (KH - 1) + 1, DW * (KW - 1) + 1)  # from the kernel's first pixel to its last
    every = np.lib.stride_tricks.sliding_window_view(x, extent, axis=(2, 3))  # a view
    patches = every[:, :, ::SH, ::SW, ::DH, ::DW]  # (N, C, OH, OW, KH, KW)
    return patches.transpose(0, 1, 4, 5, 2, 3)  # (N, C, KH, KW, OH, OW)


def windows(x, kernel_size, stride=1, padding=0, dilation=1):
    """P[n, c, i, j, h, w] = x[n, c, h·stride + i·dilation, w·stride + j·dilation]: what the kernel meets at each place.

    Shapes: x (N, C, H, W) -> (N, C, KH, KW, OH, OW), KH · KW times the input: that is the memory that a convolution by
    matrix product costs. `padding` puts zeros around the image first; it may be "same" or "valid", too.
    torch.nn.functional.unfold has the same numbers in the shape (N, C · KH · KW, OH · OW).
    """
    x = floats("x", x)
    check_images("x", x.shape)
    lay = layout(kernel_size, x.shape[2:], stride, padding, dilation)
    return windows_core(framed(x, lay), lay.kernel, lay.stride, lay.dilation).copy()


def fold_core(patches, size, stride, dilation):
    N, C, KH, KW, OH, OW = patches.shape
    (SH, SW), (DH, DW) = stride, dilation
    x = np.zeros((N, C, *size), patches.dtype)
    for i, j in np.ndindex(KH, KW):  # row i and column j of the kernel, at all places at once
        top, left = i * DH, j * DW
        x[:, :, top : top + OH * SH : SH, left : left + OW * SW : SW] += patches[:, :, i, j]
    return x


def fold(patches, size, stride=1, padding=0, dilation=1):
    """x[n, c, y, z] = Σ P[n, c, i, j, h, w] over all windows that hold this pixel: each number goes back and is added.

    The backward pass of `windows`: ⟨P, windows(x)⟩ = ⟨fold(P), x⟩. `size` is (H, W).
    Shapes: patches (N, C, KH, KW, OH, OW) -> (N, C, H, W). What lies in the padding is dropped.
    """
    patches = floats("patches", patches)
    check_images("patches", patches.shape, "(N, C, KH, KW, OH, OW)")
    size = pair("size", size, 1)
    lay = layout(patches.shape[2:4], size, stride, padding, dilation, name="patches")
    fitting("patches", patches, (*patches.shape[:4], *lay.places), patches)
    x = fold_core(wide(patches), lay.covered, lay.stride, lay.dilation)
    return cast(unframed(x, size, lay), patches.dtype)


def framed(x: np.ndarray, lay: Layout, fill: float = 0) -> np.ndarray:
    """The part of `x` that the windows cover, with its padding; a view where there is none."""
    (top, left), (H, W) = lay.before, lay.covered
    part = x[:, :, : H - top, : W - left]
    if part.shape[2:] == (H, W):
        return part
    frame = np.full((*x.shape[:2], H, W), fill, x.dtype)
    frame[:, :, top : top + part.shape[2], left : left + part.shape[3]] = part
    return frame


def unframed(frame: np.ndarray, size, lay: Layout) -> np.ndarray:
    """Back from the frame to an image of this size; what no window covers is 0."""
    top, left = lay.before
    part = frame[:, :, top : top + size[0], left : left + size[1]]
    if part.shape[2:] == tuple(size):
        return part
    x = np.zeros((*part.shape[:2], *size), part.dtype)
    x[:, :, : part.shape[2], : part.shape[3]] = part
    return x
