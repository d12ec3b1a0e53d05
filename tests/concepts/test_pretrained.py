"""Nets with shipped weights: the rooms see the same, photos are told right and wrong as measured, errors are named."""

import re

import numpy as np
import pytest
import torch
from twins import assert_twins_agree, resolve

import dlbook
from dlbook import data
from dlbook.scratch import pretrained, visualization

# As `with_keras.COPY_KEYWORD`, which would load Keras for a test that does not need it.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
ROOMS = ["scratch", "pytorch"]
NAMES = data.imagenet_classes()
PHOTOS = data.photos()
X = pretrained.squeezenet_input(np.stack(list(PHOTOS.values())))


@pytest.fixture(scope="module")
def net():
    return pretrained.squeezenet(data.weights("squeezenet11"))


@pytest.fixture(scope="module")
def guesses(net):
    """The net's scores of the photos, and the class that it takes each for."""
    y = net(X)
    return y, y.argmax(axis=1)


def torch_net():
    return dlbook.pytorch.pretrained.squeezenet(data.weights("squeezenet11"))


# ── SqueezeNet ──

TOLD = {  # the first guess and its probability
    "chelsea": ("Egyptian Mau", 0.42),  # right: a cat, though of no breed
    "coffee": ("espresso", 0.96),  # right
    "camera": ("tripod", 0.97),  # right: a man with a camera on one
    "china": ("stupa", 0.57),  # near: a pavilion
    "astronaut": ("stethoscope", 0.12),  # wrong, and unsure: none of the 1,000 classes is a person
    "rocket": ("drilling rig", 0.26),  # wrong: "missile" and "space shuttle" are classes
    "flower": ("brain coral", 0.20),  # wrong, and unsure: of flowers there are only daisy and lady's slipper
}


def test_photos_are_told_right_and_wrong(guesses):
    y, label = guesses
    p = np.exp(y - y.max(axis=1, keepdims=True))
    p = p.max(axis=1) / p.sum(axis=1)
    told = {name: (NAMES[c], float(share)) for name, c, share in zip(PHOTOS, label, p, strict=True)}
    assert {name: guess for name, (guess, _) in told.items()} == {name: guess for name, (guess, _) in TOLD.items()}
    for name, (_, share) in TOLD.items():
        assert told[name][1] == pytest.approx(share, abs=0.01)


def test_there_are_classes_for_a_rocket_and_none_for_a_person_or_a_dahlia():
    assert {"missile", "space shuttle", "daisy", "lab coat"} <= set(NAMES)
    assert not {"rocket", "person", "woman", "astronaut", "dahlia"} & set(NAMES)


def test_the_net_is_the_published_one(net):
    assert sum(array.size for array in net.parameters().values()) == 1_235_496
    assert all(array.dtype == np.float32 for array in net.parameters().values())
    assert net(np.zeros((1, 3, 17, 17), np.float32)).shape == (1, 1000)
    with pytest.raises(ValueError, match="kernel_size must fit into the padded image"):
        net(np.zeros((1, 3, 16, 16), np.float32))
    sizes = {
        name: net.values[name].shape[2] for name in ("conv1", "pool1", "pool3", "pool5", "conv10") if net(X[:1]).any()
    }
    assert sizes == {"conv1": 113, "pool1": 56, "pool3": 28, "pool5": 14, "conv10": 14}


def test_torch_gives_the_same_scores_in_the_same_precision(guesses):
    y, _ = guesses
    theirs = torch_net()(torch.from_numpy(X)).detach().numpy()
    assert y.dtype == theirs.dtype == np.float32
    np.testing.assert_allclose(y, theirs, atol=3e-5)  # scores go up to 34


def test_torch_gives_the_same_gradients_in_float64(net, guesses):
    """In float32 one pixel of a hundred has another: of two numbers that are nearly equal either may be the largest."""
    x, label = X[:2].astype(np.float64), guesses[1][:2]
    theirs, ours_grad = torch_net().double(), visualization.score_grad(net, x, label)
    grad = dlbook.pytorch.visualization.score_grad(theirs, torch.from_numpy(x), torch.from_numpy(label))
    np.testing.assert_allclose(ours_grad, grad.numpy(), rtol=1e-10, atol=1e-10 * np.abs(ours_grad).max())


def test_what_goes_in_is_blue_green_red_minus_their_means():
    x = assert_twins_agree("pretrained.squeezenet_input", np.random.default_rng(0).random((2, 3, 4, 5)))
    assert x.dtype == np.float32
    photo = np.zeros((1, 3, 1, 1))
    photo[0, 0] = 1  # red
    np.testing.assert_allclose(
        pretrained.squeezenet_input(photo).ravel(), [-103.939, -116.779, 255 - 123.68], rtol=1e-6
    )
    whole = assert_twins_agree("pretrained.squeezenet_input", np.array([[[[1]], [[0]], [[0]]]]))
    np.testing.assert_array_equal(whole, pretrained.squeezenet_input(photo))


# ── MobileNetV2's trunk ──


def drawings(count, scale):
    """Drawings in a size of the trunk's: each pixel becomes scale × scale equal ones."""
    return data.clipart().X[:count].repeat(scale, axis=2).repeat(scale, axis=3)


@pytest.mark.parametrize("scale", [1, 2])
def test_the_trunk_is_keras_own_and_both_rooms_agree(scale):
    """`keras.applications`' net, cut at its layer block_12_add, with the same file's arrays by its own names."""
    from dlbook.pytorch.with_keras import keras

    size, weights = 48 * scale, data.weights("mobilenetv2")
    whole = keras.applications.MobileNetV2((size, size, 3), include_top=False, weights=None)
    theirs = keras.Model(whole.input, whole.get_layer("block_12_add").output)
    for layer in theirs.layers:
        for variable in layer.weights:
            array = weights[f"{layer.name}/{variable.name}"]
            variable.assign(array.reshape(variable.shape))
    assert sum(len(layer.weights) for layer in theirs.layers) == len(weights) == 195
    x = pretrained.mobilenet_input(drawings(3, scale))
    y = pretrained.mobilenet_trunk(weights)(x)
    assert y.shape == (3, 96, size // 16, size // 16) and y.dtype == np.float32
    assert np.abs(y[0] - y[1]).max() > 1  # the drawings have come through
    by_keras = np.moveaxis(keras.ops.convert_to_numpy(theirs(np.moveaxis(x, 1, -1))), -1, 1)
    by_torch = dlbook.pytorch.pretrained.mobilenet_trunk(weights)(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(y, by_keras, atol=1e-5 * np.abs(y).max())
    np.testing.assert_allclose(y, by_torch, atol=1e-5 * np.abs(y).max())


def test_the_trunk_has_the_published_blocks():
    trunk = pretrained.mobilenet_trunk(data.weights("mobilenetv2"))
    left_out = 155_264 + 2 * 320_000 + 473_920 + 412_160 + 1_281_000  # blocks 13, 14 and 15, 16, Conv_1, the scores
    assert sum(array.size for array in trunk.parameters().values()) == 3_504_872 - left_out  # of the published net
    assert all(array.dtype == np.float32 for array in trunk.parameters().values())
    assert not trunk.training


def test_what_goes_into_mobilenet_lies_between_minus_one_and_one():
    x = assert_twins_agree("pretrained.mobilenet_input", np.linspace(0, 1, 2 * 3 * 16 * 32).reshape(2, 3, 16, 32))
    assert x.dtype == np.float32 and (x.min(), x.max()) == (-1, 1)


# ── What it sees ──


def test_grad_cam_is_cam_on_the_last_fire(net, guesses):
    """The score is the mean of ReLU(w_c · A + b_c): where that is above 0, ∂y_c/∂A = w_c / (H W)."""
    x, label = X[:2], guesses[1][:2]
    A = visualization.feature_maps(net, x, "fire9.out")
    cam = np.maximum(visualization.cam(A, net.parameters()["conv10.weight"], label), 0)
    active = (net.values["relu10"][np.arange(2), label] > 0).mean(axis=(1, 2), keepdims=True)
    ours = visualization.grad_cam(net, x, label, "fire9.out")
    for photo in range(2):
        np.testing.assert_allclose(ours[photo], (cam * active / 14**2)[photo], atol=1e-6 * ours[photo].max())


def test_random_weights_give_other_maps_and_nearly_equal_ones_nearly_the_same(net, guesses):
    """The sanity check of Adebayo et al. 2018: a map that the weights do not change would say nothing about the net."""
    x, label = X[:3], guesses[1][:3]
    rng, weights = np.random.default_rng(0), data.weights("squeezenet11")
    shuffled = {name: rng.permutation(w.ravel()).reshape(w.shape) for name, w in weights.items()}
    close = {name: w + 0.01 * w.std() * rng.normal(size=w.shape).astype(np.float32) for name, w in weights.items()}
    for f in (visualization.saliency, lambda *args: visualization.grad_cam(*args, "fire9.out")):
        maps = f(net, x, label)
        far, near = (alike(maps, f(pretrained.squeezenet(w), x, label)) for w in (shuffled, close))
        assert far.max() < 0.5 and far.mean() < 0.35 and near.min() > 0.8, (far, near)


def alike(maps, others):
    """The correlation of each map with the other."""
    return np.array([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(maps, others, strict=True)])


# ── Bad input ──


@pytest.mark.parametrize("room", ROOMS)
def test_weights_of_another_net_are_named(room):
    squeezenet = resolve(room, "pretrained.squeezenet")
    weights = data.weights("squeezenet11")
    with pytest.raises(ValueError, match=r"weights must be those of this net: got \d+ names that differ, as"):
        squeezenet(data.weights("mobilenetv2"))
    with pytest.raises(ValueError, match="weights must be those of this net: got 1 names that differ, as 'conv1.bias'"):
        squeezenet({name: array for name, array in weights.items() if name != "conv1/bias"})
    weights["conv10/kernel"] = weights["conv10/kernel"][..., :10]
    got = "got 'conv10.weight' of shape (10, 512, 1, 1), need shape (1000, 512, 1, 1)"
    with pytest.raises(ValueError, match=re.escape(f"weights must be those of this net: {got}")):
        squeezenet(weights)


@pytest.mark.parametrize("room", ROOMS)
def test_weights_of_another_trunk_are_named(room):
    trunk = resolve(room, "pretrained.mobilenet_trunk")
    weights = data.weights("mobilenetv2")
    with pytest.raises(ValueError, match=r"weights must be those of this net: got \d+ names that differ, as"):
        trunk(data.weights("squeezenet11"))
    with pytest.raises(ValueError, match="got 1 names that differ, as 'bn_Conv1.running_var'"):
        trunk({name: array for name, array in weights.items() if name != "bn_Conv1/moving_variance"})
    weights["block_3_depthwise/kernel"] = weights["block_3_depthwise/kernel"][:, :, :7]
    got = "got 'block_3.depthwise.weight' of shape (7, 1, 3, 3), need shape (144, 1, 3, 3)"
    with pytest.raises(ValueError, match=re.escape(f"weights must be those of this net: {got}")):
        trunk(weights)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("shape", [(1, 3, 100, 96), (1, 3, 96, 100), (1, 3, 8, 8)])
def test_sizes_that_mobilenet_pads_in_another_way_are_named(room, shape):
    message = f"x must have sides that are halved 4 times without rest: got shape {shape}, need multiples of 16"
    x = np.full(shape, 0.5)
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        resolve(room, "pretrained.mobilenet_input")(x if room == "scratch" else torch.from_numpy(x))


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_no_photo_for_the_trunk_is_named(room):
    trunk, x = resolve(room, "pretrained.mobilenet_trunk")(data.weights("mobilenetv2")), np.zeros((1, 1, 32, 32))
    with pytest.raises(ValueError, match=r"^x must fit mobilenet_v2: got shape \(1, 32, 32\), need shape \(3, 160"):
        trunk(x.astype(np.float32) if room == "scratch" else torch.from_numpy(x).float())
    with pytest.raises(ValueError, match="^" + re.escape("x must hold photos in colour: got shape (1, 1, 32, 32)")):
        resolve(room, "pretrained.mobilenet_input")(x if room == "scratch" else torch.from_numpy(x))


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.full((1, 3, 2, 2), 200), "x must lie between 0 and 1: got numbers from 200 to 200, need brightness"),
        (np.full((3, 2, 2), 0.5), "x must hold photos in colour: got shape (3, 2, 2), need shape (N, 3, H, W)"),
        (np.full((1, 1, 2, 2), 0.5), "x must hold photos in colour: got shape (1, 1, 2, 2)"),
        (np.full((1, 3, 2, 2), np.nan), "x must be finite: got nan"),
    ],
)
def test_what_is_no_photo_is_named(room, x, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        resolve(room, "pretrained.squeezenet_input")(x if room == "scratch" else torch.from_numpy(x))
