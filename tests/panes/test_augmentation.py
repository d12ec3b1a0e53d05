"""Chapter 17's panes, each on a few images of 28 × 28 pixels: torch draws, and NumPy is given what was drawn."""

import numpy as np
import torch
from pane import pane

rng = np.random.default_rng(0)
N, SIDE = 6, 28
X = rng.random((N, 1, SIDE, SIDE))
Y = np.eye(10)[rng.integers(0, 10, N)]


def tensor(x) -> torch.Tensor:
    return torch.tensor(x)


def column(draws) -> np.ndarray:
    """One number for each image, in the shape of a batch."""
    return np.asarray(draws, dtype=float).reshape(N, 1, 1, 1)


@pane("augmentation.horizontal_flip")
def test_horizontal_flip(held):
    torch.manual_seed(0)
    typed = held.typed(x=tensor(X))
    draw = typed.draw.numpy()
    assert 0 < (draw < 0.5).sum() < N
    held.same(held.numpy(X, draw, 0.5), typed.y)
    held.same(held.public(X, draw), typed.y)


@pane("augmentation.crop")
def test_crop(held):
    typed = held.typed(x=tensor(X))
    top, left = np.array(typed.top), np.array(typed.left)
    held.same(held.numpy(np.pad(X, ((0, 0), (0, 0), (4, 4), (4, 4))), top, left, SIDE, SIDE), typed.y)
    held.same(held.public(X, top, left, SIDE, SIDE, padding=4), typed.y)


@pane("augmentation.bilinear")
def test_bilinear(held):
    i, j = rng.uniform(0, SIDE - 1.01, (2, N, 3, 5))
    typed = held.typed(x=tensor(X), i=tensor(i), j=tensor(j))
    held.same(held.numpy(X, i[:, None], j[:, None]), typed.y)
    held.same(held.public(X, i, j), typed.y)


@pane("augmentation.affine")
def test_affine(held):
    theta = rng.normal(size=(N, 2, 3))
    pixels = theta * [1, 1, SIDE / 2]  # torch's unit is half of the image
    typed = held.typed(x=tensor(X), theta=tensor(theta))
    held.same(held.numpy(X, pixels, 0), typed.y, atol=1e-12)
    held.same(held.public(X, pixels), typed.y, atol=1e-12)


@pane("augmentation.rotate")
def test_rotate(held):
    typed = held.typed(x=tensor(X))
    angle = np.rad2deg(typed.angle.numpy())
    assert np.abs(angle).max() <= 15 and np.ptp(angle) > 1
    held.same(held.numpy(X, angle, 0), typed.y, atol=1e-12)
    held.same(held.public(X, angle), typed.y, atol=1e-12)


@pane("augmentation.translate")
def test_translate(held):
    typed = held.typed(x=tensor(X))
    tx, ty = typed.tx.numpy() * SIDE / 2, typed.ty.numpy() * SIDE / 2
    assert 0 < np.abs([tx, ty]).max() <= 1.4
    held.same(held.numpy(X, tx, ty, 0), typed.y, atol=1e-12)
    held.same(held.public(X, tx, ty), typed.y, atol=1e-12)


@pane("augmentation.zoom")
def test_zoom(held):
    typed = held.typed(x=tensor(X))
    scale = typed.scale.numpy()
    assert 0.9 <= scale.min() < scale.max() <= 1.1
    held.same(held.numpy(X, scale, 0), typed.y, atol=1e-12)
    held.same(held.public(X, scale), typed.y, atol=1e-12)


@pane("augmentation.adjust_brightness")
def test_adjust_brightness(held):
    typed = held.typed(x=tensor(X))
    factor = typed.factor.numpy()
    held.same(held.numpy(X, factor), typed.y)
    held.same(held.public(X, factor.ravel()), typed.y)


@pane("augmentation.adjust_contrast")
def test_adjust_contrast(held):
    typed = held.typed(x=tensor(X))
    factor = typed.factor.numpy()
    held.same(held.numpy(X, X, factor), typed.y, atol=1e-14)
    held.same(held.public(X, factor.ravel()), typed.y, atol=1e-14)


@pane("augmentation.gaussian_noise")
def test_gaussian_noise(held):
    torch.manual_seed(0)
    typed = held.typed(x=tensor(X))
    draw = typed.draw.numpy()
    assert abs(draw.mean()) < 0.1 < 0.9 < draw.std() < 1.1
    held.same(held.numpy(X, draw, column([0.1] * N)), typed.y)
    held.same(held.public(X, draw, 0.1, clip=False), typed.y)


@pane("augmentation.cutout")
def test_cutout(held):
    typed = held.typed(x=tensor(X))
    row, col = typed.row.numpy(), typed.column.numpy()
    eight = np.full((N, 1, 1, 1), 8)
    held.same(held.numpy(X, row, col, eight, eight, 0), typed.y)
    held.same(held.public(X, row.ravel(), col.ravel(), 8, 8), typed.y)


@pane("augmentation.mixup")
def test_mixup(held):
    torch.manual_seed(0)
    labels = Y.argmax(axis=1)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(SIDE**2, 10)).double()
    typed = held.typed(model=model, x=tensor(X), labels=tensor(labels))
    partner, lam = typed.partner.numpy(), typed.lam.item()
    images, soft = held.numpy(X, Y, partner, column([lam] * N))
    held.same(images, typed.mixed, atol=1e-14)
    held.same(soft, typed.soft, atol=1e-14)
    images, soft = held.public(X, labels, partner, lam, num_classes=10)
    held.same(images, typed.mixed, atol=1e-14)
    held.same(soft, typed.soft, atol=1e-14)
    scores = torch.log_softmax(model(typed.mixed), dim=1)
    held.same(-(typed.soft * scores).sum(dim=1).mean(), typed.loss)  # the share of a class weighs its logarithm


@pane("augmentation.cutmix")
def test_cutmix(held):
    for lam, row, col in ((0.51, 14, 14), (0.74, 2, 26)):  # inside, and cut by the border
        torch.manual_seed(0)
        typed = held.typed(x=tensor(X), y=tensor(Y), lam=lam, row=row, column=col)
        partner, whole = typed.partner.numpy(), lambda v: np.full((N, 1, 1, 1), v)
        images, soft = held.numpy(X, Y, partner, column([lam] * N), whole(row), whole(col))
        held.same(images, typed.mixed)
        held.same(soft, typed.soft, atol=1e-14)
        images, soft = held.public(X, Y, partner, lam, row, col)
        held.same(images, typed.mixed)
        held.same(soft, typed.soft, atol=1e-14)
