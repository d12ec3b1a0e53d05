"""Keras beside PyTorch and NumPy: weights that are moved give the same outputs, and come back as they were."""

import json
import re
import tempfile
from pathlib import Path

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


def test_words_a_recurrent_layer_and_a_norm():
    """An embedding is the same table in both; the layer behind it reads whole sequences."""
    words, norm = torch.nn.Embedding(7, 4), torch.nn.LayerNorm(5)
    layer, dense = torch.nn.GRU(4, 5, batch_first=True), torch.nn.Linear(5, 2)
    state = shaken(torch.nn.ModuleDict({"words": words, "gru": layer, "norm": norm, "fc": dense})).state_dict()
    row = [
        Input((6,), dtype="int64"),
        L.Embedding(7, 4, name="words"),
        L.GRU(5, name="gru"),
        L.LayerNormalization(epsilon=1e-5, name="norm"),
        L.Dense(2, name="fc"),
    ]
    model = keras.Sequential(row)
    to_keras(state, model)
    ids = rng.integers(0, 7, (3, 6))
    expected = dense(norm(layer(words(torch.from_numpy(ids)))[1][0])).detach().numpy()
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(ids)), expected, rtol=1e-5, atol=1e-5)
    back = from_keras(model, state)
    assert all(np.allclose(back[name], array, atol=1e-6) for name, array in state.items())


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
    """A graph of torch's modules, and Keras' functional model."""
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


# ── The table of chapter 18: each row of it is one of these ──


def images():
    x = rng.normal(size=(2, 3, 4, 4)).astype(np.float32)
    theirs = torch.nn.Conv2d(3, 5, 3)
    model = keras.Sequential([Input((4, 4, 3)), L.Conv2D(5, 3, name="0")])
    to_keras(theirs.state_dict(prefix="0."), model)
    ours = channels_first(keras.ops.convert_to_numpy(model(channels_last(x))))
    np.testing.assert_allclose(ours, theirs(torch.from_numpy(x)).detach().numpy(), atol=1e-5)
    with pytest.raises(ValueError):
        model(x)


def kernels():
    model = keras.Sequential([Input((4, 4, 3)), L.Conv2D(5, (2, 3), name="0")])
    assert model.layers[0].kernel.shape == (2, 3, 3, 5)
    assert torch.nn.Conv2d(3, 5, (2, 3)).weight.shape == (5, 3, 2, 3)


def dense():
    model = keras.Sequential([Input((3,)), L.Dense(2)])
    assert model.layers[0].kernel.shape == (3, 2) and torch.nn.Linear(3, 2).weight.shape == (2, 3)


def flattened():
    x = np.arange(6.0).reshape(1, 2, 1, 3)
    assert torch.nn.Flatten()(torch.from_numpy(x)).tolist() == [[0, 1, 2, 3, 4, 5]]
    assert keras.ops.convert_to_numpy(L.Flatten()(channels_last(x))).tolist() == [[0, 3, 1, 4, 2, 5]]


def same_padding():
    x = np.array([[[1.0, 2, 3, 4]]], dtype=np.float32)
    theirs = torch.nn.Conv1d(1, 1, 3, stride=2, padding=1, bias=False)
    ours = keras.Sequential([Input((4, 1)), L.Conv1D(1, 3, strides=2, padding="same", use_bias=False, name="0")])
    theirs.weight.data[:] = 1
    to_keras({"0.weight": np.ones((1, 1, 3))}, ours)
    assert theirs(torch.from_numpy(x)).flatten().tolist() == [3, 9]
    assert keras.ops.convert_to_numpy(ours(channels_last(x))).ravel().tolist() == [6, 7]


def norm_eps():
    assert (L.BatchNormalization().epsilon, torch.nn.BatchNorm1d(1).eps) == (1e-3, 1e-5)


def norm_momentum():
    assert (L.BatchNormalization().momentum, torch.nn.BatchNorm1d(1).momentum) == (0.99, 0.1)
    x = np.full((4, 1), 5.0, dtype=np.float32)
    ours, theirs = L.BatchNormalization(), torch.nn.BatchNorm1d(1)
    ours(x, training=True)
    theirs(torch.from_numpy(x))
    assert keras.ops.convert_to_numpy(ours.moving_mean).item() == pytest.approx(0.05)  # a hundredth of the new
    assert theirs.running_mean.item() == pytest.approx(0.5)


def running_variance():
    x = np.array([[1.0], [5.0], [3.0], [3.0]], dtype=np.float32)  # its squared distances add up to 8
    ours, theirs = L.BatchNormalization(momentum=0.9), torch.nn.BatchNorm1d(1)
    ours(x, training=True)
    theirs(torch.from_numpy(x))
    assert keras.ops.convert_to_numpy(ours.moving_variance).item() == pytest.approx(0.9 + 0.1 * 8 / 4)
    assert theirs.running_var.item() == pytest.approx(0.9 + 0.1 * 8 / 3)


def layer_norm_eps():
    assert (L.LayerNormalization().epsilon, torch.nn.LayerNorm(1).eps) == (1e-3, 1e-5)


def adam_eps():
    theirs = torch.optim.Adam([torch.zeros(1, requires_grad=True)])
    assert (keras.optimizers.Adam().epsilon, theirs.defaults["eps"]) == (1e-7, 1e-8)


def start():
    model = keras.Sequential([Input((100,)), L.Dense(300)])
    kernel, bias = model.get_weights()
    assert 0.98 * np.sqrt(6 / 400) < np.abs(kernel).max() <= np.sqrt(6 / 400) and not bias.any()
    theirs = torch.nn.Linear(100, 300)
    for array in (theirs.weight, theirs.bias):
        assert 0.9 * 0.1 < array.abs().max() <= 0.1


def loss_by_name():
    """Scores that are taken for probabilities: divided by their sum, clipped, and no word said."""
    scores, y = np.array([[2.0, -1.0, 0.5]], dtype=np.float32), np.array([0])
    right = torch.nn.functional.cross_entropy(torch.from_numpy(scores), torch.from_numpy(y)).item()
    named = keras.losses.get("sparse_categorical_crossentropy")(y, scores)
    asked = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, scores)
    assert keras.ops.convert_to_numpy(asked).item() == pytest.approx(right, rel=1e-5)
    assert abs(keras.ops.convert_to_numpy(named).item() - right) > 0.1


def calling():
    x = np.ones((1, 100), dtype=np.float32)
    ours, theirs = keras.Sequential([Input((100,)), L.Dropout(0.5)]), torch.nn.Dropout(0.5)
    zeros = lambda y: int((np.asarray(y) == 0).sum())
    assert zeros(keras.ops.convert_to_numpy(ours(x))) == 0 < zeros(keras.ops.convert_to_numpy(ours(x, training=True)))
    assert zeros(theirs(torch.from_numpy(x))) > 0 == zeros(theirs.eval()(torch.from_numpy(x)))


def names():
    with pytest.raises(KeyError, match="name can.*contain"):
        keras.Sequential([Input((2,)), L.Dense(2, name="block.conv")])


def files():
    with tempfile.TemporaryDirectory() as folder:
        model = keras.Sequential([Input((3,)), L.Dense(2)])
        model.save(f"{folder}/net.keras")
        torch.save(torch.nn.Linear(3, 2).state_dict(), f"{folder}/net.pt")
        again = keras.models.load_model(f"{folder}/net.keras")  # a model, without the code that made it
        assert np.array_equal(again.get_weights()[0], model.get_weights()[0]) and len(again.layers) == 1
        assert list(torch.load(f"{folder}/net.pt")) == ["weight", "bias"]  # arrays by name


TRAPS = {
    "images": images,
    "kernel of a convolution": kernels,
    "dense matrix": dense,
    "flatten": flattened,
    "same padding, stride 2": same_padding,
    "ε of batch norm": norm_eps,
    "momentum of batch norm": norm_momentum,
    "running variance": running_variance,
    "ε of layer norm": layer_norm_eps,
    "ε of Adam": adam_eps,
    "weights at the start": start,
    "loss by its name": loss_by_name,
    "calling a model": calling,
    "names": names,
    "the usual file": files,
}


@pytest.mark.parametrize("trap", TRAPS)
def test_where_keras_and_torch_differ(trap):
    """Each needs torch, and Keras upon it."""
    TRAPS[trap]()


def test_every_row_of_the_chapters_table_is_held():
    """And the sentence below it counts the rows that come without an error; torch and Keras differ in all of them."""
    path = Path(__file__).parents[2] / "chapters" / "18_functional_models.ipynb"
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
    rows = cells["traps"].splitlines()[2:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(TRAPS)
    assert sum("**no error**" in row for row in rows) == 9 and len(rows) == 15
    assert "Nine of the fifteen" in cells["traps-read"]
