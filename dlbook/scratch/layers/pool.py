"""Pooling: one number for each window, its largest or its mean. Symbols as in `windows`."""

import numpy as np

from dlbook._validate.images import check_divisor, check_images, pool_layout
from dlbook.scratch._arrays import cast, fitting, floats, wide
from dlbook.scratch.layers.windows import fold_core, framed, unframed, windows_core


def max_pool2d_core(x, kernel_size, stride, dilation):
    patches = windows_core(x, kernel_size, stride, dilation)  # (N, C, KH, KW, OH, OW)
    y = patches[:, :, 0, 0]
    for i, j in np.ndindex(*kernel_size):  # an axis by itself would be slower: max(axis=(2, 3))
        y = np.maximum(y, patches[:, :, i, j])
    return y  # (N, C, OH, OW)


def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """y[n, c, h, w] = max over i, j of x[n, c, h·stride + i·dilation, w·stride + j·dilation].

    Shapes: x (N, C, H, W) -> (N, C, OH, OW). The stride is the kernel's size unless it is given. Padding never wins:
    it counts as −∞. With `ceil_mode` a last window may stick out of the image. A window with NaN gives NaN.
    """
    x, lay = _opened(x, kernel_size, stride, padding, dilation, ceil_mode)
    return max_pool2d_core(framed(x, lay, fill=-np.inf), lay.kernel, lay.stride, lay.dilation)


def max_pool2d_backward_core(upstream, x, y, kernel_size, stride, dilation):
    patches = windows_core(x, kernel_size, stride, dilation)  # (N, C, KH, KW, OH, OW)
    grads, u = np.zeros(patches.shape, x.dtype), upstream
    for i, j in np.ndindex(*kernel_size):
        largest = patches[:, :, i, j] == y
        grads[:, :, i, j] = np.where(largest, u, 0)
        u = np.where(largest, 0, u)  # the first of equals has taken it
    return fold_core(grads, x.shape[2:], stride, dilation)


def max_pool2d_backward(upstream, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """∂L/∂x: all of u goes to the pixel that was the largest, nothing to the others of its window.

    Of several that are equal the first takes all, row by row; of several NaN the last: so it is in torch.
    """
    x, lay = _opened(x, kernel_size, stride, padding, dilation, ceil_mode)
    upstream = fitting("upstream", upstream, (*x.shape[:2], *lay.places), x)
    dtype, x, upstream, rest = x.dtype, wide(x), wide(upstream), (lay.kernel, lay.stride, lay.dilation)
    y = max_pool2d_core(framed(x, lay, fill=-np.inf), *rest)
    x_grad = max_pool2d_backward_core(upstream, framed(x, lay, fill=np.nan), y, *rest)  # NaN equals nothing
    if (unknown := np.isnan(y)).any():  # the last is the first of the image turned by half a turn
        turned = lambda a: a[:, :, ::-1, ::-1]
        marks = framed(np.where(np.isnan(x), x.dtype.type(0), np.nan), lay, fill=np.nan)
        u = turned(np.where(unknown, upstream, 0))
        x_grad = x_grad + turned(max_pool2d_backward_core(u, turned(marks), np.zeros(u.shape), *rest))
    return cast(unframed(x_grad, x.shape[2:], lay), dtype)


def avg_pool2d_core(x, kernel_size, stride, count):
    patches = windows_core(x, kernel_size, stride, (1, 1))  # (N, C, KH, KW, OH, OW)
    total = 0
    for i, j in np.ndindex(*kernel_size):
        total = total + patches[:, :, i, j]
    return total / count  # (N, C, OH, OW)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    """y[n, c, h, w] = 1/(KH · KW) · Σ x[n, c, h·stride + i, w·stride + j].

    Shapes: x (N, C, H, W) -> (N, C, OH, OW). The stride is the kernel's size unless it is given. Zeros of the padding
    count as pixels unless `count_include_pad` is False; what sticks out by `ceil_mode` never counts.
    `divisor_override` stands in the place of the count.
    """
    x, lay = _opened(x, kernel_size, stride, padding, 1, ceil_mode)
    count = _count(x, lay, count_include_pad, divisor_override)
    return cast(avg_pool2d_core(framed(wide(x), lay), lay.kernel, lay.stride, count), x.dtype)


def avg_pool2d_backward_core(upstream, size, kernel_size, stride, count):
    N, C, OH, OW = upstream.shape
    share = (upstream / count)[:, :, None, None]  # the same for every pixel of the window
    patches = np.broadcast_to(share, (N, C, *kernel_size, OH, OW))
    return fold_core(patches, size, stride, (1, 1))


def avg_pool2d_backward(
    upstream, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    """∂L/∂x: every pixel of a window gets an equal share of its u, and the sum where windows overlap."""
    x, lay = _opened(x, kernel_size, stride, padding, 1, ceil_mode)
    upstream = fitting("upstream", upstream, (*x.shape[:2], *lay.places), x)
    count = _count(x, lay, count_include_pad, divisor_override)
    x_grad = avg_pool2d_backward_core(wide(upstream), lay.covered, lay.kernel, lay.stride, count)
    return cast(unframed(x_grad, x.shape[2:], lay), x.dtype)


def _opened(x, kernel_size, stride, padding, dilation, ceil_mode):
    """`x` as floats, and how the windows lie on it."""
    x = floats("x", x)
    check_images("x", x.shape)
    return x, pool_layout(kernel_size, x.shape[2:], stride, padding, dilation, ceil_mode)


def _count(x, lay, count_include_pad, divisor_override):
    """What the sum of each window is divided by: a number, or (OH, OW)."""
    if divisor_override is not None:
        check_divisor(divisor_override)
        return wide(x).dtype.type(divisor_override)
    counts = []
    for size, k, s, before, n in zip(x.shape[2:], lay.kernel, lay.stride, lay.before, lay.places, strict=True):
        low, high = (-before, size + before) if count_include_pad else (0, size)
        start = np.arange(n) * s - before
        counts.append(np.minimum(start + k, high) - np.maximum(start, low))
    return np.multiply.outer(*counts).astype(wide(x).dtype)
