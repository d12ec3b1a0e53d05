"""Rotation, shift, zoom on tensors: `F.affine_grid` says where each pixel comes from, `F.grid_sample` reads there.

Both run with align_corners=False: the image reaches from −1 to 1, and the centre of its first pixel is half a pixel
inside. Coordinates of θ are pixels: u to the right and v downwards from the centre of the image. Beyond the border lies
`fill`: a frame of one pixel that `padding_mode="border"` continues.
"""

import torch
import torch.nn.functional as F

from dlbook._validate import number_between
from dlbook._validate.augmentation import FAR, check_maps, check_places
from dlbook.pytorch._tensors import finite, wide
from dlbook.pytorch.augmentation._images import double, each, images


def bilinear(x, i, j, fill=0.0):
    """x(i, j) = (1−a)(1−b) x₀₀ + (1−a) b x₀₁ + a (1−b) x₁₀ + a b x₁₁: images read between four pixels.

    Shapes: x (N, C, H, W), rows i and columns j (N, H′, W′) -> (N, C, H′, W′); a and b are the fractions of i and j.
    Beyond the border all pixels are `fill`.
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    i, j = finite("i", double("i", i)), finite("j", double("j", j))
    check_places(i.shape, j.shape, len(x))
    places = zip((j, i), (x.shape[3], x.shape[2]), strict=True)
    grid = [(2 * place.to(x.device).clamp(-1, size) + 1) / size - 1 for place, size in places]
    return _sample(x, torch.stack(grid, dim=3), fill)


def affine(x, theta, fill=0.0):
    """x̃(u, v) = x(θ (u, v, 1)ᵀ): θ says for each pixel of the new image where in the old one it comes from.

    Shapes: x (N, C, H, W), θ (2, 3) or (N, 2, 3), u and v in pixels from the centre -> (N, C, H, W).
    Source: Jaderberg and others 2015.
    """
    x, fill = images("x", x), number_between("fill", fill, -FAR, FAR)
    theta = finite("theta", double("theta", theta))
    largest = theta.detach().abs().max().item() if theta.numel() else 0
    check_maps(theta.shape, largest, len(x))
    H, W = x.shape[2:]
    half = torch.tensor([W / 2, H / 2, 1], dtype=torch.float64, device=x.device)  # a unit of torch's, in pixels
    theta = (theta.to(x.device) * half / half[:2, None]).expand(len(x), 2, 3)
    return _sample(x, F.affine_grid(theta, list(x.shape), align_corners=False), fill)


def rotate(x, angle, fill=0.0):
    """x̃(u, v) = x(u cos φ − v sin φ, u sin φ + v cos φ): turned about the centre by φ = `angle` degrees.

    Shapes: x (N, C, H, W), angle (N,) -> (N, C, H, W). Seen on the screen it turns against the clock.
    """
    x = images("x", x)
    phi = torch.deg2rad(each("angle", angle, x, -FAR, FAR))
    cos, sin, zero = torch.cos(phi), torch.sin(phi), torch.zeros_like(phi)
    return affine(x, _maps([[cos, -sin, zero], [sin, cos, zero]]), fill)


def translate(x, tx, ty, fill=0.0):
    """x̃(u, v) = x(u − t_x, v − t_y): shifted by t_x pixels to the right and t_y downwards; fractions count.

    Shapes: x (N, C, H, W), tx and ty (N,) -> (N, C, H, W).
    """
    x = images("x", x)
    tx, ty = each("tx", tx, x, -FAR, FAR), each("ty", ty, x, -FAR, FAR)
    one, zero = torch.ones_like(tx), torch.zeros_like(tx)
    return affine(x, _maps([[one, zero, -tx], [zero, one, -ty]]), fill)


def zoom(x, scale, fill=0.0):
    """x̃(u, v) = x(u/s, v/s): s = `scale` times as large about the centre, in an image as large as before.

    Shapes: x (N, C, H, W), scale (N,) above 0 -> (N, C, H, W).
    """
    x = images("x", x)
    shrink = 1 / each("scale", scale, x, 1 / FAR, FAR)
    zero = torch.zeros_like(shrink)
    return affine(x, _maps([[shrink, zero, zero], [zero, shrink, zero]]), fill)


def affine_matrix(angle=0.0, tx=0.0, ty=0.0, scale=1.0):
    """θ of `affine` for a zoom and a turn about the centre and then a shift: three changes, and one interpolation.

    Shapes: each a number or (N,) -> (N, 2, 3). Alone, each is that of `rotate`, `translate` or `zoom`.
    """
    named = {"angle": angle, "tx": tx, "ty": ty, "scale": scale}
    longest = max((torch.atleast_1d(double(name, value)) for name, value in named.items()), key=len)
    lowest = {"scale": 1 / FAR}
    angle, tx, ty, scale = (each(name, v, longest, lowest.get(name, -FAR), FAR) for name, v in named.items())
    phi = torch.deg2rad(angle)
    a, b = torch.cos(phi) / scale, torch.sin(phi) / scale  # turn back, and shrink
    return _maps([[a, -b, b * ty - a * tx], [b, a, -b * tx - a * ty]])


def _maps(theta) -> torch.Tensor:
    """θ (N, 2, 3) from its six numbers, each (N,)."""
    return torch.stack([torch.stack(row, dim=1) for row in theta], dim=1)


def _sample(x, grid, fill):
    """What stands in `x` at the places of `grid` (N, H′, W′, 2), where −1 and 1 are the image's edges."""
    H, W = x.shape[2:]
    framed = F.pad(wide(x), (1, 1, 1, 1), value=fill)
    grid = grid * grid.new_tensor([W / (W + 2), H / (H + 2)])  # the frame makes −1 and 1 lie farther out
    return F.grid_sample(framed, grid.to(framed.dtype), padding_mode="border", align_corners=False).to(x.dtype)
