"""Augmentation: the twins agree, SciPy or a plain loop agrees, what can be undone is, labels keep their sum."""

import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageEnhance
from scipy import ndimage
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
SQUARES = st.integers(1, 7).flatmap(lambda side: arrays(float, (1, 2, side, side), elements=st.floats(-1000, 1000)))


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


# ─── Geometry ───────────────────────────────────────────────────────────────────────────────────────────────

MAPS = {  # draws for one batch; as many numbers as images, or one for all
    "rotate": lambda N, rng: (rng.uniform(-180, 180, N),),
    "translate": lambda N, rng: (rng.uniform(-3, 3, N), 1.25),
    "zoom": lambda N, rng: (rng.uniform(0.4, 2.5, N),),
    "affine": lambda N, rng: (rng.normal(size=(N, 2, 3)),),
    "bilinear": lambda N, rng: (rng.uniform(-3, 9, (N, 4, 2)), rng.uniform(-3, 9, (N, 4, 2))),
}
TOLERANCE = {np.dtype(np.float32): 1e-5, np.dtype(np.float16): 2e-3}


@pytest.mark.parametrize("fill", [0.0, 0.5])
@pytest.mark.parametrize("map_name", MAPS)
@pytest.mark.parametrize("name", BATCHES)
def test_twins_that_move_images(name, map_name, fill):
    x = BATCHES[name]
    args = MAPS[map_name](len(x), np.random.default_rng(3))
    loose = TOLERANCE.get(x.dtype, 1e-10)
    scale = np.abs(x.astype(float)).max()
    y = assert_twins_agree(f"augmentation.{map_name}", x, *args, fill=fill, rtol=loose, atol=loose * scale)
    assert y.dtype == (x.dtype if x.dtype.kind == "f" else np.float64)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("rotate", (1e6,)),
        ("translate", (-1e6, 1e6)),
        ("zoom", (1e-6,)),
        ("zoom", (1e6,)),
        ("affine", (np.zeros((2, 3)),)),
    ],
)
def test_twins_far_out(name, args):
    y = assert_twins_agree(f"augmentation.{name}", batch(), *args, fill=0.25, atol=1e-9)
    if name == "translate":
        assert (y == 0.25).all()
    far = np.array([[[-1e300, 1e300, -1.0, 6.0]]])
    assert (assert_twins_agree("augmentation.bilinear", batch((1, 1, 6, 6)), far, far, fill=7.0) == 7).all()


@pytest.mark.parametrize("shapes", [((), (3,), (3,), ()), ((3,), (), (), ()), ((1,), (1,), (), (1,)), ((),) * 4])
def test_twins_of_the_matrix(shapes):
    angle, tx, ty, scale = (np.array(rng.uniform(0.5, 30, shape)) for shape in shapes)
    theta = assert_twins_agree("augmentation.affine_matrix", angle, tx, ty, scale, atol=1e-12)
    assert theta.shape == (max(np.size(v) for v in (angle, tx, ty, scale)), 2, 3)
    assert_twins_agree("augmentation.affine_matrix", angle, scale=2)


def in_rows_and_columns(theta, H, W):
    """θ, which maps (u, v) from the centre, as SciPy's matrix and offset for (row, column) from the corner."""
    matrix, centre = theta[::-1, 1::-1], np.array([H - 1, W - 1]) / 2
    return matrix, theta[::-1, 2] + centre - matrix @ centre


@pytest.mark.parametrize("fill", [0.0, 0.7])
@pytest.mark.parametrize("shape", [(4, 2, 6, 9), (4, 1, 7, 4), (2, 1, 1, 5), (2, 1, 1, 1)])
def test_scipy_maps_alike(shape, fill):
    x, (H, W) = batch(shape), shape[2:]
    theta = rng.normal(size=(len(x), 2, 3)) * [1, 1, 2]
    for image, mapped, one in zip(x, augmentation.affine(x, theta, fill), theta, strict=True):
        matrix, offset = in_rows_and_columns(one, H, W)
        for channel, ours in zip(image, mapped, strict=True):
            more = {"order": 1, "cval": fill}
            theirs = ndimage.affine_transform(channel, matrix, offset, mode="grid-constant", **more)
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)
            # mode="constant" mixes nothing with what lies outside: alike where a place is inside
            theirs = ndimage.affine_transform(channel, matrix, offset, mode="constant", **more)
            place = np.tensordot(matrix, np.mgrid[:H, :W], axes=1) + offset[:, None, None]
            inside = (place >= 0).all(axis=0) & (place[0] <= H - 1) & (place[1] <= W - 1)
            np.testing.assert_allclose(ours[inside], theirs[inside], rtol=1e-10, atol=1e-12)


def test_scipy_reads_places_alike():
    x, i, j = batch((1, 1, 6, 8)), rng.uniform(-3, 9, (1, 5, 4)), rng.uniform(-3, 11, (1, 5, 4))
    theirs = ndimage.map_coordinates(x[0, 0], [i[0], j[0]], order=1, mode="grid-constant", cval=0.3)
    np.testing.assert_allclose(augmentation.bilinear(x, i, j, fill=0.3)[0, 0], theirs, rtol=1e-10)


@pytest.mark.parametrize("angle", [-200.0, -30, 0.5, 45, 90, 359])
def test_scipy_rotates_and_shifts_alike(angle):
    x, more = batch((1, 2, 6, 9)), {"order": 1, "mode": "grid-constant", "cval": 0.2}
    theirs = [ndimage.rotate(channel, angle, reshape=False, **more) for channel in x[0]]
    np.testing.assert_allclose(augmentation.rotate(x, angle, fill=0.2)[0], theirs, rtol=1e-10, atol=1e-12)
    theirs = [ndimage.shift(channel, (angle / 90, -0.75), **more) for channel in x[0]]
    np.testing.assert_allclose(
        augmentation.translate(x, -0.75, angle / 90, fill=0.2)[0], theirs, rtol=1e-10, atol=1e-12
    )


@given(SQUARES, st.integers(-4, 4))
def test_quarter_turns_move_pixels_only(x, quarters):
    turned = augmentation.rotate(x, 90.0 * quarters)
    np.testing.assert_allclose(turned, np.rot90(x, quarters, axes=(2, 3)), atol=1e-9)


@given(IMAGES, st.integers(-3, 3), st.integers(-3, 3))
def test_a_whole_shift_is_a_crop_and_comes_back(x, tx, ty):
    H, W = x.shape[2:]
    there = augmentation.translate(x, tx, ty)
    np.testing.assert_array_equal(there, augmentation.crop(x, 3 - ty, 3 - tx, H, W, padding=3))
    back, stayed = augmentation.translate(there, -tx, -ty), augmentation.translate(np.ones_like(x), tx, ty)
    np.testing.assert_array_equal(back, x * augmentation.translate(stayed, -tx, -ty))


@given(IMAGES, st.floats(-360, 360), st.floats(-2, 2), st.floats(0.25, 4), st.floats(0, 1))
def test_an_interpolated_pixel_lies_between_what_it_is_made_of(x, angle, shift, scale, fill):
    theta = augmentation.affine_matrix(angle, shift, -shift, scale)
    y = augmentation.affine(x, theta, fill)
    low, high = (np.minimum(x.min(), fill), np.maximum(x.max(), fill))
    assert low - 1e-12 <= y.min() and y.max() <= high + 1e-12
    np.testing.assert_allclose(augmentation.affine(np.full_like(x, fill), theta, fill), fill, rtol=1e-12)


@given(IMAGES, st.floats(-90, 90), st.floats(-2, 2), st.floats(0.25, 4))
def test_maps_that_change_nothing_and_maps_that_are_one_another(x, angle, shift, scale):
    for same in (augmentation.rotate(x, 0), augmentation.translate(x, 0, 0), augmentation.zoom(x, 1)):
        np.testing.assert_array_equal(same, x)
    matrix, affine = augmentation.affine_matrix, augmentation.affine
    np.testing.assert_allclose(affine(x, matrix(angle)), augmentation.rotate(x, angle), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(affine(x, matrix(scale=scale)), augmentation.zoom(x, scale), rtol=1e-12, atol=1e-12)
    shifted = augmentation.translate(x, shift, 1 - shift)
    np.testing.assert_allclose(affine(x, matrix(tx=shift, ty=1 - shift)), shifted, rtol=1e-12, atol=1e-12)


@given(st.floats(-180, 180), st.floats(-5, 5), st.floats(-5, 5), st.floats(0.25, 4))
def test_the_matrix_undoes_zoom_then_turn_then_shift(angle, tx, ty, scale):
    """A place is zoomed, turned against the clock (v points downwards) and shifted; θ leads back to it."""
    u, v = 3.0, -2.0
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    new = [scale * (u * cos + v * sin) + tx, scale * (v * cos - u * sin) + ty, 1]
    np.testing.assert_allclose(augmentation.affine_matrix(angle, tx, ty, scale)[0] @ new, [u, v], atol=1e-10)


def test_what_turns_and_zooms_is_seen():
    dot = np.zeros((1, 1, 7, 7))
    dot[0, 0, 3, 5] = 1  # two to the right of the centre
    assert augmentation.rotate(dot, 90)[0, 0, 1, 3] == pytest.approx(1)  # now two above it
    assert augmentation.translate(dot, 1, -2)[0, 0, 1, 6] == 1
    np.testing.assert_array_equal(np.argwhere(augmentation.zoom(dot, 0.5)[0, 0] > 0), [[3, 4]])
    np.testing.assert_array_equal(augmentation.translate(dot, 0.25, 0)[0, 0, 3, 4:], [0, 0.75, 0.25])


# ─── Colour and noise ───────────────────────────────────────────────────────────────────────────────────────

LIT = {name: x for name, x in BATCHES.items() if name not in ("large", "integers", "bytes")}
LIT["black and white"] = np.array([0, 1, 1]).reshape(1, 3, 1, 1)  # integers
COLOUR = st.integers(1, 6).flatmap(lambda side: arrays(float, (2, 3, side, 2), elements=st.floats(0, 1)))


@pytest.mark.parametrize("name", LIT)
def test_twins_of_colour(name):
    x = LIT[name]
    loose = TOLERANCE.get(x.dtype, 1e-10)
    more = {"rtol": loose, "atol": loose * 1e-2}
    for factor in (0, 0.3, 1, rng.uniform(0, 4, len(x))):
        for change in ("adjust_brightness", "adjust_contrast", "adjust_saturation"):
            if x.shape[1] == 3 or change != "adjust_saturation":
                y = assert_twins_agree(f"augmentation.{change}", x, factor, **more)
                assert y.dtype == (x.dtype if x.dtype.kind == "f" else np.float64)
                assert y.min() >= 0 and y.max() <= 1
    if x.shape[1] == 3:
        assert assert_twins_agree("augmentation.rgb_to_grayscale", x, **more).shape == (len(x), 1, *x.shape[2:])


@pytest.mark.parametrize("name", BATCHES)
def test_twins_of_noise(name):
    x = BATCHES[name]
    draw, sigma = rng.normal(size=x.shape), rng.uniform(0, 2, len(x))
    loose = TOLERANCE.get(x.dtype, 1e-10)
    for noise in (draw, draw.astype(np.float32)):
        noisy = assert_twins_agree("augmentation.gaussian_noise", x, noise, sigma, clip=False, rtol=loose, atol=loose)
        assert noisy.dtype == (x.dtype if x.dtype.kind == "f" else np.float64)
    if name in LIT:
        noisy = assert_twins_agree("augmentation.gaussian_noise", x, draw, rtol=loose, atol=loose)
        assert noisy.min() >= 0 and noisy.max() <= 1


@pytest.mark.parametrize("factor", [0.0, 0.4, 1.0, 1.7, 3.0])
def test_pillow_changes_colours_alike(factor):
    """Pillow rounds to bytes, its greys and mean grey, too: two grey levels are the most that this may add, times f."""
    x = np.random.default_rng(2).integers(0, 256, (1, 3, 9, 8), dtype=np.uint8)
    photo = Image.fromarray(np.ascontiguousarray(x[0].transpose(1, 2, 0)))
    grey = augmentation.rgb_to_grayscale(x / 255)[0, 0] * 255
    np.testing.assert_allclose(np.asarray(photo.convert("L")), grey, atol=1)
    theirs = {
        "brightness": ImageEnhance.Brightness,
        "contrast": ImageEnhance.Contrast,
        "saturation": ImageEnhance.Color,
    }
    for name, enhance in theirs.items():
        ours = getattr(augmentation, f"adjust_{name}")(x / 255, factor)[0].transpose(1, 2, 0) * 255
        np.testing.assert_allclose(np.asarray(enhance(photo).enhance(factor)), ours, atol=1 + abs(1 - factor))


@given(COLOUR, st.floats(0, 1), st.floats(0, 1))
def test_less_light_is_linear_and_goes_step_by_step(x, a, b):
    brightness, other = augmentation.adjust_brightness, x[::-1]
    half = brightness(x, a) / 2 + brightness(other, a) / 2
    np.testing.assert_allclose(brightness(x / 2 + other / 2, a), half, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(brightness(brightness(x, a), b), brightness(x, a * b), rtol=1e-12, atol=1e-15)


@given(COLOUR, st.floats(0, 3))
def test_what_a_change_of_colour_keeps(x, factor):
    for change in (augmentation.adjust_brightness, augmentation.adjust_contrast, augmentation.adjust_saturation):
        np.testing.assert_allclose(change(x, 1), x, atol=1e-15)  # factor 1 is nothing
    gray = augmentation.rgb_to_grayscale(x)
    np.testing.assert_allclose(augmentation.adjust_saturation(x, 0), np.repeat(gray, 3, axis=1), atol=1e-15)
    flat = np.repeat(gray, 3, axis=1)
    np.testing.assert_allclose(augmentation.adjust_saturation(flat, factor), flat, atol=1e-14)  # grey stays grey
    less = min(factor, 1)  # where nothing is clipped
    mean = lambda x: augmentation.rgb_to_grayscale(x).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(mean(augmentation.adjust_contrast(x, less)), mean(x), atol=1e-14)
    np.testing.assert_allclose(augmentation.rgb_to_grayscale(augmentation.adjust_saturation(x, less)), gray, atol=1e-14)
    spread = np.ptp(augmentation.adjust_contrast(x, less), axis=(1, 2, 3))
    np.testing.assert_allclose(spread, less * np.ptp(x, axis=(1, 2, 3)), atol=1e-14)


def test_noise_has_the_mean_and_the_spread_that_it_says():
    x = np.full((2, 1, 200, 200), 0.5)
    noisy = augmentation.gaussian_noise(x, rng.normal(size=x.shape), sigma=[0.0, 0.1])
    np.testing.assert_array_equal(noisy[0], x[0])
    assert noisy[1].mean() == pytest.approx(0.5, abs=0.0025)  # five standard deviations of a mean of 40,000
    assert noisy[1].std() == pytest.approx(0.1, rel=0.02)


# ─── Cut and mix ────────────────────────────────────────────────────────────────────────────────────────────


def mixing_draws(x, seed=0):
    rng = np.random.default_rng(seed)
    return rng.permutation(len(x)), rng.beta(1, 1, len(x))


def box_draws(x, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, size, len(x)) for size in x.shape[2:]]


@pytest.mark.parametrize("name", BATCHES)
def test_twins_that_cut_and_mix(name):
    x, (H, W) = BATCHES[name], BATCHES[name].shape[2:]
    dtype = x.dtype if x.dtype.kind == "f" else np.float64
    loose = TOLERANCE.get(x.dtype, 1e-10)
    more = {"rtol": loose, "atol": loose * np.abs(x.astype(float)).max()}
    partner, lam = mixing_draws(x)
    classes = np.arange(len(x)) % 3
    for size in (0, 1, min(H, 3)):
        for fill in (0.0, 0.5):
            args = (*box_draws(x), size, min(W, 2), fill)
            assert assert_twins_agree("augmentation.cutout", x, *args, rtol=0).dtype == dtype
    for y, K in ((classes, 3), (np.eye(4)[classes], None), (np.eye(3, dtype=np.int64)[classes], 3)):
        for share in (lam, lam.astype(np.float32), 0, 1, 0.3):
            for mix, args in (("mixup", ()), ("cutmix", box_draws(x))):
                images, labels = assert_twins_agree(f"augmentation.{mix}", x, y, partner, share, *args, K, **more)
                assert images.shape == x.shape and labels.shape == (len(x), K or 4)
                assert images.dtype == labels.dtype == dtype


def test_a_box_is_where_it_is_said_to_be():
    x = np.ones((3, 2, 5, 6))
    y = augmentation.cutout(x, [2, 0, 4], [2, 0, 5], 3, 2, fill=0.25)
    expected = x.copy()
    expected[0, :, 1:4, 1:3] = 0.25
    expected[1, :, :2, :1] = 0.25  # the border cuts it
    expected[2, :, 3:, 4:] = 0.25
    np.testing.assert_array_equal(y, expected)
    assert (augmentation.cutout(x, 2, 3, 5, 6) == 0).all()


@given(IMAGES, st.integers(0, 99))
def test_mixup_mixes_image_and_label_by_the_same_share(x, seed):
    y, (partner, lam) = np.arange(len(x)), mixing_draws(x, seed)
    images, labels = augmentation.mixup(x, y, partner, lam, num_classes=len(x))
    for i in range(len(x)):
        np.testing.assert_allclose(images[i], lam[i] * x[i] + (1 - lam[i]) * x[partner[i]], atol=1e-15)
        expected = np.zeros(len(x))
        expected[i] += lam[i]
        expected[partner[i]] += 1 - lam[i]
        np.testing.assert_allclose(labels[i], expected, atol=1e-15)
    whole, one_hot = augmentation.mixup(x, y, partner, 1, num_classes=len(x))
    np.testing.assert_array_equal(whole, x)
    np.testing.assert_array_equal(one_hot, np.eye(len(x)))


@given(IMAGES, st.integers(0, 99), st.floats(0, 1))
def test_cutmix_labels_by_the_area_that_came_out(x, seed, lam):
    N, _, H, W = x.shape
    x = x * 0 + np.arange(N)[:, None, None, None]  # each image shows its own number
    partner = (np.arange(N) + 1) % N
    row, column = box_draws(x, seed)
    images, labels = augmentation.cutmix(x, np.arange(N), partner, lam, row, column, num_classes=N)
    height, width = int(H * np.sqrt(1 - lam)), int(W * np.sqrt(1 - lam))
    for i in range(N):
        top, left = row[i] - height // 2, column[i] - width // 2
        inside = np.zeros((H, W), bool)
        inside[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)] = True
        np.testing.assert_array_equal(images[i], np.broadcast_to(np.where(inside, partner[i], i), x[i].shape))
        assert N == 1 or labels[i, i] == pytest.approx((images[i] == i).mean(), abs=1e-12)
    np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-12)


@given(IMAGES, st.integers(0, 99))
def test_mixed_labels_stay_shares(x, seed):
    (partner, lam), shares = mixing_draws(x, seed), np.random.default_rng(seed).dirichlet([0.3] * 4, len(x))
    for mix, args in ((augmentation.mixup, ()), (augmentation.cutmix, box_draws(x, seed))):
        labels = mix(x, shares, partner, lam, *args)[1]
        assert labels.min() >= 0
        np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-12)


def test_a_box_in_the_middle_has_the_share_that_was_drawn():
    x = rng.random((2, 3, 8, 12))
    images, labels = augmentation.cutmix(x, [0, 1], [1, 0], [0.75, 0.0], 4, 6, num_classes=2)
    assert labels.tolist() == [[0.75, 0.25], [1.0, 0.0]]  # of the second, all is the first now
    np.testing.assert_array_equal(images[1], x[0])
    labels = augmentation.cutmix(x, [0, 1], [1, 0], 0.75, 0, 0, num_classes=2)[1]
    assert labels[0].tolist() == [1 - 2 * 3 / 96, 2 * 3 / 96]  # in a corner a quarter of the box is left


# ─── Gradients ──────────────────────────────────────────────────────────────────────────────────────────────

LINEAR = [
    ("horizontal_flip", ([0.2, 0.7], 0.5)),
    ("vertical_flip", ([0.2, 0.7], 0.5)),
    ("crop", ([0, 1], [2, 0], 2, 3, 1)),
    ("bilinear", (np.array([[[0.25, 1.5], [-0.5, 2.0]]] * 2), np.array([[[0.0, 3.25], [1.5, 2.5]]] * 2))),
    ("affine", ([[0.9, 0.3, 0.25], [-0.2, 1.1, -0.5]],)),
    ("rotate", ([20.0, -100.0],)),
    ("translate", ([0.5, -1.25], 0.75)),
    ("zoom", ([0.6, 1.7],)),
    ("adjust_brightness", ([0.3, 0.9],)),
    ("rgb_to_grayscale", ()),
    ("adjust_contrast", ([0.3, 0.9],)),
    ("adjust_saturation", ([0.3, 0.9],)),
    ("cutout", ([0, 2], [1, 3], 2, 3)),
    ("mixup", ([0, 1], [1, 0], [0.3, 0.8], 2)),
    ("cutmix", ([0, 1], [1, 0], [0.3, 0.8], [0, 2], [1, 3], 2)),
]


@pytest.mark.parametrize(("name", "args"), LINEAR)
def test_autograd_finds_what_each_pixel_adds(name, args):
    """A linear map's slope along a pixel is its answer to the image that has this pixel alone."""
    x = rng.random((2, 3, 3, 4))
    new = lambda room, x: getattr(room, name)(x, *args)
    first = lambda answer: answer[0] if isinstance(answer, tuple) else answer  # beside labels
    upstream = rng.normal(size=first(new(augmentation, x)).shape)
    units = np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(upstream * first(new(augmentation, unit))).sum() for unit in units]
    leaf = torch.tensor(x, requires_grad=True)
    (first(new(dlbook.pytorch.augmentation, leaf)) * torch.tensor(upstream)).sum().backward()
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
    ("rotate", (X, [0, 1, 2]), "angle must hold one number an image: got shape (3,), need shape (2,) or ()"),
    ("rotate", (X, np.inf), "angle must be finite: got inf at position 0, need finite numbers"),
    ("rotate", (X, 90, np.nan), "fill must be a number: got nan, need -1e+06 to 1e+06"),
    ("translate", (HOLE, 0, 0), "x must be finite: got nan at position 2, need finite numbers"),
    ("translate", (X, [0, 1e7], 0), "tx must be a number: got 10000000.0 at position 1, need -1e+06 to 1e+06"),
    ("translate", (X, 0, [0]), "ty must hold one number an image: got shape (1,), need shape (2,) or ()"),
    ("zoom", (X, [1, 0]), "scale must be a number: got 0.0 at position 1, need 1e-06 to 1e+06"),
    ("zoom", (X[0], 1), "x must be a batch of images: got shape (3, 4, 5), need shape (N, C, H, W)"),
    ("affine", (X, np.eye(3)), "theta must map places: got shape (3, 3), need shape (2, 3) or (2, 2, 3)"),
    ("affine", (X, np.zeros((3, 2, 3))), "theta must map places: got shape (3, 2, 3), need shape (2, 3) or (2, 2, 3)"),
    ("affine", (X, 1e7 * np.ones((2, 3))), "theta must map places: got 1e+07 in it, need numbers up to 1e+06"),
    ("affine", (X, np.nan * np.ones((2, 3))), "theta must be finite: got nan at position 0, need finite numbers"),
    (
        "affine_matrix",
        ([1, 2], [1, 2, 3]),
        "angle must hold one number an image: got shape (2,), need shape (3,) or ()",
    ),
    ("affine_matrix", (0, 0, 0, -1), "scale must be a number: got -1.0 at position 0, need 1e-06 to 1e+06"),
    (
        "bilinear",
        (X, np.zeros((2, 3)), 0),
        "i must hold places in each image: got shape (2, 3), need shape (2, H′, W′)",
    ),
    (
        "bilinear",
        (X, np.zeros((2, 3, 1)), np.zeros((2, 1, 3))),
        "j must have the shape of i: got shape (2, 1, 3), need",
    ),
    (
        "bilinear",
        (X, np.full((2, 1, 1), np.inf), np.zeros((2, 1, 1))),
        "i must be finite: got inf at position 0, need ",
    ),
    ("adjust_brightness", (X, -0.5), "factor must be a number: got -0.5 at position 0, need 0 to 1e+06"),
    ("adjust_brightness", (2 * X, 1), "x must hold light: got 2, need 0 (black) to 1 (full): divide bytes by 255"),
    ("adjust_contrast", (X - 1, 1), "x must hold light: got -1, need 0 (black) to 1 (full)"),
    ("adjust_contrast", (X[:, :2], 1), "x must have the channels of a colour: got 2, need 1 (grey) or 3 (red, green"),
    ("adjust_saturation", (X[:, :1], 1), "x must have the channels of a colour: got 1, need 3 (red, green, blue)"),
    ("rgb_to_grayscale", (X[:, :1],), "x must have the channels of a colour: got 1, need 3 (red, green, blue)"),
    ("adjust_saturation", (HOLE, 1), "x must be finite: got nan at position 2, need finite numbers"),
    (
        "gaussian_noise",
        (X, X[:1]),
        "draw must fit the other arguments: got shape (1, 3, 4, 5), need shape (2, 3, 4, 5)",
    ),
    ("gaussian_noise", (X, HOLE), "draw must be finite: got nan at position 2, need finite numbers"),
    ("gaussian_noise", (X, X, [0.1, -1]), "sigma must be a number: got -1.0 at position 1, need 0 to 1e+06"),
    ("gaussian_noise", (3 * X, X), "x must hold light: got 3, need 0 (black) to 1 (full)"),
    ("cutout", (X, 4, 0, 2, 2), "row must be a whole number: got 4 at position 0, need 0 to 3"),
    ("cutout", (X, 0, [0, 5], 2, 2), "column must be a whole number: got 5 at position 1, need 0 to 4"),
    ("cutout", (X, 0, 0, 5, 2), "height must be a whole number: got 5 at position 0, need 0 to 4"),
    ("cutout", (X, 0, 0, 2, -1), "width must be a whole number: got -1 at position 0, need 0 to 5"),
    ("mixup", (X, [0, 1], [1, 0], 1.5, 2), "lam must be a number: got 1.5 at position 0, need 0 to 1"),
    ("mixup", (X, [0, 1], [1, 0], np.nan, 2), "lam must be finite: got nan at position 0, need finite numbers"),
    ("mixup", (X, [0, 1], [1, 2], 0.5, 2), "partner must be a whole number: got 2 at position 1, need 0 to 1"),
    ("mixup", (X, [0, 1], [1, 0], 0.5), "num_classes must be given: got None, need how many classes there are"),
    ("mixup", (X, [0, 2], [1, 0], 0.5, 2), "y must be a whole number: got 2 at position 1, need 0 to 1"),
    ("mixup", (X, [0, 1, 1], [1, 0], 0.5, 2), "y must label each image: got shape (3,), need shape (2,) or (2, K)"),
    ("mixup", (X, [0, 1], [1, 0], 0.5, 0), "num_classes must be a whole number: got 0, need 1 or more"),
    (
        "mixup",
        (X, [[0, 1], [1, 0]], [1, 0], 0.5, 3),
        "y must have a column a class: got shape (2, 2), need shape (2, 3)",
    ),
    (
        "cutmix",
        (X, [[0.5, 0.25], [1.0, 0.0]], [1, 0], 0.5, 0, 0),
        "y must have rows that sum to one: got a sum that is off by",
    ),
    ("cutmix", (X, [[1.5, -0.5], [1.0, 0.0]], [1, 0], 0.5, 0, 0), "y must hold shares: got -0.5, need 0 to 1"),
    (
        "cutmix",
        (X, [0, 1], [1], 0.5, 0, 0, 2),
        "partner must hold one number an image: got shape (1,), need shape (2,) or",
    ),
    ("cutmix", (X, [0, 1], [1, 0], 0.5, 9, 0, 2), "row must be a whole number: got 9 at position 0, need 0 to 3"),
    ("crop", (np.ma.masked_less(X, 0.5), 0, 0, 2, 2), "x must have no masked values: got "),
]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "message"), BAD, ids=[f"{name}{i}" for i, (name, *_) in enumerate(BAD)])
def test_bad_input_is_named(room, name, args, message):
    make = np.asarray if room == "scratch" else torch.tensor
    args = [make(arg) if isinstance(arg, (list, np.ndarray)) and not np.ma.is_masked(arg) else arg for arg in args]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).augmentation, name)(*args)
