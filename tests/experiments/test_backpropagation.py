"""What chapter 08 measures: against torch where it computes the same, and what the prose says of it."""

import numpy as np
import pytest
import torch
from oracles import backpropagation as oracle

from dlbook import data
from dlbook.experiments import backpropagation as experiments
from dlbook.experiments import backpropagation_passes as passes
from dlbook.explorers import backpropagation as explorer
from dlbook.explorers import backpropagation_batch_norm as batch_norm_explorer
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


@pytest.mark.weekly
def test_clothes_are_told_apart():
    run = experiments.learn_clothes()
    assert run.accuracy >= 0.87 and all(array.dtype == np.float32 for array in run.model.parameters().values())


def test_the_seed_decides():
    first, again, other = (experiments.learn_digits(seed, epochs=1) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.loss, again.loss)
    assert not np.array_equal(first.loss, other.loss)


def test_backpropagation_passes_central_differences():
    count, worst = experiments.check_by_differences()
    assert count == 460 and worst < 1e-8
    model = experiments.mlp((64, 6, 10), np.random.default_rng(0))
    assert experiments.differences_cost(model) == (64 * 6 + 6 + 6 * 10 + 10, 2 * 460)


def test_batch_norm_fails_with_batches_of_two():
    effect = experiments.batch_size_effect(sizes=(2, 32), seeds=(0,), epochs=2)
    without, normalized = effect["without batch norm"], effect["with batch norm"]
    assert normalized[2] < without[2] and normalized[32] > without[32]


def test_two_samples_leave_no_derivative():
    """What is left is ½ (u₁ − u₂) ε / (σ² + ε)^{3/2}: next to nothing, or, where the two nearly tie, a kick."""
    two, tie, three = (passes.batch_norm_pass(rows) for rows in ((0, 1), (3, 4), (0, 1, 2)))
    for tape in (two, tie):
        u, var = tape.names["dH"], tape.names["var"]
        left = (u[0] - u[1]) / 2 * 1e-5 / (var + 1e-5) ** 1.5
        np.testing.assert_allclose(tape.names["dX"][0], left, rtol=1e-6, atol=1e-12)
    largest = [np.abs(tape.names["dX"]).max() for tape in (two, tie, three)]
    assert largest[0] < 1e-3 * largest[2] and largest[1] > 100 * largest[2]


def test_the_pass_is_that_of_the_layers():
    """The recorded lines against `losses.mse` and one sample at a time: the batch is the mean of its samples."""
    tape = passes.mlp_pass()
    assert tape.names["L"] == pytest.approx(losses.mse(passes.Y[:3, 0], tape.names["A2"][:, 0]))
    each = [passes.mlp_pass((i,)).names["dW1"] for i in range(3)]
    np.testing.assert_allclose(tape.names["dW1"], np.mean(each, axis=0), rtol=1e-12)


def entries(tape):
    """Every derivative of the pass beside the one by central differences."""
    for step in tape.steps:
        for index in np.ndindex(step.value.shape if step.phase == "backward" else (0,)):
            yield step.value[index], passes.nudged(tape, step.name.removeprefix("d"), index)


@pytest.mark.parametrize("samples", [(0,), (3,), (0, 1, 2)])
def test_every_number_on_the_way_back_passes_central_differences(samples):
    for value, difference in entries(passes.mlp_pass(samples)):
        assert value == pytest.approx(difference, rel=1e-6, abs=1e-11)


@pytest.mark.parametrize("slip", list(passes.SLIPS)[1:])
def test_central_differences_see_every_slip_and_one_sample_hides_those_of_the_mean(slip):
    """The 1/m of one sample is 1."""
    differ = [
        any(abs(value / difference - 1) > 0.01 for value, difference in entries(passes.mlp_pass(samples, slip)))
        for samples in ((0, 1, 2), (0,))
    ]
    assert differ == [True, "1/m" not in slip]


def test_the_saturated_sample_sends_little_back():
    soft, hard = (np.abs(passes.mlp_pass((i,)).names["dZ1"][0, :2]).max() for i in (2, 3))
    assert hard < soft / 100


@pytest.mark.parametrize("samples", explorer.SAMPLES)
@pytest.mark.parametrize("slip", passes.SLIPS)
def test_every_step_of_the_drawing(samples, slip):
    for step in range(1, explorer.STEPS + 1):
        values = {"step": step, "samples": samples, "slip": slip, "row": 2, "column": 2}
        oracle.check_drawing(explorer.state(**values), values)


@pytest.mark.parametrize("slip", passes.SLIPS)
def test_the_parts_of_the_samples_on_the_lines_add_up(slip):
    tape = passes.mlp_pass(slip=slip)
    for name in ("dW1", "dW2"):
        parts = [explorer._on_lines(tape, name, sample) for sample in range(3)]
        np.testing.assert_allclose(np.sum(parts, axis=0), tape.names[name].ravel(), rtol=1e-12)


def test_every_array_that_a_line_of_batch_norm_reads_is_joined_to_it():
    read = {
        (name, step.name)
        for step in passes.batch_norm_pass().steps
        for name in step.operands
        if name not in ("gamma", "beta", "M0", "V0")
    }
    assert read == set(batch_norm_explorer.LINKS)


def test_a_batch_of_two_sends_kicks_to_few_units_and_learns_better_without_them():
    kicks = experiments.kicks(batches=20)
    assert kicks.size > 5 and kicks.six > 0.9 and kicks.middle < 1e-3
    many = experiments.kicks(batches=20, size=32)
    assert many.size < kicks.size and many.six < 0.5 and many.middle > 0.1
    learning = experiments.batch_size_effect(sizes=(2,), seeds=(0,), epochs=2)["with batch norm"][2]
    assert experiments.first_layer_frozen(seeds=(0,)) > learning


def test_what_is_frozen_stays_and_the_rest_learns():
    X, y = data.digits().X[:64], data.digits().y[:64]
    model = experiments.mlp((64, 8, 10), np.random.default_rng(0))
    before = model.state_dict()
    experiments.train(model, X, y, 1, lr=0.1, batch_size=32, rng=np.random.default_rng(0), frozen=("0.",))
    same = {name: np.array_equal(array, before[name]) for name, array in model.state_dict().items()}
    assert same == {"0.weight": True, "0.bias": True, "2.weight": False, "2.bias": False}


def test_the_order_of_the_pixels_tells_an_mlp_nothing():
    order = np.random.default_rng(9).permutation(64)
    plain, shuffled = (experiments.learn_digits(epochs=10, pixels=pixels).accuracy for pixels in (None, order))
    assert abs(plain - shuffled) < 0.02
    X, turned = experiments.digits_split()[0], experiments.digits_split(order)[0]
    np.testing.assert_array_equal(turned[:, 3], X[:, order[3]])


def test_a_forgotten_eval_costs_most_of_what_was_learned():
    model = experiments.learn_digits(batch_norm=True, epochs=10).model
    before = model.state_dict()
    shares = experiments.forgotten_eval(model)
    assert shares["eval"] > 0.97 and shares["pairs"] < 0.75 and shares["alike"] < 0.5
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name], err_msg="looking must not move the running statistics")
    assert not model.training


def test_a_shift_moves_by_a_pixel_at_most():
    X = data.fashion_mnist("test").X[:50]
    moved = experiments.shifted(X, np.random.default_rng(0)).reshape(-1, 28, 28)
    padded = np.pad(X.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    windows = [padded[:, a : a + 28, b : b + 28] for a in range(3) for b in range(3)]
    hits = np.array([(moved == window).all(axis=(1, 2)) for window in windows])
    assert hits.any(axis=0).all() and hits.any(axis=1).all() and moved.dtype == X.dtype


def test_a_mirror_twice_is_no_mirror():
    X = data.fashion_mnist("test").X[:5]
    mirror = experiments.mirrored(X)
    np.testing.assert_array_equal(experiments.mirrored(mirror), X)
    np.testing.assert_array_equal(mirror.reshape(5, 28, 28)[:, 3, 0], X.reshape(5, 28, 28)[:, 3, 27])
    assert experiments.brightness(X).min() == -1 and experiments.brightness(X).dtype == np.float32


@pytest.mark.parametrize(
    ("sizes", "fit"), [((4, 2, 3), 1), ((5, 4, 1), 1), ((3, 3, 3), 8), ((3, 2, 3), 2), ((2, 2, 3), 2)]
)
def test_one_product_is_right_however_many_fit(sizes, fit):
    """Of the eight, those with the shape (K, D); square matrices let all of them pass."""
    assert experiments.products_that_fit(*sizes) == (8, fit, 1)


def test_what_is_kept_grows_with_the_batch_and_the_weights_do_not():
    """The input of every layer: 64 pixels, 128 numbers before ReLU and 128 after it, of eight bytes each."""
    model, X = experiments.mlp((64, 128, 10), np.random.default_rng(0)), data.digits().X
    for m in (1, 32, 500):
        assert experiments.kept(model, X[:m]) == (8 * m * (64 + 128 + 128), 8 * 9610)


def test_the_clock_of_both_passes_gives_a_ratio():
    model, digits = experiments.mlp((64, 128, 10), np.random.default_rng(0)), data.digits()
    assert experiments.backward_over_forward(model, digits.X[:8], digits.y[:8], runs=3) > 0


def test_dropout_adds_little_to_batch_norm():
    """The table that the chapter quotes: eight starts, and what one of them gives again."""
    table = experiments.measured.table(experiments.digits_read)
    mean = {
        (norm, drop): table.of("accuracy", batch_norm=norm, dropout=drop).mean()
        for norm in (False, True)
        for drop in (0.0, 0.2)
    }
    assert mean[True, 0.0] > mean[False, 0.0] + 0.01 and abs(mean[True, 0.2] - mean[True, 0.0]) < 0.005
    low, again, high = table.again("accuracy", batch_norm=True, dropout=0.0)
    assert low <= again <= high
