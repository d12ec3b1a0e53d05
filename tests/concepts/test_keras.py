"""Keras beside PyTorch and NumPy: weights that are moved give the same outputs, and come back as they were."""

import re

import numpy as np
import pytest
import torch

from dlbook import scratch
from dlbook.pytorch import architectures
from dlbook.pytorch.layers import Add, Concatenate
from dlbook.pytorch.models import functional
from dlbook.pytorch.with_keras import COPY_KEYWORD, from_keras, keras, to_keras

pytestmark = pytest.mark.filterwarnings(f"ignore:{COPY_KEYWORD}:DeprecationWarning")
L, Input = keras.layers, keras.Input
rng = np.random.default_rng(0)
NORM = {"epsilon": 1e-5}  # PyTorch's; Keras' own is 1e-3


def shaken(model: torch.nn.Module) -> torch.nn.Module:
    """A net in use whose every array is drawn: zeros and ones would not tell two orders apart."""
    for name, array in model.state_dict().items():
        if array.is_floating_point():
            draw = torch.from_numpy(rng.uniform(-0.5, 0.5, array.shape))
            array.copy_(draw.abs() + 0.5 if name.endswith("running_var") else draw)
    return model.eval()


def channels_last(x):
    return np.moveaxis(x, 1, -1) if x.ndim > 2 else x


def assert_same_net(theirs, model, *shapes):
    """The outputs of both agree, and the weights come back bit for bit."""
    state = shaken(theirs).state_dict()
    assert to_keras(state, model) is model
    xs = [rng.normal(size=(5, *shape)).astype(np.float32) for shape in shapes]
    with torch.no_grad():
        expected = theirs(*map(torch.from_numpy, xs))
    ours = model([channels_last(x) for x in xs] if len(xs) > 1 else channels_last(xs[0]))
    pairs = zip(expected, ours, strict=True) if isinstance(expected, tuple) else [(expected, ours)]
    for a, b in pairs:
        a, b = a.numpy(), channels_first(keras.ops.convert_to_numpy(b))
        assert a.shape == b.shape and a.std() > 1e-3
        np.testing.assert_allclose(b, a, rtol=1e-5, atol=1e-5)
    back = from_keras(model, state)
    assert list(back) == list(state)
    for name, array in state.items():
        assert back[name].dtype == np.float32 or name.endswith("num_batches_tracked")
        assert np.array_equal(back[name], np.zeros(()) if name.endswith("num_batches_tracked") else array.numpy()), name


def channels_first(x):
    return np.moveaxis(x, -1, 1) if x.ndim > 2 else x


def test_dense_layers():
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 7), torch.nn.ReLU(), torch.nn.Linear(7, 3, bias=False))
    row = [Input((4,)), L.Dense(7, activation="relu", name="0"), L.Dense(3, use_bias=False, name="2")]
    assert_same_net(theirs, keras.Sequential(row), (4,))


def test_convolutions_with_stride_groups_and_one_kernel_a_channel():
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(4, 6, (3, 2)),
        torch.nn.Conv2d(6, 6, 3, stride=2, groups=2),
        torch.nn.Conv2d(6, 12, 3, groups=6),
        torch.nn.Conv2d(12, 2, 1),
    )
    row = [
        Input((11, 12, 4)),
        L.Conv2D(6, (3, 2), name="0"),
        L.Conv2D(6, 3, strides=2, groups=2, name="1"),
        L.DepthwiseConv2D(3, depth_multiplier=2, name="2"),
        L.Conv2D(2, 1, name="3"),
    ]
    assert_same_net(theirs, keras.Sequential(row), (4, 11, 12))


def test_a_convolution_in_one_dimension():
    assert_same_net(
        torch.nn.Sequential(torch.nn.Conv1d(3, 5, 3, padding=1)),
        keras.Sequential([Input((8, 3)), L.Conv1D(5, 3, padding="same", name="0")]),
        (3, 8),
    )


def test_what_follows_a_flattened_image_is_sorted():
    """A dropout, a ReLU and a batch norm between do not hide the order."""
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3),
        torch.nn.BatchNorm2d(3),
        torch.nn.Flatten(),
        torch.nn.Dropout(0.4),
        torch.nn.BatchNorm1d(36),
        torch.nn.ReLU(),
        torch.nn.Linear(36, 4),
    )
    row = [
        Input((6, 5, 2)),
        L.Conv2D(3, 3, name="0"),
        L.BatchNormalization(name="1", **NORM),
        L.Flatten(),
        L.Dropout(0.4),
        L.BatchNormalization(name="4", **NORM),
        L.ReLU(),
        L.Dense(4, name="6"),
    ]
    assert_same_net(theirs, keras.Sequential(row), (2, 6, 5))


def branched():
    """A shared tower over two images, a skip, and two outputs, in PyTorch and in Keras."""
    tower = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3, padding=1), torch.nn.ReLU(), torch.nn.Flatten())
    rows = [
        ("tower", tower, "a"),
        ("again", "tower", "b"),
        ("both", Concatenate(), "tower", "again", "c"),
        ("mixed", torch.nn.Linear(77, 6), "both"),
        ("block.fc", torch.nn.Linear(6, 6), "mixed"),
        ("sum", Add(), "block.fc", "mixed"),
        ("one", torch.nn.Linear(6, 4), "sum"),
        ("two", torch.nn.Linear(6, 1), "sum"),
    ]
    inner = keras.Sequential([L.Conv2D(3, 3, padding="same", name="0"), L.ReLU(), L.Flatten()], name="tower")
    a, b, c = Input((4, 3, 2)), Input((4, 3, 2)), Input((5,))
    both = L.Concatenate()([inner(a), inner(b), c])
    mixed = L.Dense(6, name="mixed")(both)
    total = L.Add()([L.Dense(6, name="block_fc")(mixed), mixed])
    model = keras.Model([a, b, c], [L.Dense(4, name="one")(total), L.Dense(1, name="two")(total)])
    return functional(rows, inputs=("a", "b", "c"), outputs=("one", "two")), model


def test_two_inputs_a_shared_tower_a_skip_and_two_outputs():
    assert_same_net(*branched(), (2, 4, 3), (2, 4, 3), (5,))


def test_scratch_takes_what_keras_has_learned():
    """One step of Keras' own training on the torch backend, and the NumPy room gives Keras' new outputs."""
    model = keras.Sequential([Input((5, 4, 2)), L.Conv2D(3, 3, name="conv"), L.Flatten(), L.Dense(4, name="fc")])
    S = scratch.layers
    rows = [("conv", S.Conv2d(2, 3, 3), "x"), ("flat", S.Flatten(), "conv"), ("fc", S.Linear(18, 4), "flat")]
    ours = scratch.models.functional(rows)
    model.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse")
    x, y = rng.normal(size=(8, 2, 5, 4)), rng.normal(size=(8, 4))
    before = model.predict(channels_last(x), verbose=0)
    model.fit(channels_last(x), y, verbose=0)
    after = model.predict(channels_last(x), verbose=0)
    ours.load_state_dict(from_keras(model, ours.state_dict()))
    np.testing.assert_allclose(ours(x), after, rtol=1e-5, atol=1e-5)
    assert np.abs(before - after).max() > 1e-3


def test_moving_makes_copies():
    model = keras.Sequential([Input((2,)), L.Dense(2, name="0")])
    state = torch.nn.Sequential(torch.nn.Linear(2, 2)).state_dict()
    to_keras(state, model)
    from_keras(model, state)["0.weight"][:] = 7
    state["0.bias"][:] = 7
    assert not any((array == 7).any() for array in from_keras(model, state).values())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"0.weight": None}, "state must hold the names of this model: got a difference in 0_weight, need 0_weight,"),
        ({"9.weight": np.ones(1)}, "state must hold the names of this model: got a difference in 9_weight"),
        ({"0.bias": np.ones(3)}, "state['0.bias'] must fit the model: got shape (3,), need shape (2,)"),
        ({"0.weight": np.ones((3, 2))}, "state['0.weight'] must fit the model: got shape (3, 2), need shape (2, 3)"),
    ],
)
def test_weights_of_another_net_are_named(change, message):
    model = keras.Sequential([Input((3,)), L.Dense(2, name="0")])
    state = torch.nn.Linear(3, 2).state_dict(prefix="0.") | change
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        to_keras({name: array for name, array in state.items() if array is not None}, model)


def test_a_layer_that_cannot_be_moved_is_named():
    model = keras.Sequential([Input((4, 4, 2)), L.Conv2DTranspose(3, 2, name="0")])
    with pytest.raises(ValueError, match="^model must have layers whose weights can be moved: got a Conv2DTranspose"):
        to_keras(torch.nn.ConvTranspose2d(2, 3, 2).state_dict(prefix="0."), model)


def test_a_flattened_image_that_meets_other_numbers_is_named():
    """No order of the dense layer's inputs could make the two nets one: its outputs are added to another order."""
    x = Input((3, 3, 2))
    flat = L.Flatten()(x)
    total = L.Add()([flat, L.Dense(18, name="0")(flat)])
    model = keras.Model(x, L.Dense(2, name="1")(total))
    state = torch.nn.Sequential(torch.nn.Linear(18, 18), torch.nn.Linear(18, 2)).state_dict()
    with pytest.raises(ValueError, match="^model must join numbers in one order: got a flattened image beside"):
        to_keras(state, model)


@pytest.mark.parametrize("size", [32, 37])
def test_mobilenet_is_keras_own(size):
    """The whole net of `keras.applications`, with weights that came from torch's room by their names."""
    torch.manual_seed(0)
    ours = architectures.build(architectures.mobilenet(2, 10, 3, size, keras=True)).eval()
    theirs = keras.applications.MobileNetV2((size, size, 3), weights=None, classes=10, classifier_activation=None)
    for name, array in ours.state_dict().items():  # as they start, nothing would be left after fifty layers
        if array.ndim == 4:
            torch.nn.init.kaiming_normal_(array)
        elif name.endswith(("_BN.bias", "_BN.running_var")):
            torch.nn.init.uniform_(array, 1, 2)
    to_keras(ours.state_dict(), theirs)
    x = torch.rand(2, 3, size, size)
    with torch.no_grad():
        y = ours(x)
    assert (y[0] - y[1]).abs().max() > 0.01  # the photos have come through
    np.testing.assert_allclose(keras.ops.convert_to_numpy(theirs(x.movedim(1, -1))), y, rtol=1e-5, atol=1e-5)
