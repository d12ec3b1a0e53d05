"""Chapter 14: the same window and the same output by SciPy's correlation, on a picture that PIL has shrunk."""

import numpy as np
from PIL import Image
from scipy.signal import correlate2d

from dlbook import data
from dlbook.explorers import convolution as explorer
from dlbook.scratch import layers

RTOL = 1e-12
SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
KERNELS = {
    "copy": np.outer([0, 1, 0], [0, 1, 0]),
    "blur": np.ones((3, 3)) / 9,
    "upright edges": np.array(SOBEL),
    "level edges": np.array(SOBEL).T,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
}


def picture(name) -> np.ndarray:
    """Ten grey levels of the photo, every 10 × 10 pixels averaged; a white triangle for what the reader draws."""
    if name == "your drawing":
        return np.array([[9 if 4 <= column <= row < 12 else 0 for column in range(16)] for row in range(16)])
    red, green, blue = data.photo({"tower": "china", "flower": "flower"}[name])
    grey = 0.299 * red + 0.587 * green + 0.114 * blue
    small = np.asarray(Image.fromarray(grey.astype(np.float32)).resize((16, 16), Image.Resampling.BOX), dtype=float)
    return np.rint(9 * (small - small.min()) / (small.max() - small.min()))


def output(picture_name, kernel, stride, padding, dilation) -> np.ndarray:
    """All places of a kernel that is spread by zeros; of these, one in `stride`."""
    spread = np.kron(KERNELS[kernel], np.outer(*[[1] + [0] * (int(dilation) - 1)] * 2))
    reach = 2 * int(dilation) + 1
    x = np.pad(picture(picture_name), int(padding))
    return correlate2d(x, spread[:reach, :reach], mode="valid")[:: int(stride), :: int(stride)]


def oracle(picture, kernel, stride, padding, dilation, row, column) -> dict:
    z = output(picture, kernel, stride, padding, dilation)
    place = min(int(row), len(z) - 1), min(int(column), len(z) - 1)
    return {"size": len(z), "sum": z[place], "black": z.min(), "white": z.max()}


def scratch(picture, kernel, stride, padding, dilation, row, column) -> dict:
    x, w = explorer.small(picture)[None, None], KERNELS[kernel][None, None]
    z = layers.conv2d(x, w, None, int(stride), int(padding), int(dilation))[0, 0]
    return {"sum": z[min(int(row), len(z) - 1), min(int(column), len(z) - 1)]}


def check_drawing(shown: dict, controls: dict) -> None:
    """The picture, the frame on it, the nine pixels that it reads, and the map with this place in it."""
    stride, padding, dilation = (int(controls[name]) for name in ("stride", "padding", "dilation"))
    x = picture(controls["picture"])
    rim = np.concatenate([shown["pixels"][[0, -1]].ravel(), shown["pixels"][:, [0, -1]].ravel()])
    assert (rim == 0).all() if padding else np.isnan(rim).all()
    np.testing.assert_allclose(shown["pixels"][1:-1, 1:-1], x / 9, atol=1e-12)

    top, left, high, wide, apart = shown["window"]
    assert (high, wide, apart) == (2 * dilation + 1, 2 * dilation + 1, dilation)
    row, column, *one = shown["here"]
    assert one == [1, 1]
    assert (top - 1, left - 1) == (stride * row - padding, stride * column - padding)
    at = lambda r, c: x[r, c] if 0 <= r < 16 and 0 <= c < 16 else 0
    offsets = [dilation * k for k in range(3)]
    read = [[at(int(top) - 1 + i, int(left) - 1 + j) for j in offsets] for i in offsets]
    np.testing.assert_array_equal(shown["patch"], read)
    np.testing.assert_allclose((shown["weights"] * shown["patch"]).sum(), shown["sum"], atol=1e-12)
    np.testing.assert_array_equal(shown["weights"], KERNELS[controls["kernel"]])

    z = output(controls["picture"], controls["kernel"], stride, padding, dilation)
    inside = shown["map"][: len(z), : len(z)]
    np.testing.assert_allclose(z.min() + inside * (z.max() - z.min()), z, atol=1e-12)
    assert np.isnan(shown["map"]).sum() == 16 * 16 - z.size
    assert shown["at"] == f"row {int(row)}, column {int(column)}"
