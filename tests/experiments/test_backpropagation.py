"""What chapter 08 measures: against torch where it computes the same, and what the prose says of it."""

import numpy as np
import pytest
import torch

from dlbook import data
from dlbook.experiments import backpropagation as experiments
from dlbook.scratch import losses


def test_training_goes_the_way_of_torch():
    """The same batches, momentum and falling η: after an epoch on real digits the weights are torch's."""
    rng = np.random.default_rng(0)
    ours = experiments.mlp((64, 16, 10), rng, batch_norm=True)
    theirs = torch.nn.Sequential(
        torch.nn.Linear(64, 16), torch.nn.BatchNorm1d(16), torch.nn.ReLU(), torch.nn.Linear(16, 10)
    ).double()
    theirs.load_state_dict({name: torch.as_tensor(array) for name, array in ours.state_dict().items()})
    X, y = data.digits().X[:320], data.digits().y[:320]
    order = np.random.default_rng(5).permutation(320)
    seen = experiments.train(ours, X, y, 1, lr=0.1, batch_size=32, rng=np.random.default_rng(5))
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    for loss_seen, batch in zip(seen, order.reshape(10, 32), strict=True):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(theirs(torch.from_numpy(X[batch])), torch.from_numpy(y[batch]))
        loss.backward()
        optimizer.step()
        schedule.step()
        assert loss_seen == pytest.approx(loss.item(), rel=1e-9)
    for name, tensor in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name], tensor.numpy(), rtol=1e-9, atol=1e-12, err_msg=name)


def test_digits_are_read_from_scratch():
    run = experiments.learn_digits(batch_norm=True, dropout=0.2)
    assert run.accuracy >= 0.97 and run.loss[-20:].mean() < 0.1 < 2 < run.loss[0]
    assert not run.model.training


def test_clothes_are_told_apart():
    run = experiments.learn_clothes()
    assert run.accuracy >= 0.865 and all(array.dtype == np.float32 for array in run.model.parameters().values())


def test_the_seed_decides():
    first, again, other = (experiments.learn_digits(seed, epochs=1) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.loss, again.loss)
    assert not np.array_equal(first.loss, other.loss)


def test_backpropagation_passes_central_differences():
    assert experiments.check_by_differences() < 1e-6
    model = experiments.mlp((64, 6, 10), np.random.default_rng(0))
    assert experiments.differences_cost(model) == (64 * 6 + 6 + 6 * 10 + 10, 2 * 460)


def test_batch_norm_fails_with_batches_of_two():
    effect = experiments.batch_size_effect(sizes=(2, 32), seeds=(0,), epochs=2)
    without, normalized = effect["without batch norm"], effect["with batch norm"]
    assert normalized[2] < without[2] and normalized[32] > without[32]


def test_two_samples_leave_no_derivative():
    two, three = (np.abs(experiments.batch_norm_pass(rows).names["dX"]).max() for rows in ((0, 1), (0, 1, 2)))
    assert two < 1e-3 * three


def test_the_pass_is_that_of_the_layers():
    """The recorded lines against `losses.mse` and one sample at a time: the batch is the mean of its samples."""
    tape = experiments.mlp_pass()
    assert tape.names["L"] == pytest.approx(losses.mse(experiments.Y[:, 0], tape.names["A2"][:, 0]))
    each = [experiments.mlp_pass((i,)).names["dW1"] for i in range(3)]
    np.testing.assert_allclose(tape.names["dW1"], np.mean(each, axis=0), rtol=1e-12)


def test_a_mirror_twice_is_no_mirror():
    X = data.fashion_mnist("test").X[:5]
    mirror = experiments.mirrored(X)
    np.testing.assert_array_equal(experiments.mirrored(mirror), X)
    np.testing.assert_array_equal(mirror.reshape(5, 28, 28)[:, 3, 0], X.reshape(5, 28, 28)[:, 3, 27])
    assert experiments.brightness(X).min() == -1 and experiments.brightness(X).dtype == np.float32
