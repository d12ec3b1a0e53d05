"""Looking into a net: the twins agree, the laws hold, finite differences and SciPy agree, bad input is named."""

import inspect
import re

import numpy as np
import pytest
import torch
from scipy import ndimage
from twins import assert_same, assert_twins_agree, resolve, to_torch

import dlbook
from dlbook.scratch import layers, visualization
from dlbook.scratch._watch import named_layers
from dlbook.scratch.models import sequential

rng = np.random.default_rng(0)
X = rng.normal(size=(2, 3, 8, 7))
ROOMS = ["scratch", "pytorch"]
LAYERS = ["stem", "act", "left", "right", "join", "last", "top"]


def network(room):
    """A branch and its end, a pool, a mean over the pixels and a linear layer: 5 classes."""
    L, functional = getattr(dlbook, room).layers, resolve(room, "models.functional")
    return functional(
        [
            ("stem", L.Conv2d(3, 4, 3, padding=1), "x"),
            ("act", L.ReLU(), "stem"),
            ("pool", L.MaxPool2d(2, ceil_mode=True), "act"),  # 4 × 4
            ("left", L.Conv2d(4, 3, 1), "pool"),
            ("right", L.Conv2d(4, 2, 3, padding=1), "pool"),
            ("join", L.Concatenate(), "left", "right"),
            ("top", L.BatchNorm2d(5), "join"),
            ("last", L.ReLU(), "top"),
            ("mean", L.AvgPool2d(4), "last"),
            ("flat", L.Flatten(), "mean"),
            ("fc", L.Linear(5, 5), "flat"),
        ]
    )


@pytest.fixture
def ours():
    """The net with drawn weights; batch norm has statistics of its own."""
    net, rng = network("scratch"), np.random.default_rng(6)
    state = {name: rng.normal(size=array.shape) / 2 for name, array in net.state_dict().items()}
    return net.load_state_dict(state | {"top.running_var": np.full(5, 0.4), "top.num_batches_tracked": np.array(7)})


@pytest.fixture
def torch_too(ours):
    """The same net in both rooms."""
    return {"scratch": ours, "pytorch": alike(network("pytorch"), ours)}


def alike(theirs, ours):
    """The net of torch with the weights of the other."""
    theirs.double().load_state_dict({name: torch.as_tensor(array) for name, array in ours.state_dict().items()})
    return theirs


def twins(nets, name, *args, atol=1e-13, **kwargs):
    """`visualization.<name>` of both rooms: one signature, one answer; the answer of NumPy."""
    ours, theirs = (resolve(room, f"visualization.{name}") for room in nets)
    assert inspect.signature(ours) == inspect.signature(theirs)
    result = ours(nets["scratch"], *args, **kwargs)
    assert_same(result, theirs(nets["pytorch"], *to_torch(args), **to_torch(kwargs)), atol=atol, where=name)
    return result


# ── Twins ──


def test_what_needs_no_model():
    A, w = rng.normal(size=(3, 4, 5, 6)), rng.normal(size=(7, 4))
    for label in (2, np.array([0, 6, 3])):
        M = assert_twins_agree("visualization.cam", A, w, label, atol=1e-14)
        assert_same(M, torch.from_numpy(visualization.cam(A, w[:, :, None, None], label)))
    assert M.shape == (3, 5, 6)
    np.testing.assert_allclose(M[1], sum(w[6, k] * A[1, k] for k in range(4)))
    F = assert_twins_agree("visualization.filters", np.concatenate([A, np.full((1, 4, 5, 6), -3.0)]))
    assert (F[:3].min(axis=(1, 2, 3)) == 0).all() and (F[:3].max(axis=(1, 2, 3)) == 1).all() and (F[3] == 0.5).all()
    np.testing.assert_allclose(F[0] * np.ptp(A[0]) + A[0].min(), A[0])


@pytest.mark.parametrize("layer", LAYERS)
def test_maps_and_what_a_layer_sees(torch_too, layer):
    A = twins(torch_too, "feature_maps", X, layer)
    assert_same(A, torch_too["pytorch"].values[layer])
    for label in (1, np.array([4, 0])):
        M = twins(torch_too, "grad_cam", X, label, layer)
        assert M.shape == (2, *A.shape[2:]) and (M >= 0).all() and M.any()


def test_gradients_with_respect_to_the_image(torch_too):
    draw = rng.normal(size=(4, *X.shape))
    for label in (3, np.array([2, 4])):
        twins(torch_too, "score_grad", X, label)
        twins(torch_too, "saliency", X, label)
        twins(torch_too, "smooth_grad", X, label, draw, 0.3)


@pytest.mark.parametrize("layer", ["stem", "join", "flat", "fc"])
def test_an_image_that_excites_a_unit(torch_too, layer):
    twins(torch_too, "activation_maximization", X, 1, layer, 5, 0.1, atol=1e-12)
    shifts = rng.integers(-3, 4, (5, 2))
    twins(torch_too, "activation_maximization", X, np.array([0, 2]), layer, 5, 0.1, shifts, blur_every=2, atol=1e-12)


def test_a_narrow_net_and_whole_numbers(torch_too):
    """float32 stays float32; whole numbers are taken as numbers; a model without weights takes any dtype."""
    ours, theirs, x = torch_too["scratch"], torch_too["pytorch"], X.astype(np.float32)
    whole = rng.integers(0, 255, X.shape)
    twins(torch_too, "saliency", whole, 1, atol=1e-11)
    for name, args in (("saliency", (1,)), ("grad_cam", (1, "join")), ("activation_maximization", (1, "fc", 2, 0.1))):
        f, g = (resolve(room, f"visualization.{name}") for room in torch_too)
        assert_same(f(ours, x, *args), g(theirs.float(), to_torch(x), *args), 2e-5, 1e-5)
    L = dlbook.pytorch.layers
    bare = {"scratch": sequential(layers.ReLU()), "pytorch": dlbook.pytorch.models.sequential(L.ReLU())}
    twins(bare, "feature_maps", x, "0")


def test_layers_in_a_row_and_in_one_another_have_torchs_names():
    def build(room):
        L, sequential = getattr(dlbook, room).layers, resolve(room, "models.sequential")
        inner = sequential(L.Conv2d(2, 3, 3), L.ReLU())
        return sequential(L.Conv2d(1, 2, 2), inner, L.Flatten(), L.Linear(3, 2))

    ours = build("scratch")
    theirs = alike(build("pytorch"), ours)
    nets, x = {"scratch": ours, "pytorch": theirs}, rng.normal(size=(1, 1, 4, 4))
    assert [name for name, _ in named_layers(ours)] == [name for name, _ in theirs.named_modules() if name]
    for layer in ("0", "1", "1.0", "1.1"):
        twins(nets, "grad_cam", x, 1, layer)
        twins(nets, "activation_maximization", x, 0, layer, 2, 0.1)
    twins(nets, "saliency", x, 0)


@pytest.mark.parametrize("room", ROOMS)
def test_what_stands_before_a_dot_is_no_layer(room):
    L, functional = getattr(dlbook, room).layers, resolve(room, "models.functional")
    net = functional([("fire.act", L.ReLU(), "x"), ("fire.pool", L.MaxPool2d(2), "fire.act")])
    with pytest.raises(ValueError, match="layer of the model: got 'fire', need one of fire.act, fire.pool$"):
        resolve(room, "visualization.feature_maps")(net, X if room == "scratch" else to_torch(X), "fire")


def test_of_a_layer_that_is_used_again_the_first_use_counts():
    def build(room):
        L, functional = getattr(dlbook, room).layers, resolve(room, "models.functional")
        rows = [("conv", L.Conv2d(2, 2, 3, padding=1), "x"), ("again", "conv", "conv")]
        return functional([*rows, ("mean", L.AvgPool2d(4), "again"), ("flat", L.Flatten(), "mean")])

    ours = build("scratch")
    theirs = alike(build("pytorch"), ours)
    nets, x = {"scratch": ours, "pytorch": theirs}, rng.normal(size=(2, 2, 4, 4))
    A = twins(nets, "feature_maps", x, "conv")
    assert_same(A, theirs.conv(torch.from_numpy(x)))
    twins(nets, "grad_cam", x, 1, "conv")


# ── Laws and other oracles ──


def test_grad_cam_is_cam_where_a_mean_follows_the_last_convolution(ours):
    """y_c = mean of Σ_k w_ck A_k (+ b_c): α_k = w_ck / (H W)."""
    A, weight = visualization.feature_maps(ours, X, "last"), ours.state_dict()["fc.weight"]
    for label in range(5):
        cam = visualization.cam(A, weight, label)
        np.testing.assert_allclose(cam.mean(axis=(1, 2)) + ours.state_dict()["fc.bias"][label], ours(X)[:, label])
        ours_map = visualization.grad_cam(ours, X, label, "last")
        np.testing.assert_allclose(ours_map, np.maximum(cam, 0) / 16, rtol=1e-10, atol=1e-15)


def test_the_gradient_is_what_a_small_step_says(ours):
    h = 1e-6
    ours.eval()
    grad = visualization.score_grad(ours, X, np.array([3, 1]))
    for n, label, pixel in ((0, 3, (1, 2, 3)), (0, 3, (0, 7, 6)), (1, 1, (2, 0, 5)), (1, 1, (1, 4, 0))):
        step = np.zeros_like(X)
        step[n, *pixel] = h
        slope = (ours(X + step)[n, label] - ours(X - step)[n, label]) / (2 * h)
        np.testing.assert_allclose(grad[n, *pixel], slope, rtol=1e-6, atol=1e-9)


def test_every_image_has_a_map_of_its_own(ours):
    label = np.array([3, 1])
    for f in (visualization.saliency, lambda *args: visualization.grad_cam(*args, "join")):
        alone = np.concatenate([f(ours, X[n : n + 1], label[n]) for n in range(2)])
        np.testing.assert_allclose(f(ours, X, label), alone, rtol=1e-10, atol=1e-15)


def test_a_model_is_looked_into_in_evaluation_mode_and_left_whole(ours):
    expected, before = visualization.grad_cam(ours.eval(), X, 1, "join"), ours.state_dict()
    np.testing.assert_array_equal(visualization.grad_cam(ours.train(), X, 1, "join"), expected)
    with pytest.raises(ValueError):
        visualization.grad_cam(ours.train(), X, 9, "join")
    assert not ours.training
    for name, array in ours.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert not any({"forward", "backward"} & vars(layer).keys() for _, layer in named_layers(ours))


def test_torch_too_looks_in_evaluation_mode_and_leaves_no_hooks(torch_too):
    theirs = torch_too["pytorch"].train()
    twins(torch_too, "grad_cam", X, 1, "join")
    with pytest.raises(ValueError):
        dlbook.pytorch.visualization.grad_cam(theirs.train(), to_torch(X), 9, "join")
    assert not theirs.training and not any(module._forward_hooks for module in theirs.modules())
    assert not any(p.grad is not None for p in theirs.parameters())


def test_without_noise_smooth_grad_is_saliency_and_a_linear_net_knows_no_noise(ours):
    draw = rng.normal(size=(3, *X.shape))
    plain = visualization.saliency(ours, X, 2)
    np.testing.assert_allclose(visualization.smooth_grad(ours, X, 2, draw, 0), plain)
    assert not np.allclose(visualization.smooth_grad(ours, X, 2, draw, 0.5), plain)
    linear = sequential(layers.Conv2d(3, 2, 3, rng=0), layers.Flatten(), layers.Linear(60, 4, rng=0))
    plain = visualization.saliency(linear, X, 2)
    np.testing.assert_allclose(visualization.smooth_grad(linear, X, 2, draw, 5.0), plain)


def test_smooth_grad_is_the_mean_over_its_draws(ours):
    draw = rng.normal(size=(2, *X.shape))
    parts = [visualization.score_grad(ours, X + 0.4 * z, 1) for z in draw]
    expected = np.abs((parts[0] + parts[1]) / 2).max(axis=1)
    np.testing.assert_allclose(visualization.smooth_grad(ours, X, 1, draw, 0.4), expected)


def test_a_unit_is_excited_more_with_every_step(ours):
    for layer, channel in (("stem", 2), ("join", 0), ("fc", 4)):
        a = []
        for steps in range(0, 6):
            x = visualization.activation_maximization(ours, X, channel, layer, steps, 0.05)
            a.append(visualization.feature_maps(ours, x, layer)[:, channel].reshape(2, -1).mean(axis=1))
        assert (np.diff(a, axis=0) > 0).all(), layer
        root = np.sqrt(
            ((visualization.activation_maximization(ours, X, channel, layer, 1, 0.05) - X) ** 2).mean((1, 2, 3))
        )
        np.testing.assert_allclose(root, 0.05)


def test_a_dead_unit_wants_nothing():
    net = sequential(layers.Conv2d(3, 2, 3, rng=0), layers.ReLU())
    net.load_state_dict(net.state_dict() | {"0.bias": np.array([-1e3, 1e3])})
    np.testing.assert_array_equal(visualization.activation_maximization(net, X, 0, "1", 3, 1.0), X)
    assert (visualization.activation_maximization(net, X, 1, "1", 3, 1.0) != X).any()


def test_shifts_move_the_image_for_a_step_and_blurs_are_scipys():
    net, line = sequential(layers.Conv2d(1, 1, (8, 7))), np.array([0.25, 0.5, 0.25])
    weight = np.zeros((1, 1, 8, 7))
    weight[0, 0, 4, 3] = 1  # the unit sees one pixel
    net.load_state_dict({"0.weight": weight, "0.bias": np.zeros(1)})
    x = np.zeros((1, 1, 8, 7))
    still = visualization.activation_maximization(net, x, 0, "0", 1, 1.0)
    moved = visualization.activation_maximization(net, x, 0, "0", 1, 1.0, shifts=[(1, -2)])
    assert still[0, 0, 4, 3] > 0 and moved[0, 0, 3, 5] > 0 and (moved > 0).sum() == 1
    for t, every in ((3, 1), (2, 2), (1, 2)):
        expected = X[:, :1]
        for _ in range(t // every):
            for axis in (2, 3):
                expected = ndimage.convolve1d(expected, line, axis=axis, mode="nearest")
        blurred = visualization.activation_maximization(net, X[:, :1], 0, "0", t, 0.0, blur_every=every)
        np.testing.assert_allclose(blurred, expected, atol=1e-14)


# ── Bad input ──

BAD = [
    ("saliency", (X[0], 1), "x must hold maps: got shape (3, 8, 7), need shape (N, K, H, W)"),
    ("saliency", (X[:0], 1), "x must not be empty: got shape (0, 3, 8, 7), need at least one number"),
    ("saliency", (np.where(X > 2, np.nan, X), 1), "x must be finite: got nan, need finite numbers"),
    ("saliency", (X, 5), "label must be the number of a class: got 5, need 0 to 4"),
    ("saliency", (X, -1), "label must be the number of a class: got -1, need 0 to 4"),
    ("saliency", (X, 1.0), "label must be the number of a class: got 1.0, need 0 to 4"),
    ("saliency", (X, [1, 2, 3]), "label must be one for all images, or one each: got 3 numbers, need 1 or 2"),
    ("grad_cam", (X, 1, "conv9"), "layer must name a layer of the model: got 'conv9', need one of stem, act, pool,"),
    ("grad_cam", (X, 1, "fc"), "layer 'fc' must hold maps: got shape (2, 5), need shape (N, K, H, W)"),
    ("feature_maps", (X, 3), "layer must name a layer of the model: got 3, need one of stem"),
    ("smooth_grad", (X, 1, X, 0.1), "draw must hold draws in the shape of x: got shape (2, 3, 8, 7), need shape (S,"),
    ("smooth_grad", (X, 1, X[None], -1), "sigma must be a number: got -1, need 0 to inf"),
    ("activation_maximization", (X, 4, "stem", 1, 1.0), "channel must be the number of a channel: got 4, need 0 to 3"),
    ("activation_maximization", (X, 1, "stem", -1, 1.0), "steps must be a whole number: got -1, need 0 or more"),
    ("activation_maximization", (X, 1, "stem", 1, -1.0), "lr must be a number: got -1.0, need 0 to inf"),
    ("activation_maximization", (X, 1, "stem", 2, 1.0, [(1, 1)]), "shifts must be as long as steps: got 1 values"),
    ("activation_maximization", (X, 1, "stem", 1, 1.0, [(1,)]), "shifts must hold a pair of whole numbers"),
    ("activation_maximization", (X, 1, "stem", 1, 1.0, None, -1), "blur_every must be a whole number: got -1, need 0"),
]  # fmt: skip


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(("name", "args", "message"), BAD)
def test_bad_input_is_named_in_both_rooms(room, name, args, message):
    net, given = (network(room), args) if room == "scratch" else (network(room).double(), to_torch(args))
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        resolve(room, f"visualization.{name}")(net, *given)


@pytest.mark.parametrize("room", ROOMS)
def test_bad_maps_and_models_are_named(room):
    A, w, x = rng.normal(size=(2, 4, 5, 6)), rng.normal(size=(7, 4)), X
    image, narrow = A[0], w[:, :3]
    if room == "pytorch":
        A, w, x, image, narrow = to_torch((A, w, x, image, narrow))
    cam, filters, saliency = (resolve(room, f"visualization.{name}") for name in ("cam", "filters", "saliency"))
    with pytest.raises(ValueError, match=re.escape("weight must fit the other arguments: got shape (7, 3), need")):
        cam(A, narrow, 1)
    with pytest.raises(ValueError, match=re.escape("label must be the number of a class: got 7, need 0 to 6")):
        cam(A, w, 7)
    with pytest.raises(ValueError, match=re.escape("maps must hold maps: got shape (4, 5, 6)")):
        cam(image, w, 1)
    with pytest.raises(ValueError, match=re.escape("weight must hold maps: got shape (7, 4)")):
        filters(w)
    L, functional = getattr(dlbook, room).layers, resolve(room, "models.functional")
    with pytest.raises(ValueError, match=re.escape("model must give a score for each class: got an output of shape")):
        saliency(functional([("act", L.ReLU(), "x")]), x, 1)
    both = functional([("a", L.ReLU(), "x"), ("b", L.ReLU(), "x")], outputs=("a", "b"))
    with pytest.raises(ValueError, match="model must give a score for each class: got 2 outputs"):
        saliency(both, x, 1)


def test_torch_wants_images_of_the_dtype_of_the_weights(torch_too):
    with pytest.raises(ValueError, match=r"x must have the dtype of the model: got torch.float32, need torch.float64"):
        dlbook.pytorch.visualization.saliency(torch_too["pytorch"], torch.from_numpy(X).float(), 1)
