"""Windows on images, and how they fold back: torch.nn.functional.unfold and fold, with the axes apart."""

import torch.nn.functional as F

from dlbook._validate.images import Layout, check_images, layout, pair
from dlbook.pytorch._tensors import fitting, floats


def windows(x, kernel_size, stride=1, padding=0, dilation=1):
    """What the kernel meets at each place: (N, C, H, W) -> (N, C, KH, KW, OH, OW)."""
    x = floats("x", x)
    check_images("x", x.shape)
    lay = layout(kernel_size, x.shape[2:], stride, padding, dilation)
    x, padding = padded(x, lay)
    columns = F.unfold(x, lay.kernel, lay.dilation, padding, lay.stride)
    return columns.reshape(*x.shape[:2], *lay.kernel, *lay.places)


def fold(patches, size, stride=1, padding=0, dilation=1):
    """The sum over all windows that hold a pixel: (N, C, KH, KW, OH, OW) -> (N, C, H, W)."""
    patches = floats("patches", patches)
    check_images("patches", patches.shape, "(N, C, KH, KW, OH, OW)")
    H, W = pair("size", size, 1)
    lay = layout(tuple(patches.shape[2:4]), (H, W), stride, padding, dilation, name="patches")
    fitting("patches", patches, (*patches.shape[:4], *lay.places), patches)
    (top, left), (bottom, right) = lay.before, lay.after
    frame = (top + H + bottom, left + W + right)
    columns = patches.flatten(1, 3).flatten(2)  # (N, C · KH · KW, OH · OW)
    x = F.fold(columns, frame, lay.kernel, lay.dilation, 0, lay.stride)
    return x[:, :, top : top + H, left : left + W]


def padded(x, lay: Layout):
    """`x` and the padding that torch may add itself: it knows no side with more than the other."""
    (top, left), (bottom, right) = lay.before, lay.after
    if (top, left) == (bottom, right):
        return x, lay.before
    return F.pad(x, (left, right, top, bottom)), (0, 0)
