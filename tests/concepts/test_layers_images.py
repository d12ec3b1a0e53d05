"""Layers on images: the twins agree, torch and SciPy agree, the laws hold, bad input is named."""

import itertools
import re
import warnings

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
import torch
from hypothesis import given
from hypothesis import strategies as st
from twins import assert_same, assert_twins_agree, resolve

import dlbook
from dlbook.scratch import gradcheck, layers, losses, models

rng = np.random.default_rng(0)
X = np.random.default_rng(1).normal(size=(2, 4, 9, 8))
ALIKE = np.random.default_rng(2).integers(0, 2, X.shape)  # integers, and many that are equal
HOLES = np.where(np.random.default_rng(3).random(X.shape) < 0.2, np.nan, ALIKE)
HARD = np.array([[1000.0, -1000, 0, 0, 1e-12, 7], [1, 1, 1, -1, 0, 7], [1000, 3, 3, 2, 2, -0.0], [0, 0, 0, 5, 4, 5]])
HARD = HARD[None, None].repeat(2, axis=1)


def both_ways(name, *args, atol=1e-13, **options):
    """The twins of a layer and of its backward pass, for a random upstream."""
    y = assert_twins_agree(f"layers.{name}", *args, **options, atol=atol)
    upstream = rng.normal(size=y.shape).astype(y.dtype)
    return y, assert_twins_agree(f"layers.{name}_backward", upstream, *args, **options, atol=10 * atol)


# ── Convolution ──

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
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    both_ways("conv2d", X, weight, **options, groups=groups)
    y, grads = both_ways("conv2d", X, weight, bias, **options, groups=groups)
    upstream = rng.normal(size=y.shape)
    x_grad, weight_grad, _ = layers.conv2d_backward(upstream, X, weight, bias, **options, groups=groups)
    each = {"conv2d_x_grad": ((9, 8), weight), "conv2d_weight_grad": (X, kernel)}
    for (name, args), expected in zip(each.items(), (x_grad, weight_grad), strict=True):
        ours = assert_twins_agree(f"layers.{name}", upstream, *args, **options, groups=groups, atol=1e-12)
        np.testing.assert_array_equal(ours, expected)
    patches = assert_twins_agree("layers.windows", X, kernel, **options)
    assert_twins_agree("layers.fold", rng.normal(size=patches.shape), (9, 8), **options, atol=1e-14)


@pytest.mark.parametrize("kernel", [(2, 4), (3, 3), (1, 2)])
def test_the_words_for_padding_are_those_of_torch(kernel):
    weight, F = rng.normal(size=(3, 4, *kernel)), torch.nn.functional
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Using padding='same' with even kernel lengths")
        for padding in ("same", "valid"):
            theirs = F.conv2d(torch.from_numpy(X), torch.from_numpy(weight), padding=padding, dilation=(2, 1))
            assert_same(layers.conv2d(X, weight, padding=padding, dilation=(2, 1)), theirs, atol=1e-13)


TRANSPOSED = [  # kernel, stride, padding, output_padding, groups, dilation
    ((3, 3), 2, 1, 1, 1, 1),
    ((2, 3), 1, 0, 0, 2, 1),
    ((4, 2), (2, 3), (1, 0), (0, 2), 1, 1),
    ((3, 1), 1, 2, (2, 0), 4, 3),
    ((1, 1), (3, 2), (1, 3), 1, 2, 1),
    ((2, 2), 5, 0, 4, 1, (2, 1)),
]


@pytest.mark.parametrize(("kernel", "stride", "padding", "output_padding", "groups", "dilation"), TRANSPOSED)
def test_transposed_convolution_twins(kernel, stride, padding, output_padding, groups, dilation):
    weight, bias = rng.normal(size=(4, 8 // groups, *kernel)), rng.normal(size=8)
    for b in (None, bias):
        both_ways("conv_transpose2d", X, weight, b, stride, padding, output_padding, groups, dilation)


@pytest.mark.parametrize("options", [{}, {"stride": (2,), "padding": 3, "dilation": 2}, {"padding": "same"}])
def test_one_dimension_is_a_height_of_one(options):
    x, weight, bias = X[0], rng.normal(size=(6, 9 // 3, 4)), rng.normal(size=6)
    x = x.transpose(1, 0, 2)[None, :, 0]  # (1, 9, 8), no neighbours in memory
    both_ways("conv1d", x, weight, bias, **options, groups=3)
    both_ways("conv1d", x, weight, **options, groups=3)


# ── Pooling ──

POOLS = [  # kernel, stride, padding, dilation, ceil_mode
    (2, None, 0, 1, False),
    ((3, 2), 2, 1, 1, True),
    (3, 2, 0, 1, True),
    (3, 1, 1, 2, False),
    (1, 2, 0, 1, True),
    ((2, 3), (3, 1), (1, 0), (2, 1), True),
    ((9, 8), None, 0, 1, False),
    ((11, 2), 3, 0, 1, True),
    (2, 5, 1, 1, True),
]


@pytest.mark.parametrize(("kernel", "stride", "padding", "dilation", "ceil_mode"), POOLS)
def test_pooling_twins(kernel, stride, padding, dilation, ceil_mode):
    options = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    for x in (X, ALIKE, HOLES, np.full((1, 1, 9, 8), -np.inf)):
        both_ways("max_pool2d", x, kernel, dilation=dilation, **options)
    for count in ({}, {"count_include_pad": False}, {"divisor_override": 3}, {"divisor_override": -2}):
        both_ways("avg_pool2d", X, kernel, **options, **count)


@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1, "ceil_mode": True}, {"stride": (1,)}])
def test_pooling_twins_in_one_dimension(options):
    for x in (X[0], ALIKE[0], HOLES[0]):
        both_ways("max_pool1d", x, 3, **options)
    both_ways("avg_pool1d", X[0], 3, **options)
    both_ways("avg_pool1d", X[0], (3,), **options, count_include_pad=False)
    both_ways("max_pool1d", X[0], 3, dilation=2)


@pytest.mark.parametrize("size", [1, (9, 8), (3, 2), (None, 4), (11, 13), 5])
def test_adaptive_pooling_twins(size):
    both_ways("adaptive_avg_pool2d", X, size)


def test_global_pooling_is_one_mean_a_channel():
    y, _ = both_ways("global_avg_pool2d", X)
    np.testing.assert_allclose(y, layers.adaptive_avg_pool2d(X, 1)[:, :, 0, 0], rtol=1e-13)
    np.testing.assert_allclose(y, layers.avg_pool2d(X, (9, 8))[:, :, 0, 0], rtol=1e-13)


@pytest.mark.parametrize("options", [{"scale_factor": 2}, {"scale_factor": (1, 3)}, {"size": (18, 8)}, {"size": 72}])
def test_upsampling_twins(options):
    y, _ = both_ways("interpolate", X, **options)
    factors = np.array(y.shape[2:]) // (9, 8)
    np.testing.assert_array_equal(y, scipy.ndimage.zoom(X, (1, 1, *factors), order=0, grid_mode=True, mode="nearest"))


@pytest.mark.parametrize("dims", [(), (1,), (2, 3), (-2, -1), (1, 1)])
def test_flatten_twins(dims):
    both_ways("flatten", X, *dims)


# ── By hand, against SciPy, against differences ──


def test_by_hand():
    x, upstream = np.arange(9.0).reshape(1, 1, 3, 3), np.array([[[[1.0, 2], [3, 4]]]])
    weight = [[[[1, 2], [3, 4]]]]
    assert layers.conv2d(x, weight, [10]).tolist() == [[[[37, 47], [67, 77]]]]  # 0·1 + 1·2 + 3·3 + 4·4 + 10 = 37
    x_grad, weight_grad, bias_grad = layers.conv2d_backward(upstream, x, weight, [10])
    assert x_grad.tolist() == [[[[1, 4, 4], [6, 20, 16], [9, 24, 16]]]]
    assert weight_grad.tolist() == [[[[27, 37], [57, 67]]]] and bias_grad.tolist() == [10]
    assert layers.conv_transpose2d(upstream, weight).tolist() == x_grad.tolist()
    assert layers.max_pool2d(x, 2, 1).tolist() == [[[[4, 5], [7, 8]]]]
    assert layers.max_pool2d_backward(upstream, x, 2, 1).tolist() == [[[[0, 0, 0], [0, 1, 2], [0, 3, 4]]]]
    assert layers.avg_pool2d(x, 2, 1).tolist() == [[[[2, 3], [5, 6]]]]
    assert layers.avg_pool2d_backward(4 * upstream, x, 2, 1).tolist() == [[[[1, 3, 2], [4, 10, 6], [3, 7, 4]]]]
    assert layers.interpolate(upstream, scale_factor=(1, 2)).tolist() == [[[[1, 1, 2, 2], [3, 3, 4, 4]]]]


def test_the_first_of_equals_takes_the_gradient_and_the_last_nan():
    assert layers.max_pool2d_backward([[[[6]]]], np.ones((1, 1, 2, 2)), 2).tolist() == [[[[6, 0], [0, 0]]]]
    x = [[[[1, np.nan], [np.nan, 3]]]]
    assert np.isnan(layers.max_pool2d(x, 2)).all()
    assert layers.max_pool2d_backward([[[[6]]]], x, 2).tolist() == [[[[0, 0], [6, 0]]]]


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
def test_a_convolution_is_scipys_correlation_summed_over_channels(mode):
    weight = rng.normal(size=(3, 4, 5, 3))
    padding = {"valid": "valid", "same": "same", "full": (4, 2)}[mode]
    for image, z in zip(X, layers.conv2d(X, weight, padding=padding), strict=True):
        each = [[scipy.signal.correlate2d(c, k, mode) for c, k in zip(image, w, strict=True)] for w in weight]
        np.testing.assert_allclose(z, np.sum(each, axis=1), atol=1e-12)


def test_the_gradient_of_the_input_is_a_full_convolution_with_the_kernel_flipped():
    upstream, kernel = rng.normal(size=(7, 6)), rng.normal(size=(3, 3))
    x_grad = layers.conv2d_x_grad(upstream[None, None], (9, 8), kernel[None, None])
    np.testing.assert_allclose(x_grad[0, 0], scipy.signal.convolve2d(upstream, kernel), atol=1e-12)


def test_pools_against_scipys_filters():
    inner = (slice(None), slice(None), slice(1, -1), slice(1, -1))
    np.testing.assert_array_equal(layers.max_pool2d(X, 3, 1), scipy.ndimage.maximum_filter(X, (1, 1, 3, 3))[inner])
    np.testing.assert_allclose(
        layers.avg_pool2d(X, 3, 1), scipy.ndimage.uniform_filter(X, (1, 1, 3, 3))[inner], atol=1e-14
    )


DIFFERENCES = {
    "conv2d": ((2, 4, 5, 6), (6, 2, 2, 3), (6,), {"stride": (1, 2), "padding": 1, "dilation": 2, "groups": 2}),
    "conv_transpose2d": ((2, 4, 3, 2), (4, 3, 2, 3), (6,), {"stride": 2, "output_padding": 1, "groups": 2}),
    "max_pool2d": ((2, 2, 5, 6), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    "avg_pool2d": ((2, 2, 5, 6), {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}),
    "adaptive_avg_pool2d": ((2, 2, 5, 6), {"output_size": (2, 4)}),
    "global_avg_pool2d": ((2, 2, 5, 6), {}),
    "interpolate": ((2, 2, 3, 2), {"scale_factor": (2, 3)}),
    "flatten": ((2, 2, 3, 2), {"start_dim": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENCES)
def test_backward_against_differences(name):
    *shapes, options = DIFFERENCES[name]
    f, inputs = getattr(layers, name), [rng.normal(size=shape) for shape in shapes]
    upstream = rng.normal(size=f(*inputs, **options).shape)
    grads = getattr(layers, f"{name}_backward")(upstream, *inputs, **options)
    for k, grad in enumerate(grads if isinstance(grads, tuple) else (grads,)):
        loss = lambda v, k=k: (upstream * f(*inputs[:k], v, *inputs[k + 1 :], **options)).sum()
        assert gradcheck(loss, lambda _, grad=grad: grad, inputs[k]) < 1e-7


# ── Laws ──

NUMBERS = {"stride": st.integers(1, 3), "padding": st.integers(0, 2), "dilation": st.integers(1, 2)}
SETTINGS = st.fixed_dictionaries(NUMBERS | {"groups": st.sampled_from([1, 2])})
KERNELS, SEEDS = st.tuples(st.integers(1, 3), st.integers(1, 4)), st.integers(0, 99)


def drawn(seed, kernel, groups):
    draw = np.random.default_rng(seed)
    return draw, draw.normal(size=(2, 4, 9, 8)), draw.normal(size=(6, 4 // groups, *kernel))


@given(SEEDS, KERNELS, SETTINGS)
def test_a_convolution_is_linear_and_its_backward_pass_its_adjoint(seed, kernel, options):
    draw, x, weight = drawn(seed, kernel, options["groups"])
    other, a = draw.normal(size=x.shape), draw.normal()
    f = lambda x, weight=weight: layers.conv2d(x, weight, **options)
    np.testing.assert_allclose(f(a * x + other), a * f(x) + f(other), atol=1e-11)
    np.testing.assert_allclose(f(x, a * weight), a * f(x), atol=1e-11)
    u = draw.normal(size=f(x).shape)
    x_grad, weight_grad = layers.conv2d_backward(u, x, weight, **options)
    for back, v in ((x_grad, x), (weight_grad, weight)):
        assert np.vdot(u, f(x)) == pytest.approx(np.vdot(back, v), rel=1e-9, abs=1e-9)
    del options["groups"]
    P = layers.windows(x, kernel, **options)
    u = draw.normal(size=P.shape)
    assert np.vdot(u, P) == pytest.approx(np.vdot(layers.fold(u, (9, 8), **options), x), rel=1e-9, abs=1e-9)


@given(SEEDS, KERNELS, st.integers(1, 2), st.integers(-3, 3), st.integers(-3, 3))
def test_inside_the_border_a_shifted_image_gives_a_shifted_map(seed, kernel, dilation, down, right):
    _, x, weight = drawn(seed, kernel, 1)
    x = np.pad(x, [(0, 0), (0, 0), (6, 6), (6, 6)])
    maps = [layers.conv2d(image, weight, dilation=dilation) for image in (x, np.roll(x, (down, right), axis=(2, 3)))]
    inside = (slice(None), slice(None), slice(3, -3), slice(3, -3))
    np.testing.assert_allclose(np.roll(maps[0], (down, right), axis=(2, 3))[inside], maps[1][inside], atol=1e-12)


@given(SEEDS, st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_pools_hand_on_what_they_are_given(seed, kernel, stride, ceil_mode):
    """Max pooling keeps order and commutes with what grows; both pools hand all of u back, none of it twice."""
    draw, x, _ = drawn(seed, (1, 1), 1)
    options = {"kernel_size": kernel, "stride": stride, "ceil_mode": ceil_mode}
    y = layers.max_pool2d(x, **options)
    np.testing.assert_array_equal(layers.max_pool2d(np.exp(x), **options), np.exp(y))
    assert (layers.avg_pool2d(x, **options) <= y + 1e-12).all()
    u = draw.normal(size=y.shape)
    for back in (layers.max_pool2d_backward, layers.avg_pool2d_backward):
        np.testing.assert_allclose(back(u, x, **options).sum(axis=(2, 3)), u.sum(axis=(2, 3)), atol=1e-11)


@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(0, 2), st.integers(1, 3), st.booleans())
def test_the_output_size_is_that_of_the_layers(size, kernel, stride, padding, dilation, ceil_mode):
    padding = min(padding, kernel // 2)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    x = np.zeros((1, 1, size, size))
    try:
        y = layers.max_pool2d(x, kernel, **options, ceil_mode=ceil_mode)
    except ValueError:
        with pytest.raises(ValueError, match="^kernel_size must fit into the padded image"):
            layers.output_size(size, kernel, **options, ceil_mode=ceil_mode)
    else:
        assert layers.output_size(size, kernel, **options, ceil_mode=ceil_mode) == y.shape[2]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2)), max_size=4))
def test_the_receptive_field_is_where_a_unit_gets_its_gradient_from(rows):
    """Ones for weights: no path can cancel another. A kernel of 1 with a stride leaves holes, so ends are counted."""
    kernels, strides, dilations = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    r = layers.receptive_field(kernels, strides, dilations)
    signals = [np.ones((1, 1, r))]
    for k, s, d in rows:
        signals.append(layers.conv1d(signals[-1], np.ones((1, 1, k)), stride=s, dilation=d))
    assert signals[-1].shape == (1, 1, 1), "one pixel less and there is no unit"
    grad = signals[-1]
    for x, (k, s, d) in zip(signals[-2::-1], reversed(rows), strict=True):
        grad, _ = layers.conv1d_backward(grad, x, np.ones((1, 1, k)), stride=s, dilation=d)
    assert grad[0, 0, 0] > 0 and grad[0, 0, -1] > 0


def test_sizes_are_those_that_torch_finds():
    theirs = dlbook.pytorch.layers.output_size
    for case in itertools.product((1, 5, 6, 11), (1, 2, 3, 5), (1, 2, 3), (0, 1), (1, 2), (False, True)):
        try:
            ours = layers.output_size(*case)
        except ValueError as error:
            with pytest.raises(ValueError, match=f"^{re.escape(str(error))}$"):
                theirs(*case)
        else:
            assert ours == theirs(*case)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
def test_the_receptive_fields_of_known_nets(room):
    receptive_field, vgg = getattr(dlbook, room).layers.receptive_field, [3, 3, 2] * 2 + [3, 3, 3, 2] * 3
    assert receptive_field([5, 2, 5, 2], [1, 2, 1, 2]) == 16  # LeNet-5
    assert receptive_field(vgg, [2 if k == 2 else 1 for k in vgg]) == 212  # VGG-16
    assert receptive_field([11, 3, 5, 3, 3, 3, 3, 3], [4, 2, 1, 2, 1, 1, 1, 2]) == 195  # AlexNet
    assert receptive_field([], 1) == 1 and receptive_field([3, 3], 1, 2) == 9


# ── Hard numbers, views, narrow dtypes, small batches ──


def test_twins_on_hard_numbers_views_and_integers():
    weight = rng.normal(size=(3, 2, 2, 2))
    both_ways("conv2d", HARD, weight, atol=1e-12)
    both_ways("conv2d", HARD[:, ::-1, ::-1, ::-1], weight[::-1, :, ::-1], rng.normal(size=6)[::2], atol=1e-12)
    both_ways("conv2d", HARD.swapaxes(2, 3), weight.T, padding=1, atol=1e-12)
    both_ways("max_pool2d", HARD[:, ::-1, ::-1, ::-1], 2, 1)
    both_ways("avg_pool2d", HARD[:, :, ::-1], (2, 3), atol=1e-12)
    for name in ("max_pool2d", "avg_pool2d"):
        assert both_ways(name, ALIKE, 2)[0].dtype == np.float64
    assert both_ways("conv2d", ALIKE, np.ones((2, 4, 1, 1), int))[0].dtype == np.float64


def test_what_is_not_finite_spreads_as_far_as_the_kernel_reaches():
    x, weight = X.copy(), rng.normal(size=(2, 4, 3, 3))
    x[0, 1, 4, 4], x[1, 2, 0, 0] = np.nan, np.inf
    y = assert_twins_agree("layers.conv2d", x, weight, atol=1e-13)
    assert np.isnan(y[0, :, 2:5, 2:5]).all() and np.isnan(y[0]).sum() == 2 * 9
    assert np.isinf(y[1, :, 0, 0]).all() and np.isinf(y[1]).sum() == 2
    assert np.isnan(assert_twins_agree("layers.avg_pool2d", x, 3)).sum() == 1


@pytest.mark.parametrize(("dtype", "close"), [(np.float32, 1e-5), (np.float16, 4e-3)])
def test_twins_in_narrow_dtypes(dtype, close):
    x, weight, bias = X.astype(dtype), rng.normal(size=(6, 2, 3, 2)).astype(dtype), rng.normal(size=6).astype(dtype)
    cases = {"conv2d": (weight, bias, 1, 1, 1, 2), "max_pool2d": (3, 2, 1), "avg_pool2d": (3, 2, 1)}
    cases |= {"adaptive_avg_pool2d": (2,), "global_avg_pool2d": (), "interpolate": (None, 2)}
    cases |= {"conv_transpose2d": (rng.normal(size=(4, 3, 2, 2)).astype(dtype), None, 2)}
    for name, args in cases.items():
        y = assert_twins_agree(f"layers.{name}", x, *args, rtol=close, atol=5 * close)
        upstream = rng.normal(size=y.shape).astype(dtype)
        assert_twins_agree(f"layers.{name}_backward", upstream, x, *args, rtol=close, atol=30 * close)
        assert y.dtype == dtype


@pytest.mark.parametrize(("dtype", "N", "close"), [(np.float16, 3000, 1e-3), (np.float32, 10**6, 1e-6)])
def test_a_long_batch_of_tenths_adds_up_in_a_narrow_dtype(dtype, N, close):
    """Image by image in float32 a million of them would be 1 % off."""
    tenths = np.full((N, 2, 1, 1), 0.1, dtype)
    _, weight_grad, bias_grad = layers.conv2d_backward(tenths, tenths, np.ones((2, 2, 1, 1)), np.ones(2))
    tenth = float(tenths[0, 0, 0, 0])
    np.testing.assert_allclose(bias_grad, N * tenth, rtol=close)
    np.testing.assert_allclose(weight_grad.ravel(), N * tenth**2, rtol=close)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 3, 2, 2), (5, 1, 1, 1), (0, 2, 3, 3)])
def test_one_pixel_one_image_and_no_image(shape):
    C = shape[1]
    both_ways("conv2d", rng.normal(size=shape), rng.normal(size=(2, C, 1, 1)), rng.normal(size=2))
    both_ways("conv2d", rng.normal(size=shape), rng.normal(size=(2, C, 3, 3)), padding="same")
    both_ways("conv_transpose2d", rng.normal(size=shape), rng.normal(size=(C, 2, 2, 2)))
    for name, args in (("max_pool2d", (1,)), ("avg_pool2d", (1,)), ("interpolate", (None, 2)), ("flatten", (1,))):
        both_ways(name, rng.normal(size=shape), *args)
    both_ways("adaptive_avg_pool2d", rng.normal(size=shape), 1)
    both_ways("global_avg_pool2d", rng.normal(size=shape))


# ── As objects ──

OBJECTS = [
    ("Conv2d", (4, 6, 3), {}),
    ("Conv2d", (4, 6, (2, 4), 1, "same"), {"bias": False}),
    ("Conv2d", (4, 8, 3, 2, 1, 2, 4), {}),
    ("ConvTranspose2d", (4, 6, 3, 2, 1, 1), {"groups": 2}),
    ("ConvTranspose2d", (4, 6, (1, 2)), {"bias": False}),
    ("MaxPool2d", (3, 2), {"ceil_mode": True}),
    ("MaxPool2d", (2, None, 1, 2), {}),
    ("AvgPool2d", (3, 2, 1, True, False), {}),
    ("AvgPool2d", (2,), {"divisor_override": 3}),
    ("AdaptiveAvgPool2d", ((2, None),), {}),
    ("Upsample", (), {"scale_factor": 2}),
    ("BatchNorm2d", (4,), {}),
    ("BatchNorm2d", (4,), {"momentum": None, "affine": False}),
    ("Flatten", (), {}),
    ("ZeroPad2d", ((0, 1, 2, 3),), {}),
    ("ZeroPad2d", (1,), {}),
    ("Conv1d", (4, 6, 3), {"padding": 1}),
    ("MaxPool1d", (2,), {}),
    ("AvgPool1d", (3, 1, 1), {"count_include_pad": False}),
]


@pytest.mark.parametrize(("name", "arguments", "options"), OBJECTS)
def test_objects_follow_torch_nn_through_training_and_after(name, arguments, options):
    ours = getattr(layers, name)(*arguments, **options)
    theirs = getattr(dlbook.pytorch.layers, name)(*arguments, **options).double()
    assert type(theirs).__module__.startswith("torch.nn")
    theirs.load_state_dict({key: torch.as_tensor(value) for key, value in (ours.params | ours.buffers).items()})
    for training in (True, True, False, True):
        ours.train(training), theirs.train(training)
        x = rng.normal(1, 2, size=(3, 4, 7) if name.endswith("1d") else (3, 4, 7, 6))
        theirs_x = torch.from_numpy(x).requires_grad_()
        y, theirs_y = ours(x), theirs(theirs_x)
        assert_same(y, theirs_y, atol=1e-13)
        upstream = rng.normal(size=y.shape)
        theirs.zero_grad()
        theirs_y.backward(torch.from_numpy(upstream))
        assert_same(ours.backward(upstream), theirs_x.grad, atol=1e-12)
        assert_same(ours.grads, {key: p.grad for key, p in theirs.named_parameters()}, atol=1e-12)
        assert_same(ours.params | ours.buffers, dict(theirs.state_dict()), atol=1e-13)


@pytest.mark.parametrize("name", ["Conv2d", "ConvTranspose2d", "Conv1d"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_new_convolution_is_spread_as_torch_spreads_it(name, dtype):
    torch.manual_seed(0)
    theirs = getattr(torch.nn, name)(40, 60, 5, groups=2)
    ours = getattr(layers, name)(40, 60, 5, groups=2, rng=0, dtype=dtype)
    for key, array in ours.params.items():
        other = theirs.get_parameter(key).detach().numpy()
        assert array.dtype == dtype and array.shape == other.shape
        few = 0.25 if key == "bias" else 0.02  # 60 numbers say less of their spread than 24,000
        assert array.std() == pytest.approx(other.std(), rel=few)
        assert abs(array).max() == pytest.approx(abs(other).max(), rel=few)


def lenet(room):
    """LeNet-5 in small: one of each layer that it needs."""
    L = getattr(dlbook, room).layers
    return resolve(room, "models.sequential")(
        L.Conv2d(1, 4, 5, padding=2), L.BatchNorm2d(4), L.ReLU(), L.MaxPool2d(2),
        L.Conv2d(4, 6, 3, groups=2), L.Tanh(), L.AvgPool2d(2), L.Flatten(), L.Linear(24, 3),
    )  # fmt: skip


def test_a_small_lenet_trains_as_in_torch():
    ours, theirs = lenet("scratch"), lenet("pytorch").double()
    theirs.load_state_dict({name: torch.as_tensor(array) for name, array in ours.state_dict().items()})
    batches = [(rng.normal(size=(6, 1, 12, 12)), rng.integers(0, 3, 6)) for _ in range(3)]
    tensors = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in batches]
    lost = models.fit(ours, batches, epochs=4)
    assert_same(lost, dlbook.pytorch.models.fit(theirs, tensors, epochs=4), atol=1e-11)
    assert_same(ours.state_dict(), dict(theirs.state_dict()), atol=1e-11)
    ours.load_state_dict({name: tensor.numpy() for name, tensor in lenet("pytorch").state_dict().items()})


def test_a_small_lenet_has_the_right_slopes_and_learns():
    # Slopes first: sixty steps carry the last digits of the machine to where a kink may lie within a difference.
    model, y = lenet("scratch"), np.arange(12) % 3
    x = rng.normal(size=(12, 1, 12, 12))
    model.backward(losses.cross_entropy_from_logits_grad(y, model(x)))
    for name, grad in model.gradients().items():
        array = model.parameters()[name]

        def loss(value, array=array):
            before, array[...] = array.copy(), value
            found = losses.cross_entropy_from_logits(y, model(x))
            array[...] = before
            return found

        assert gradcheck(loss, lambda _, grad=grad: grad, array.copy()) < 1e-5, name
    assert models.fit(model, [(x, y)], epochs=60, lr=0.5)[-1] < 0.05


# ── Bad input ──

W = np.ones((6, 4, 3, 3))
U = np.ones((2, 6, 7, 6))
BAD = [
    ("conv2d", (X[0], W), {}, "x must have four dimensions: got shape (4, 9, 8), need shape (N, C, H, W)"),
    ("conv2d", (X, W[0]), {}, "weight must have four dimensions: got shape (4, 3, 3), need"),
    ("conv2d", (X[:, :3], W), {}, "weight must fit the channels of x: got shape (6, 4, 3, 3), need 3 in its second"),
    ("conv2d", (X, W, np.ones(5)), {}, "bias must fit the other arguments: got shape (5,), need shape (6,)"),
    ("conv2d", (X, W), {"groups": 3}, "groups must divide the channels of x: got 3, need a divisor of 4"),
    ("conv2d", (X, W[:5, :2]), {"groups": 2}, "groups must divide the channels of weight: got 2, need a divisor of 5"),
    ("conv2d", (X, W), {"groups": 0}, "groups must be a whole number: got 0, need 1 or more"),
    ("conv2d", (X, W[:0]), {}, "weight must not be empty: got shape (0, 4, 3, 3)"),
    ("conv2d", (X, W), {"stride": 2, "padding": "same"}, 'stride must be 1 for padding="same": got 2 × 2, need 1, or'),
    ("conv2d", (X, W), {"padding": "full"}, "padding must be a known name: got 'full', need one of 'same', 'valid'"),
    ("conv2d", (X, W), {"padding": -1}, "padding must be a whole number: got -1, need 0 or more"),
    ("conv2d", (X, W), {"padding": 0.5}, "padding must be a whole number: got 0.5, need 0 or more"),
    ("conv2d", (X, W), {"stride": (1, 2, 3)}, "stride must be a number or a pair: got (1, 2, 3), need one for both"),
    ("conv2d", (X, W), {"stride": 0}, "stride must be a whole number: got 0, need 1 or more"),
    ("conv2d", (X, W), {"dilation": 0}, "dilation must be a whole number: got 0, need 1 or more"),
    ("conv2d", (X[:, :, :2], W), {}, "weight must fit into the padded image: got 3 × 3, need at most 2 × 8 from its"),
    ("conv2d", (X, W), {"dilation": (5, 1)}, "weight must fit into the padded image: got 3 × 3 with dilation 5 × 1"),
    ("conv2d", (X[:, :, :0], W), {"padding": 3}, "x must hold a pixel: got images of 0 × 8, need 1 × 1 or more"),
    ("conv2d", (X > 0, W), {}, "x must hold numbers: got dtype"),
    ("conv2d_backward", (U[:, :, 1:], X, W), {}, "upstream must fit the other arguments: got shape (2, 6, 6, 6), need"),
    ("conv2d_x_grad", (U, (9, 9), W), {}, "upstream must fit the other arguments: got shape (2, 6, 7, 6), need"),
    ("conv2d_x_grad", (U, 0, W), {}, "size must be a whole number: got 0, need 1 or more"),
    ("conv2d_weight_grad", (U, X, 2), {}, "upstream must fit the other arguments: got shape (2, 6, 7, 6), need"),
    ("conv2d_weight_grad", (U, X, 3), {"groups": 4}, "groups must divide the channels of upstream: got 4"),
    ("conv_transpose2d", (X, W), {}, "weight must fit the channels of x: got shape (6, 4, 3, 3), need 4 in its"),
    ("conv_transpose2d", (X, W[:4]), {"output_padding": 1}, "output_padding must be smaller than stride or dilation"),
    ("conv_transpose2d", (X, W[:4]), {"padding": 5}, "padding must leave a pixel of the output: got 5 × 5, need less"),
    ("conv_transpose2d", (X, W[:4]), {"groups": 3}, "groups must divide the channels of x: got 3, need a divisor of 4"),
    ("conv1d", (X, W), {}, "x must have three dimensions: got shape (2, 4, 9, 8), need shape (N, C, L)"),
    ("conv1d", (X[0], W[0]), {}, "weight must fit the channels of x: got shape"),
    ("conv1d", (X[0], np.ones((2, 9, 9))), {}, "weight must fit into the padded image: got 1 × 9, need at most 1 × 8"),
    ("max_pool2d", (X[0], 2), {}, "x must have four dimensions: got shape (4, 9, 8), need shape (N, C, H, W)"),
    ("max_pool2d", (X, 9), {}, "kernel_size must fit into the padded image: got 9 × 9, need at most 9 × 8 from its"),
    ("max_pool2d", (X, 0), {}, "kernel_size must be a whole number: got 0, need 1 or more"),
    ("max_pool2d", (X, (2, 3)), {"padding": 2}, "padding must be at most half of the kernel: got 2, need 1 or less"),
    ("max_pool2d_backward", (U, X, 2), {}, "upstream must fit the other arguments: got shape (2, 6, 7, 6), need"),
    ("max_pool1d", (X, 2), {}, "x must have three dimensions: got shape (2, 4, 9, 8), need shape (N, C, L)"),
    ("avg_pool2d", (X, 2), {"divisor_override": 0}, "divisor_override must be a whole number: got 0, need any but 0"),
    ("avg_pool2d", (X, 3), {"padding": "same"}, "padding must be a whole number: got 'same', need 0 or more"),
    ("avg_pool2d_backward", (U, X, 3, 1), {}, "upstream must fit the other arguments: got shape (2, 6, 7, 6), need"),
    ("adaptive_avg_pool2d", (X, (0, 1)), {}, "output_size must be a whole number: got 0, need 1 or more"),
    ("adaptive_avg_pool2d", (X, (1, 2, 3)), {}, "output_size must be a number or a pair: got (1, 2, 3), need"),
    ("adaptive_avg_pool2d", (X[:, :, :0], 1), {}, "x must hold a pixel: got images of 0 × 8, need 1 × 1 or more"),
    ("interpolate", (X,), {}, "size or scale_factor must be given: got neither, need one of them"),
    ("interpolate", (X, 18, 2), {}, "size or scale_factor must be given: got both, need one of them"),
    ("interpolate", (X, 20), {}, "size must be a whole multiple of the image's: got 20 × 20, need a multiple of 9 × 8"),
    ("interpolate", (X,), {"scale_factor": 1.5}, "scale_factor must be a whole number: got 1.5, need 1 or more"),
    ("interpolate", (X, None, 2, "cubic"), {}, "mode must be a known name: got 'cubic', need one of 'nearest'"),
    ("flatten", (X, 4), {}, "start_dim must be a whole number: got 4, need -4 to 3"),
    ("flatten", (X, 2, 1), {}, "end_dim must not come before start_dim: got 1, need 2 or later"),
    ("windows", (X, (10, 1)), {}, "kernel_size must fit into the padded image: got 10 × 1, need at most 9 × 8"),
    ("fold", (X, (9, 8)), {}, "patches must have six dimensions: got shape (2, 4, 9, 8), need shape (N, C, KH"),
    ("fold", (np.ones((1, 1, 2, 2, 3, 3)), 5), {}, "patches must fit the other arguments: got shape (1, 1,"),
    ("output_size", (2, 3), {}, "kernel_size must fit into the padded image: got 3 × 1, need at most 2 × 1"),
    ("receptive_field", (3,), {}, "kernel_sizes must hold a number for each layer: got 3, need a list"),
    ("receptive_field", ([3, 3], [1]), {}, "strides must be as long as kernel_sizes: got 1 values, need 2"),
    ("receptive_field", ([3], 0), {}, "strides must be a whole number: got 0, need 1 or more"),
]  # fmt: skip


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "arguments", "options", "message"), BAD)
def test_bad_input_is_named(room, name, arguments, options, message):
    if room == "pytorch":
        arguments = [torch.from_numpy(a.copy()) if isinstance(a, np.ndarray) else a for a in arguments]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).layers, name)(*arguments, **options)


def test_a_batch_norm_of_images_wants_four_dimensions():
    with pytest.raises(ValueError, match=r"^x must fit the layer: got shape \(2, 3\), need shape \(N, 3, H, W\)$"):
        layers.BatchNorm2d(3)(np.ones((2, 3)))


def test_a_layer_that_cannot_be_is_named_at_once():
    with pytest.raises(ValueError, match="^groups must divide the channels of in_channels: got 2, need a divisor of 3"):
        layers.Conv2d(3, 4, 3, groups=2)
    with pytest.raises(ValueError, match="^kernel_size must be a whole number: got 0, need 1 or more"):
        layers.Conv2d(3, 4, 0)


@pytest.mark.parametrize("padding", [(1, 2), (1, 2, 3, -1), 1.5])
def test_padding_that_is_none_for_four_sides_is_named(padding):
    with pytest.raises(ValueError, match="^padding must be a (number or four|whole number): got "):
        layers.ZeroPad2d(padding)
    with pytest.raises(ValueError, match=re.escape("x must have four dimensions: got shape (3, 3)")):
        layers.ZeroPad2d(1)(np.ones((3, 3)))
