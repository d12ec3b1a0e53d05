"""What chapter 14 measures: against SciPy and torch where they compute the same, and what the prose says of it."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

from dlbook import data
from dlbook.experiments import convolution as lab
from dlbook.figures import convolution as figures


@pytest.mark.parametrize("name", lab.KERNELS)
def test_a_kernel_on_the_photo_is_scipys_correlation(name):
    photo = data.grey(data.photo("china"))
    expected = correlate2d(photo, lab.KERNELS[name], mode="valid")
    np.testing.assert_allclose(lab.filtered(photo, lab.KERNELS[name]), expected, atol=1e-12)


def test_edges_are_0_on_even_ground_and_turn_their_sign_with_the_image():
    even, photo = np.full((6, 7), 0.4), data.grey(data.photo("flower"))
    assert np.abs(lab.filtered(even, lab.SOBEL)).max() < 1e-15
    mirrored = lab.filtered(photo[:, ::-1], lab.SOBEL)[:, ::-1]
    np.testing.assert_allclose(mirrored, -lab.filtered(photo, lab.SOBEL), atol=1e-12)


def test_the_kernel_of_the_edges_is_found_from_the_photo_alone():
    run = lab.learn_kernel()
    np.testing.assert_allclose(run.kernels[300], lab.SOBEL, atol=1e-3)
    assert run.loss[-1] < 1e-9 < 0.1 < run.loss[0] and np.abs(run.kernels[0]).max() < 0.5


def test_learning_goes_the_way_of_torch():
    run = lab.learn_kernel(steps=10, seen=(0, 10))
    x = torch.tensor(data.grey(data.photo("china")))[None, None]
    x = x - x.mean()
    target = torch.nn.functional.conv2d(x, torch.tensor(lab.SOBEL)[None, None])
    weight = torch.nn.Parameter(torch.tensor(run.kernels[0])[None, None])
    optimizer = torch.optim.SGD([weight], lr=0.5, momentum=0.9)
    for _ in range(10):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(torch.nn.functional.conv2d(x, weight), target).backward()
        optimizer.step()
    np.testing.assert_allclose(run.kernels[10], weight.detach().numpy()[0, 0], rtol=1e-9)


def test_centring_the_photo_lets_the_rate_be_larger():
    """Its mean makes one direction of the bowl four times as steep."""
    centred, raw = (lab.learn_kernel(20, 1.2, 0.0, (20,), on) for on in (True, False))
    assert centred.loss[-1] < 0.3 * centred.loss[0] and raw.loss[-1] > raw.loss[0]
    assert lab.learn_kernel(20, 0.3, 0.0, (20,), False).loss[-1] < raw.loss[0]


STACKS = [
    lab.LENET,
    (lab.Stage("conv", 3), lab.Stage("conv", 3)),
    (lab.Stage("conv", 3), lab.Stage("pool", 2, 2), lab.Stage("conv", 3)),
    (lab.Stage("conv", 3, 2), lab.Stage("conv", 3, dilation=2)),
]


@pytest.mark.parametrize("stages", STACKS)
def test_the_receptive_field_is_where_a_gradient_arrives(stages):
    assert lab.receptive_fields(stages)[-1][0] == lab.seen_pixels(stages)


def test_receptive_fields_of_lenet():
    assert lab.receptive_fields(lab.LENET) == [(5, 1), (6, 2), (14, 2), (16, 4)]


def test_pooling_keeps_what_a_shift_by_a_pixel_changes_small_and_picking_does_not():
    changes = lab.shift_changes()
    assert min(changes["every nth"].values()) > 0.8
    for name in ("maximum", "mean"):
        assert changes[name][2] < 0.5 and changes[name][4] < 0.27 and changes[name][8] < 0.16


def test_lenet_is_torchs_net_of_61_706_numbers():
    ours = lab.lenet(np.random.default_rng(0), np.float64)
    assert sum(lab.parameters(ours).values()) == 61_706
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10),
    ).double()  # fmt: skip
    theirs.load_state_dict({name: torch.as_tensor(array) for name, array in ours.state_dict().items()})
    x = data.fashion_mnist("test").X[:5].reshape(-1, 1, 28, 28).astype(float)
    np.testing.assert_allclose(ours(x), theirs(torch.tensor(x)).detach().numpy(), rtol=1e-10)


def test_weights_of_a_layer_are_torchs():
    shared, dense = lab.weights_of_a_layer(2, 4, 3, 5)
    count = lambda layer: sum(p.numel() for p in layer.parameters())
    assert shared == count(torch.nn.Conv2d(2, 3, 5)) and dense == count(torch.nn.Linear(2 * 16, 3 * 16))


def test_windows_take_nine_times_the_room():
    image, windows = lab.memory(batch=2, channels=3, size=8)
    assert (image, windows) == (4 * 2 * 3 * 64, 9 * image)


def test_a_convolution_is_a_matrix_in_which_four_weights_stand_again_and_again():
    matrix = figures.as_matrix()
    weights, x = np.random.default_rng(0).normal(size=4), np.random.default_rng(1).normal(size=(3, 3))
    product = np.where(matrix, weights[matrix - 1], 0) @ x.ravel()
    np.testing.assert_allclose(product.reshape(2, 2), correlate2d(x, weights.reshape(2, 2), mode="valid"))
    assert np.bincount(matrix.ravel()).tolist() == [20, 4, 4, 4, 4]


def table_means(table, names) -> dict:
    return {(net, on): table.of("accuracy", net=net, shuffled=on).mean() for net in names for on in (False, True)}


def test_shuffled_pixels_cost_the_convolutions_and_not_the_dense_net():
    """The tables that the chapter quotes; of each, one start gives what it gave."""
    digits = lab.measured.table(lab.digits_read)
    mean = table_means(digits, ("dense", "convolution"))
    assert abs(mean["dense", True] - mean["dense", False]) < 0.01
    assert mean["convolution", False] > max(mean["dense", False], mean["convolution", True]) + 0.008
    low, again, high = digits.again("accuracy", net="convolution", shuffled=True)
    assert low <= again <= high
    clothes = table_means(lab.measured.table(lab.clothes_named), ("dense", "lenet"))
    assert abs(clothes["dense", True] - clothes["dense", False]) < 0.01
    assert clothes["lenet", True] < clothes["lenet", False] - 0.02


@pytest.mark.weekly
def test_lenet_from_scratch_names_84_percent_of_the_clothes():
    run = lab.learn_clothes(seed=3)  # the least of the five
    assert run.accuracy >= 0.84 and len(run.loss) == 4 * 10_000 / 32
    assert all(array.dtype == np.float32 for array in run.model.parameters().values())
    table = lab.measured.table(lab.clothes_named)
    assert table.of("accuracy", net="lenet", shuffled=False).min() >= 0.84
