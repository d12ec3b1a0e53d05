"""Rotation, shift, zoom: every pixel of the new image asks where it comes from, and reads the old one there.

Coordinates are pixels: u to the right and v downwards from the centre of the image, ((W − 1)/2, (H − 1)/2). Places
between four pixels are interpolated. Beyond the border all pixels are `fill`, so that half a pixel outside the border
and `fill` are mixed half and half, as SciPy's `ndimage` does with order=1 and mode="grid-constant". Dtypes stay;
float16 is computed in float32.
"""

import numpy as np

from dlbook._validate import number_between
from dlbook._validate.augmentation import FAR, check_maps, check_places
from dlbook.scratch._arrays import cast, finite, wide
from dlbook.scratch.augmentation._images import double, each, images


def bilinear_core(x, i, j):  # i and j (N, 1, H′, W′), within all but the last row and column
    n, c, _, _ = np.ogrid[: x.shape[0], : x.shape[1], :1, :1]
    top, left = np.int64(np.floor(i)), np.int64(np.floor(j))
    a, b = i - top, j - left  # how far below, and how far right of that pixel
    upper = (1 - b) * x[n, c, top, left] + b * x[n, c, top, left + 1]
    lower = (1 - b) * x[n, c, top + 1, left] + b * x[n, c, top + 1, left + 1]
    return (1 - a) * upper + a * lower


def bilinear(x, i, j, fill=0.0):
    """x(i, j) = (1−a)(1−b) x₀₀ + (1−a) b x₀₁ + a (1−b) x₁₀ + a b x₁₁: images read between four pixels.

    Shapes: x (N, C, H, W), rows i and columns j (N, H′, W′) -> (N, C, H′, W′); a and b are the fractions of i and j.
    Beyond the border all pixels are `fill`.
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    i, j = finite("i", double("i", i)), finite("j", double("j", j))
    check_places(i.shape, j.shape, len(x))
    around = np.pad(wide(x), ((0, 0), (0, 0), (1, 2), (1, 2)), constant_values=fill)
    # From one pixel outside on all is fill: that is as far as a place need go.
    i, j = (np.clip(place + 1.0, 0, size + 1)[:, None] for place, size in zip((i, j), x.shape[2:], strict=True))
    return cast(bilinear_core(around, i, j), x.dtype)


def affine_core(x, theta, fill):
    H, W = x.shape[2:]
    v, u = np.mgrid[:H, :W]
    place = np.stack([u - (W - 1) / 2, v - (H - 1) / 2, np.ones((H, W))])  # from the centre
    u, v = np.moveaxis(np.tensordot(theta, place, axes=1), 1, 0)  # (N, H, W): where each comes from
    return bilinear(x, v + (H - 1) / 2, u + (W - 1) / 2, fill)


def affine(x, theta, fill=0.0):
    """x̃(u, v) = x(θ (u, v, 1)ᵀ): θ says for each pixel of the new image where in the old one it comes from.

    Shapes: x (N, C, H, W), θ (2, 3) or (N, 2, 3), u and v in pixels from the centre -> (N, C, H, W).
    Source: Jaderberg and others 2015.
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    theta = finite("theta", double("theta", theta))
    check_maps(theta.shape, np.abs(theta).max(initial=0), len(x))
    return affine_core(x, np.broadcast_to(theta, (len(x), 2, 3)), fill)


def rotate_core(x, angle, fill):
    phi = np.deg2rad(angle)
    cos, sin, zero = np.cos(phi), np.sin(phi), np.zeros_like(phi)
    theta = np.array([[cos, -sin, zero], [sin, cos, zero]])  # (2, 3, N): the turn back
    return affine_core(x, theta.transpose(2, 0, 1), fill)


def rotate(x, angle, fill=0.0):
    """x̃(u, v) = x(u cos φ − v sin φ, u sin φ + v cos φ): turned about the centre by φ = `angle` degrees.

    Shapes: x (N, C, H, W), angle (N,) -> (N, C, H, W). Seen on the screen it turns against the clock.
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    return rotate_core(x, each("angle", angle, x, -FAR, FAR), fill)


def translate_core(x, tx, ty, fill):
    one, zero = np.ones_like(tx), np.zeros_like(tx)
    theta = np.array([[one, zero, -tx], [zero, one, -ty]])  # (2, 3, N): the way back
    return affine_core(x, theta.transpose(2, 0, 1), fill)


def translate(x, tx, ty, fill=0.0):
    """x̃(u, v) = x(u − t_x, v − t_y): shifted by t_x pixels to the right and t_y downwards; fractions count.

    Shapes: x (N, C, H, W), tx and ty (N,) -> (N, C, H, W).
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    return translate_core(x, each("tx", tx, x, -FAR, FAR), each("ty", ty, x, -FAR, FAR), fill)


def zoom_core(x, scale, fill):
    zero = np.zeros_like(scale)
    theta = np.array([[1 / scale, zero, zero], [zero, 1 / scale, zero]])  # (2, 3, N)
    return affine_core(x, theta.transpose(2, 0, 1), fill)


def zoom(x, scale, fill=0.0):
    """x̃(u, v) = x(u/s, v/s): s = `scale` times as large about the centre, in an image as large as before.

    Shapes: x (N, C, H, W), scale (N,) above 0 -> (N, C, H, W).
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    return zoom_core(x, each("scale", scale, x, 1 / FAR, FAR), fill)


def affine_matrix_core(angle, tx, ty, scale):
    phi = np.deg2rad(angle)
    a, b = np.cos(phi) / scale, np.sin(phi) / scale  # turn back, and shrink
    theta = np.array([[a, -b, b * ty - a * tx], [b, a, -b * tx - a * ty]])  # after the shift back
    return theta.transpose(2, 0, 1)  # (N, 2, 3)


def affine_matrix(angle=0.0, tx=0.0, ty=0.0, scale=1.0):
    """θ of `affine` for a zoom and a turn about the centre and then a shift: three changes, and one interpolation.

    Shapes: each a number or (N,) -> (N, 2, 3). Alone, each is that of `rotate`, `translate` or `zoom`.
    """
    named = {"angle": angle, "tx": tx, "ty": ty, "scale": scale}
    longest = max((np.atleast_1d(double(name, value)) for name, value in named.items()), key=len)
    lowest = {"scale": 1 / FAR}
    parts = [each(name, value, longest, lowest.get(name, -FAR), FAR) for name, value in named.items()]
    return affine_matrix_core(*parts)
