"""Architectures: the published counts, torch's own counts, and small versions that compute, learn and refuse alike."""

import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from twins import assert_same, assert_twins_agree, resolve

import dlbook
from dlbook.scratch import architectures, layers, models
from dlbook.scratch.architectures import (
    Add,
    BatchNorm2d,
    Concatenate,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    Net,
    ReLU,
    Tanh,
    alexnet,
    googlenet,
    lenet5,
    mobilenet,
    resnet,
    squeezenet,
    table,
    totals,
    vgg,
)
from dlbook.scratch.initializers import he

rng = np.random.default_rng(0)

# Parameters as published; multiplications in millions, each counted once for a sample.
PUBLISHED = [
    ("architectures.lenet5", {}, 61_706, 0.416520),
    ("architectures.alexnet", {}, 60_965_224, 724.406816),
    ("architectures.alexnet", {"groups": 1}, 61_100_840, 714.188480),
    ("architectures.vgg", {"depth": 11}, 132_863_336, 7_609.090048),
    ("architectures.vgg", {"depth": 13}, 133_047_848, 11_308.466176),
    ("architectures.vgg", {}, 138_357_544, 15_470.264320),
    ("architectures.vgg", {"depth": 19}, 143_667_240, 19_632.062464),
    ("architectures.googlenet", {}, 6_998_552, 1_582.671872),
    ("architectures.resnet", {}, 11_689_512, 1_814.073344),
    ("architectures.resnet", {"depth": 34}, 21_797_672, 3_663.761408),
    ("architectures.resnet", {"depth": 50}, 25_557_032, 4_089.184256),
    ("architectures.resnet", {"depth": 101}, 44_549_160, 7_801.405440),
    ("architectures.resnet", {"depth": 152}, 60_192_808, 11_513.626624),
    ("architectures.mobilenet", {}, 4_231_976, 568.740352),
    ("architectures.mobilenet", {"version": 2}, 3_504_872, 300.774272),
    ("architectures.mobilenet", {"version": 2, "keras": True}, 3_504_872, 300.774272),
    ("architectures.squeezenet", {}, 1_235_496, 349.151936),
]
IDS = [f"{name.partition('.')[2]} {options}" for name, options, *_ in PUBLISHED]


@pytest.mark.parametrize(("name", "options", "parameters", "millions"), PUBLISHED, ids=IDS)
def test_the_published_counts(name, options, parameters, millions):
    assert totals(resolve("scratch", name)(**options)) == (parameters, round(millions * 1e6))


@pytest.mark.parametrize(("name", "options", "parameters", "millions"), PUBLISHED, ids=IDS)
def test_torch_counts_the_same_layer_by_layer(name, options, parameters, millions):
    """On the meta device, which makes no number: the shape of every value, the parameters, weights times places."""
    net = resolve("scratch", name)(**options)
    with torch.device("meta"):
        model = dlbook.pytorch.architectures.build(net).eval()
        model(*[torch.empty(2, *shape) for shape in net.inputs.values()])
    assert sum(p.numel() for p in model.parameters()) == parameters
    for line in table(net):
        layer, shape = model.get_submodule(line.name), tuple(model.values[line.name].shape[1:])
        assert (line.name, line.shape, line.parameters) == (
            line.name,
            shape,
            sum(p.numel() for p in layer.parameters()),
        )
        weight = layer.weight if isinstance(layer, (torch.nn.Conv2d, torch.nn.Linear)) else torch.empty(0)
        assert line.multiplications == weight.numel() * np.prod(shape[1:], dtype=int), line.name


@pytest.mark.parametrize(
    ("net", "last_map", "pixels"),
    [
        (lenet5(), "pool2", 16), (alexnet(), "features.12", 195), (vgg(), "features.30", 212),
        (mobilenet(), "block_13.pointwise_relu", 315), (mobilenet(2), "out_relu", 491),
    ],
    ids=lambda net: getattr(net, "name", None),
)  # fmt: skip
def test_published_receptive_fields(net, last_map, pixels):
    """Araujo, Norris and Sim 2019, but for LeNet, which is 1 + 4 + 1 + 2·4 + 2."""
    assert {line.name: line.receptive_field for line in table(net)}[last_map] == pixels


def branched():
    net = Net("branched", x=(1, 33, 33))
    x = net.row("", "x", conv1=Conv2d(1, 2, 3, stride=2), pool=MaxPool2d(2))
    short = net.add("short", Conv2d(2, 2, 1), x)
    long = net.row("long", x, Conv2d(2, 2, 3, padding=2, dilation=2), Conv2d(2, 2, 3, padding=1))
    net.add("sum", Add(), short, long)
    return net


def test_the_receptive_field_is_where_the_gradient_goes():
    net = branched()
    fields = {line.name: line.receptive_field for line in table(net)}
    for name in ("conv1", "pool", "short", "long.0", "sum"):
        model = architectures.build(net.until(name), rng=0)
        for weight in model.parameters().values():
            weight[...] = 1 + weight**2  # positive: nothing cancels
        y = model(np.sort(rng.normal(size=33 * 33)).reshape(1, 1, 33, 33))
        upstream = np.zeros_like(y)
        upstream[:, :, y.shape[2] // 2, y.shape[3] // 2] = 1
        rows = np.flatnonzero(model.backward(upstream)[0, 0].any(axis=1))
        # of a pool's 2 × 2 only the largest has a gradient: here the last, so that one stride of conv1 is missing
        pooled = 2 if name != "conv1" else 0
        assert rows[-1] - rows[0] + 1 == fields[name] - pooled, name


def test_a_dense_layer_sees_all_that_its_map_has_seen():
    lines = {line.name: line.receptive_field for line in table(lenet5())}
    assert lines["conv2"] == 1 + 4 + 1 + 4 * 2 and lines["pool2"] == lines["conv2"] + 2 == lines["flatten"]
    assert lines["fc1"] == lines["fc3"] == 16 + 4 * 4  # 5 × 5 places, 4 pixels apart: 32 pixels, the padded image
    net = Net("row", x=(7,))
    net.add("fc", Linear(7, 2), "x")
    assert table(net)[0].receptive_field == 7


@pytest.mark.parametrize(("K", "stride"), [(8, 1), (8, 2), (32, 1)])
def test_the_price_of_a_separable_convolution(K, stride):
    """1/K + 1/k² of the multiplications of a whole convolution to K channels with a k × k kernel."""
    apart, whole = Net("apart", x=(6, 12, 12)), Net("whole", x=(6, 12, 12))
    architectures.separable(apart, "block", "x", K, stride)
    whole.add("conv", Conv2d(6, K, 3, stride, padding=1, bias=False), "x")
    assert Fraction(totals(apart)[1], totals(whole)[1]) == Fraction(1, K) + Fraction(1, 9)


def test_a_shared_layer_has_its_parameters_once_and_its_multiplications_twice():
    lines = {line.name: line for line in table(twofold())}
    once, again = lines["tower.0"], lines["again.0"]
    assert (once.parameters, again.parameters) == (3 * 2 * 9, 0)
    assert once.multiplications == again.multiplications == 3 * 2 * 9 * 2 * 2
    model = architectures.build(twofold())
    assert totals(twofold())[0] == sum(array.size for array in model.parameters().values())


@pytest.mark.parametrize("size", [7, 8])
def test_keras_pads_as_its_same_does(size):
    """In all what a last window needs, half of it before, the odd one after; with it all shapes are ⌈size / 2⌉."""
    pad = {line.name: line for line in table(mobilenet(2, size=size, keras=True))}["Conv1_pad"]
    whole = (-(-size // 2) - 1) * 2 + 3 - size
    assert pad.layer.padding == 2 * (whole // 2, whole - whole // 2)
    assert pad.shape == (3, size + whole, size + whole)


# ── Small versions ──


def inception_net():
    net = Net("inception", x=(3, 5, 6))
    architectures.inception(net, "block", "x", 2, 2, 3, 1, 2, 2)
    return net


def separable_net():
    net = Net("separable", x=(3, 6, 6))
    architectures.separable(net, "one", architectures.inverted_residual(net, "two", "x", 3, expansion=2), 4, stride=2)
    return net


def twofold():
    """Two inputs, two outputs, and a tower that both inputs go through."""
    net = Net("twofold", a=(2, 4, 4), b=(2, 4, 4))
    left = net.row("tower", "a", Conv2d(2, 3, 3, bias=False), BatchNorm2d(3), Tanh())
    right = net.add("again.2", "tower.2", net.add("again.1", "tower.1", net.add("again.0", "tower.0", "b")))
    both = net.add("both", Flatten(), net.add("join", Concatenate(), left, right))
    net.add("score", Linear(24, 2), both)
    net.add("size", Linear(24, 1), net.add("bend", ReLU(), both))
    net.outputs = ("score", "size")
    return net


SMALL = {
    "inception": inception_net(),
    "separable": separable_net(),
    "two inputs, two outputs, shared layers": twofold(),
    "lenet5": lenet5(size=16, width=0.5),
    "lenet5, as it was": lenet5(size=16, width=0.5, modern=False),
    "alexnet": alexnet(4, 1, 16, 1 / 16, stem=(5, 1)),
    "vgg": vgg((1, 2), 4, 1, 8, 1 / 32),
    "googlenet": googlenet(4, 1, 16, 1 / 16, blocks=("3a", "4a"), stem=(3, 1)),
    "resnet": resnet((1, 1), 4, 1, 8, 1 / 16, stem=(3, 1), stem_pool=False),
    "resnet, plain": resnet((1, 1), 4, 1, 8, 1 / 16, stem=(3, 2), stem_pool=False, shortcut=None),
    "resnet, identity": resnet((1, 1), 4, 1, 8, 1 / 16, stem=(3, 2), stem_pool=False, shortcut="identity"),
    "resnet, no batch norm": resnet((1, 1), 4, 1, 8, 1 / 16, stem=(3, 2), stem_pool=False, batch_norm=False),
    "squeezenet": squeezenet(4, 1, 32, 1 / 4),
    "mobilenet": mobilenet(1, 4, 1, 8, 1 / 8, blocks=((32, 1), (64, 2))),
    "mobilenet 2": mobilenet(2, 4, 1, 8, 1 / 8, blocks=((1, 16, 1, 1), (2, 16, 2, 2)), keras=True),
}


def state_of(net, seed=0):
    """Weights for a net, through which x and gradients come; its batch norms have seen other batches."""
    draw, state = np.random.default_rng(seed), architectures.build(net, rng=seed).state_dict()
    for name, array in state.items():
        if array.ndim > 1:
            state[name] = he(draw.normal(size=array.shape))  # else little of x would reach the end
        elif array.ndim == 1:
            low = -0.5 if name.endswith("running_mean") else 0.5
            state[name] = draw.uniform(low, low + 1, array.shape)
    return state


def question(net, N=3):
    xs = tuple(rng.normal(size=(N, *shape)) for shape in net.inputs.values())
    ups = tuple(rng.normal(size=(N, *net.shapes[name])) for name in net.outputs or (net.rows[-1][0],))
    return [(part if len(part) > 1 else part[0]) for part in (xs, ups)]


@pytest.mark.parametrize("net", SMALL.values(), ids=SMALL)
def test_small_versions_compute_and_go_back_alike(net):
    """Outputs, the gradients of inputs and weights, running statistics: in both rooms, with the same weights."""
    draws = any(isinstance(line.layer, architectures.Dropout) for line in table(net))  # each room draws for itself
    for training in (False,) if draws else (False, True):
        ours = assert_twins_agree(
            "architectures.passes", net, state_of(net), *question(net), training=training, atol=1e-12
        )
        assert np.abs(ours.x_grad).max() > 1e-3


def test_weights_move_to_torch_and_back_by_name():
    for net in SMALL.values():
        ours, theirs = architectures.build(net, rng=1), dlbook.pytorch.architectures.build(net).double().eval()
        assert list(ours.state_dict()) == list(theirs.state_dict())
        ours.load_state_dict({name: tensor.numpy() for name, tensor in theirs.state_dict().items()}).eval()
        xs = [rng.normal(size=(1, *shape)) for shape in net.inputs.values()]
        assert_same(ours(*xs), theirs(*map(torch.from_numpy, xs)), atol=1e-12)


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "vgg", "googlenet", "resnet", "mobilenet", "mobilenet 2"])
def test_small_versions_learn(name):
    """Eight images by heart: stripes that lie and stripes that stand, each a little different.

    SqueezeNet is not among them: in every second start the ReLU after its last layer silences a class for good.
    """
    net = SMALL[name]
    model, size = architectures.build(net), net.inputs["x"][1]
    for layer in model.children.values():
        if isinstance(layer, layers.Dropout):
            layer.p = 0  # eight images and half of the units: that would be luck
    for weight in model.parameters().values():
        if weight.ndim > 1:
            weight[...] = he(rng.normal(size=weight.shape))  # deep and without batch norm: the start decides
    stripes = np.sin(np.arange(size))[:, None] + rng.normal(0, 0.1, size=(8, 1, size, size))
    y = np.arange(8) % 2
    x = np.where(y[:, None, None, None] == 1, stripes.swapaxes(2, 3), stripes)
    losses = models.fit(model, [(x, y)], epochs=60, lr=0.05)
    assert losses[-5:].mean() < 0.25 * losses[0], losses


def test_the_models_know_torchvisions_names():
    names = architectures.build(SMALL["resnet"]).state_dict().keys()
    assert {
        "conv1.weight",
        "bn1.running_var",
        "layer2.0.downsample.1.bias",
        "layer2.0.conv2.weight",
        "fc.bias",
    } <= names
    assert {"features.0.weight", "features.3.bias", "classifier.6.bias"} <= architectures.build(
        SMALL["alexnet"]
    ).state_dict().keys()
    assert "fire9.expand3x3.bias" in architectures.build(SMALL["squeezenet"]).state_dict()


def test_a_plain_net_has_the_parameters_of_the_one_with_identity_skips():
    plain, skips = (resnet((2, 2), shortcut=shortcut) for shortcut in (None, "identity"))
    assert totals(plain) == totals(skips) < totals(resnet((2, 2)))
    adds = [sum(isinstance(line.layer, Add) for line in table(net)) for net in (plain, skips, resnet((2, 2)))]
    assert adds == [0, 3, 4]


def test_without_batch_norm_the_convolutions_have_a_bias():
    """Two numbers a channel go, scale and shift, and one comes."""
    net, bare = resnet(), resnet(batch_norm=False)
    channels = sum(line.layer.num_features for line in table(net) if isinstance(line.layer, BatchNorm2d))
    assert not any(isinstance(line.layer, BatchNorm2d) for line in table(bare))
    assert totals(net)[0] - totals(bare)[0] == 2 * channels - channels


def test_a_net_may_end_early():
    net = mobilenet(2, 4, 1, 8, 1 / 8, blocks=((1, 16, 1, 1), (2, 16, 3, 1)), keras=True)
    trunk = net.until("block_2.add")
    state = state_of(net)
    model, part = architectures.build(net), architectures.build(trunk)
    part.load_state_dict({name: state[name] for name in part.state_dict()})
    x = rng.normal(size=(2, 1, 8, 8))
    model.load_state_dict(state).eval()(x)
    assert np.array_equal(part.eval()(x), model.values["block_2.add"])
    assert list(part.state_dict()) == list(state)[: len(part.state_dict())] and "block_3.expand.weight" in state
    assert trunk == net.until("block_2.add") != net.until("block_1.add")


def test_float32_stays_and_a_seed_gives_the_same_weights():
    one, two = (architectures.build(SMALL["resnet"], dtype=np.float32, rng=5) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.state_dict().values(), two.state_dict().values(), strict=True))
    assert {array.dtype for array in one.parameters().values()} == {np.dtype(np.float32)}
    y = one(rng.normal(size=(2, 1, 8, 8)).astype(np.float32))
    assert y.dtype == one.backward(y).dtype == np.float32


# ── What does not fit ──


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("net", "shape", "message"),
    [
        (
            "lenet5",
            (2, 1, 20, 20),
            "x must fit lenet5: got shape (1, 20, 20), need shape (1, 16, 16) (lenet5, fc1: x must have the features "
            "that the weights take: got shape (72,), need shape (32,))",
        ),
        (
            "resnet",
            (2, 3, 8, 8),
            "x must fit resnet(1, 1): got shape (3, 8, 8), need shape (1, 8, 8) (resnet(1, 1), conv1: x",
        ),
        (
            "squeezenet",
            (2, 1, 6, 6),
            "x must fit squeezenet: got shape (1, 6, 6), need shape (1, 32, 32) (squeezenet, pool",
        ),
        (
            "vgg",
            (1, 8, 8),
            "x must fit vgg(1, 2): got shape (8, 8), need shape (1, 8, 8) (vgg(1, 2), features.0: x must be",
        ),
    ],
)
def test_an_image_of_another_size_is_named(room, net, shape, message):
    x = np.ones(shape) if room == "scratch" else torch.ones(shape)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(dlbook, room).architectures.build(SMALL[net])(x)


@pytest.mark.parametrize("size", [40, 64])
def test_a_net_that_ends_in_a_mean_takes_other_sizes(size):
    net = SMALL["squeezenet"]
    model = architectures.build(net, rng=0).eval()
    assert model(np.ones((1, 1, size, size))).shape == (1, 4)
    lines = {line.name: line for line in table(net, (1, size, size))}
    assert lines["conv1"].shape == model.values["conv1"].shape[1:]
    assert totals(net, (1, size, size))[0] == totals(net)[0] and totals(net, (1, size, size))[1] > totals(net)[1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: vgg(12), "depth must be a known name: got 12, need one of 11, 13, 16, 19"),
        (lambda: resnet(20), "depth must be a known name: got 20"),
        (lambda: resnet(shortcut="add"), "shortcut must be a known name: got 'add', need one of 'projection',"),
        (lambda: alexnet(groups=3), "groups must be a known name: got 3, need one of 2, 1"),
        (lambda: mobilenet(keras=True), "keras must be False for version 1: got True, need version=2"),
        (lambda: mobilenet(3), "version must be a known name: got 3, need one of 1, 2"),
        (lambda: googlenet(blocks=("6a",)), "blocks must be a known name: got '6a'"),
        (lambda: vgg(size=16), "vgg16, features.30: kernel_size must fit into the padded image: got 2 × 2"),
        (lambda: alexnet(width=1 / 48), "alexnet, features.3: groups must divide the channels of out_channels: got 2"),
        (lambda: Net("n", x=(1, 4, 4)).add("a", Conv2d(1, 2, 3), "z"), "rows[0] must take what stands above it: got"),
        (lambda: Net("n", x=(1, 4, 4)).add("x", ReLU(), "x"), "rows[0] must have a name of its own: got 'x'"),
        (lambda: Net("n", x=(1, 4, 4)).add("a", ReLU(), "a"), "rows[0] must take what stands above it: got 'a',"),
        (lambda: Net("n", x=(1, 4, 4)).add("a", Linear(16, 2), "x"), "n, a: x must have the features that the weights"),
        (lambda: Net("n", x=(8,)).add("a", MaxPool2d(2), "x"), "n, a: x must be an image: got shape (8,)"),
        (
            lambda: Net("n", x=(1, 4, 4), y=(2, 4, 4)).add("a", Add(), "x", "y"),
            "n, a: xs[1] must have the shape of xs[0]: got shape (2, 4, 4), need shape (1, 4, 4)",
        ),
        (
            lambda: Net("n", x=(1, 4, 4), y=(2, 4, 5)).add("a", Concatenate(), "x", "y"),
            "n, a: xs[1] must fit beside xs[0]: got shape (2, 4, 5)",
        ),
        (lambda: table(lenet5(), (1, 32, 32), (1,)), "sizes must be 1: got 2, need x"),
    ],
)  # fmt: skip
def test_a_net_that_does_not_add_up_is_named(make, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        make()


def test_weights_of_another_net_are_named():
    model = architectures.build(SMALL["vgg"])
    with pytest.raises(
        ValueError, match="^state must hold the names of this model: got a difference in classifier.0.bias"
    ):
        model.load_state_dict(state_of(SMALL["lenet5"]))
    wider = state_of(vgg((1, 2), 4, 1, 8, 1 / 16))
    with pytest.raises(
        ValueError, match=re.escape("state['features.0.weight'] must fit the model: got shape (4, 1, 3, 3)")
    ):
        model.load_state_dict(wider)


def test_a_description_makes_the_layer_of_its_name():
    made = Conv2d(2, 4, 3, stride=2, groups=2).made(layers, rng=0)
    assert type(made) is layers.Conv2d and made.options["stride"] == 2 and made.params["weight"].shape == (4, 1, 3, 3)
    assert architectures.Layer().multiplications((3,)) == 0
