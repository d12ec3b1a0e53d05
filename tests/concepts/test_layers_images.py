"""Layers on images: the twins agree, torch and SciPy agree, the laws hold, bad input is named."""

import numpy as np
import pytest
from twins import assert_twins_agree

rng = np.random.default_rng(0)
X = np.random.default_rng(1).normal(size=(2, 4, 9, 8))
HARD = np.array([[1000.0, -1000, 0, 0, 1e-12, 7], [1, 1, 1, -1, 0, 7], [1000, 3, 3, 2, 2, -0.0], [0, 0, 0, 5, 4, 5]])


# ── Convolution: the settings, each against torch ──

CONVOLUTIONS = [  # kernel, stride, padding, dilation, groups
    ((3, 3), 1, 0, 1, 1),
    ((3, 3), 1, "same", 1, 1),
    ((2, 4), 1, "same", (3, 1), 2),
    ((2, 3), 2, "valid", 1, 1),
    ((1, 1), 1, 0, 1, 2),
    ((1, 1), (2, 3), 1, 1, 1),
    ((4, 3), (1, 2), (2, 1), (2, 1), 1),
    ((3, 2), 3, 2, (1, 3), 4),
    ((5, 5), 2, 2, 2, 2),
    ((9, 8), 1, 0, 1, 1),
    ((1, 3), (4, 1), (0, 5), 1, 4),
]


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation", "groups"), CONVOLUTIONS)
def test_convolution_twins(kernel, stride, padding, dilation, groups):
    weight, bias = rng.normal(size=(8, 4 // groups, *kernel)), rng.normal(size=8)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    for b in (bias, None):
        y = assert_twins_agree("layers.conv2d", X, weight, b, **options, atol=1e-13)
        assert_twins_agree("layers.conv2d_backward", rng.normal(size=y.shape), X, weight, b, **options, atol=1e-12)
    del options["groups"]
    patches = assert_twins_agree("layers.windows", X, kernel, **options)
    assert_twins_agree("layers.fold", rng.normal(size=patches.shape), (9, 8), **options, atol=1e-14)


# ── Pooling ──

POOLS = [  # kernel, stride, padding, dilation, ceil_mode
    (2, None, 0, 1, False),
    ((3, 2), 2, 1, 1, True),
    (3, 2, 0, 1, True),
    (3, 1, 1, 2, False),
    (1, 2, 0, 1, True),
    ((2, 3), (3, 1), (1, 0), (2, 1), True),
    ((9, 8), None, 0, 1, False),
    (2, 5, 1, 1, True),
]
ALIKE = np.random.default_rng(2).integers(0, 2, (2, 4, 9, 8))


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation", "ceil_mode"), POOLS)
def test_pooling_twins(kernel, stride, padding, dilation, ceil_mode):
    holes = np.where(np.random.default_rng(3).random(X.shape) < 0.2, np.nan, ALIKE)
    options = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    for x in (X, ALIKE, holes, np.full((1, 1, 9, 8), -np.inf)):
        y = assert_twins_agree("layers.max_pool2d", x, kernel, dilation=dilation, **options)
        upstream = rng.normal(size=y.shape)
        assert_twins_agree("layers.max_pool2d_backward", upstream, x, kernel, dilation=dilation, **options, atol=1e-13)
    for count in ({}, {"count_include_pad": False}, {"divisor_override": 3}, {"divisor_override": -2}):
        y = assert_twins_agree("layers.avg_pool2d", X, kernel, **options, **count, atol=1e-14)
        upstream = rng.normal(size=y.shape)
        assert_twins_agree("layers.avg_pool2d_backward", upstream, X, kernel, **options, **count, atol=1e-13)
