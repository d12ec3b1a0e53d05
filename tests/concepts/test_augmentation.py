"""Augmentation: the twins agree, SciPy or a plain loop agrees, what can be undone is, labels keep their sum."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from twins import assert_twins_agree

import dlbook
from dlbook.scratch import augmentation

rng = np.random.default_rng(0)


def batch(shape=(5, 3, 6, 8), dtype=np.float64, seed=0):
    """Images of numbers from 0 to 1, with both ends, ties and a tiny number among them."""
    x = np.random.default_rng(seed).random(shape)
    x.flat[: min(5, x.size)] = [0, 1, 0.5, 0.5, 1e-30][: x.size]
    return x.astype(dtype)


BATCHES = {
    "colour": batch(),
    "grey": batch((4, 1, 7, 7)),
    "one image": batch((1, 3, 5, 4)),
    "one pixel": batch((3, 3, 1, 1)),
    "one row": batch((2, 1, 1, 6)),
    "large": batch() * 2000 - 1000,
    "strided": batch((6, 3, 12, 9))[::2, :, ::-2, 1::2],
    "float32": batch(dtype=np.float32),
    "float16": batch(dtype=np.float16),
    "integers": (batch() * 9).astype(np.int64),
    "bytes": (batch() * 255).astype(np.uint8),
}
IMAGES = arrays(float, st.tuples(*[st.integers(1, 6)] * 4), elements=st.floats(0, 1))  # (N, C, H, W)


def draws(x, seed=0):
    return np.random.default_rng(seed).random(len(x))


# ─── Flips and crops ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", BATCHES)
def test_twins_that_move_pixels_keep_every_dtype(name):
    x = BATCHES[name]
    for flip in ("augmentation.horizontal_flip", "augmentation.vertical_flip"):
        for draw, p in ((draws(x), 0.5), (draws(x).astype(np.float32), 0.2), (0.3, 0.5), (np.zeros(len(x)), 0)):
            assert assert_twins_agree(flip, x, draw, p, rtol=0).dtype == x.dtype
    (N, _, H, W), (top, left) = x.shape, np.random.default_rng(1).integers(0, 3, (2, len(x)))
    assert_twins_agree("augmentation.crop", x, 0, 0, H, W, rtol=0)
    shifted = assert_twins_agree("augmentation.crop", x, top, left, H, W, padding=1, rtol=0)
    assert shifted.shape == x.shape and shifted.dtype == x.dtype
    assert assert_twins_agree("augmentation.crop", x, H - 1, W - 1, 1, 1, rtol=0).shape == (N, x.shape[1], 1, 1)


def test_what_is_drawn_below_p_is_flipped_and_nothing_else():
    x, draw = batch((3, 3, 4, 5)), [0.4, 0.5, 0.6]
    y = augmentation.horizontal_flip(x, draw)
    np.testing.assert_array_equal(y[0], np.flip(x[0], 2))
    np.testing.assert_array_equal(y[1:], x[1:])
    y = augmentation.vertical_flip(x, draw, p=0.55)
    np.testing.assert_array_equal(y[:2], np.flip(x[:2], 2))
    np.testing.assert_array_equal(y[2], x[2])


@given(IMAGES, st.floats(0, 1), st.integers(0, 99))
def test_a_flip_undoes_itself_and_is_rare_as_p_says(x, p, seed):
    draw = draws(x, seed)
    for flip in (augmentation.horizontal_flip, augmentation.vertical_flip):
        np.testing.assert_array_equal(flip(flip(x, draw, p), draw, p), x)
        np.testing.assert_array_equal(flip(x, draw, 0), x)
    turned = augmentation.horizontal_flip(augmentation.vertical_flip(x, draw, 1), draw, 1)
    np.testing.assert_array_equal(turned, np.rot90(x, 2, axes=(2, 3)))


def test_a_crop_is_a_slice_of_each_image():
    x, top, left = batch(), rng.integers(0, 4, 5), rng.integers(0, 5, 5)
    for image, window, i, j in zip(x, augmentation.crop(x, top, left, 3, 4), top, left, strict=True):
        np.testing.assert_array_equal(window, image[:, i : i + 3, j : j + 4])
    wide = np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)))
    np.testing.assert_array_equal(augmentation.crop(x, 1, 4, 6, 8, padding=2), wide[:, :, 1:7, 4:12])


@given(IMAGES, st.integers(0, 3), st.data())
def test_a_crop_there_and_back_loses_only_what_left_the_image(x, padding, data):
    H, W = x.shape[2:]
    top, left = data.draw(st.integers(0, 2 * padding)), data.draw(st.integers(0, 2 * padding))
    there = augmentation.crop(x, top, left, H, W, padding)
    back = augmentation.crop(there, 2 * padding - top, 2 * padding - left, H, W, padding)
    i, j = top - padding, left - padding  # rows and columns that left the image, from its start or its end
    stayed = np.zeros((H, W), bool)
    stayed[max(i, 0) : max(H + min(i, 0), 0), max(j, 0) : max(W + min(j, 0), 0)] = True
    np.testing.assert_array_equal(back, np.where(stayed, x, 0))


# ─── Gradients ──────────────────────────────────────────────────────────────────────────────────────────────

LINEAR = [
    ("horizontal_flip", ([0.2, 0.7], 0.5)),
    ("vertical_flip", ([0.2, 0.7], 0.5)),
    ("crop", ([0, 1], [2, 0], 2, 3, 1)),
]


@pytest.mark.parametrize(("name", "args"), LINEAR)
def test_autograd_finds_what_each_pixel_adds(name, args):
    """A linear map's slope along a pixel is its answer to the image that has this pixel alone."""
    x = rng.random((2, 1, 3, 4))
    upstream = rng.normal(size=getattr(augmentation, name)(x, *args).shape)
    units = np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(upstream * getattr(augmentation, name)(unit, *args)).sum() for unit in units]
    leaf = torch.tensor(x, requires_grad=True)
    (getattr(dlbook.pytorch.augmentation, name)(leaf, *args) * torch.tensor(upstream)).sum().backward()
    np.testing.assert_allclose(leaf.grad.numpy().ravel(), slopes, rtol=1e-10, atol=1e-12)


# ─── Bad input ──────────────────────────────────────────────────────────────────────────────────────────────

X = batch((2, 3, 4, 5))
HOLE = np.where(X == X[0, 0, 0, 2], np.nan, X)
BAD = [
    ("horizontal_flip", (X[0], [0.5]), "x must be a batch of images: got shape (3, 4, 5), need shape (N, C, H, W)"),
    ("vertical_flip", (X[:0], [0.5]), "x must be a batch of images: got shape (0, 3, 4, 5), need shape (N, C, H, W)"),
    ("horizontal_flip", (X > 0.5, 0.5), "x must hold numbers: got dtype "),
    ("vertical_flip", (HOLE, 0.5), "x must be finite: got nan at position 2, need finite numbers"),
    ("horizontal_flip", (X, [0.5] * 3), "draw must hold one number an image: got shape (3,), need shape (2,) or ()"),
    ("horizontal_flip", (X, [0.5, 1.5]), "draw must be a number: got 1.5 at position 1, need 0 to 1"),
    ("vertical_flip", (X, [np.nan, 0.5]), "draw must be finite: got nan at position 0, need finite numbers"),
    ("vertical_flip", (X, 0.5, 2), "p must be a number: got 2, need 0 to 1"),
    ("crop", (X, 0, 0, 5, 5), "height must fit into the image: got 5, need 1 to 4"),
    ("crop", (X, 0, 0, 6, 8, 1), "width must fit into the image: got 8, need 1 to 7"),
    ("crop", (X, 0, 0, 0, 5), "height must be a whole number: got 0, need 1 or more"),
    ("crop", (X, 0, 0, 2, 2.5), "width must be a whole number: got 2.5, need 1 or more"),
    ("crop", (X, 0, 0, 2, 2, -1), "padding must be a whole number: got -1, need 0 or more"),
    ("crop", (X, [0, 3], 0, 2, 2), "top must be a whole number: got 3 at position 1, need 0 to 2"),
    ("crop", (X, 0, -1, 2, 2), "left must be a whole number: got -1 at position 0, need 0 to 3"),
    ("crop", (X, 0.5, 0, 2, 2), "top must be a whole number: got 0.5 at position 0, need 0 to 2"),
    ("crop", (X, [0, 1, 2], 0, 2, 2), "top must hold one number an image: got shape (3,), need shape (2,) or ()"),
    ("crop", (np.ma.masked_less(X, 0.5), 0, 0, 2, 2), "x must have no masked values: got "),
]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "message"), BAD, ids=[f"{name}{i}" for i, (name, *_) in enumerate(BAD)])
def test_bad_input_is_named(room, name, args, message):
    make = np.asarray if room == "scratch" else torch.tensor
    args = [make(arg) if isinstance(arg, (list, np.ndarray)) and not np.ma.is_masked(arg) else arg for arg in args]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).augmentation, name)(*args)
