"""What chapter 19 measures: the training against torch, what is frozen, the probe against scikit-learn, its tables."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from dlbook import data
from dlbook.experiments import measured
from dlbook.experiments import transfer as lab
from dlbook.explorers import transfer as explorer
from dlbook.pytorch import architectures
from dlbook.scratch import activations, losses

PIECES = len(lab.LENGTHS)


@pytest.fixture(scope="module")
def net():
    """A net that has hardly learned, in the place of the pretrained one: what is tested does not depend on it."""
    rng, (x, y, _, _) = np.random.default_rng(5), lab.images("known")
    return lab.train(lab.small_net(6, rng), x, y, rng, steps=10, batch=16)


@pytest.fixture
def taken(net, monkeypatch):
    """The experiments begin with that net."""
    monkeypatch.setattr(lab, "pretrained_net", lambda seed=0: net)
    return net


def test_training_goes_the_way_of_torch():
    """The same rows, momentum and falling η: after four steps the weights and the running statistics are torch's."""
    x, y, _, _ = lab.images("known")
    ours = lab.small_net(6, np.random.default_rng(1))
    theirs = architectures.build(architectures.mobilenet(1, 6, 1, 28, width=0.5, blocks=lab.BLOCKS)).float()
    pairs = zip(theirs.state_dict(), ours.state_dict().values(), strict=True)
    theirs.load_state_dict({name: torch.tensor(array) for name, array in pairs})
    theirs.dropout.p = 0.0  # the same draw is not to be had
    (dropout,) = [layer for layer in ours.layers if type(layer).__name__ == "Dropout"]
    dropout.p = 0.0
    lab.train(ours, x, y, np.random.default_rng(2), steps=4)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    schedule, draw = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 4), np.random.default_rng(2)
    for _ in range(4):
        rows = draw.integers(len(x), size=16)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(theirs(torch.tensor(x[rows])), torch.tensor(y[rows])).backward()
        optimizer.step()
        schedule.step()
    for (name, tensor), array in zip(theirs.state_dict().items(), ours.state_dict().values(), strict=True):
        np.testing.assert_allclose(array, tensor.numpy(), rtol=2e-3, atol=2e-4, err_msg=name)


def test_both_kinds_of_net_have_the_same_maps_and_other_costs():
    rng, x = np.random.default_rng(0), lab.images("known")[0][:3]
    whole, full = lab.small_net(6, rng), lab.full_net(6, rng)
    assert sum(w.size for w in whole.parameters().values()) == 18_310
    wide = [(9 * a * b) for a, b in ((1, 16), (16, 32), (32, 64), (64, 64), (64, 128))]
    norms = 2 * (16 + 32 + 64 + 64 + 128)
    assert sum(w.size for w in full.parameters().values()) == sum(wide) + norms + 128 * 6 + 6
    assert whole(x).shape == full(x).shape == (3, 6) and whole(x).dtype == np.float32
    assert len(whole.layers) == sum(lab.LENGTHS) + 4  # mean, flatten, dropout, head


@pytest.mark.parametrize("frozen", range(PIECES + 1))
def test_the_two_parts_are_the_whole_and_hold_its_arrays(net, frozen):
    x = lab.images("known")[2][:5]
    below, above = lab.parted(net, frozen)
    np.testing.assert_array_equal(above(below(x)), net(x))
    assert not below.training and sum(map(len, (below.layers, above.layers))) == len(net.layers)
    if frozen:
        assert below.parameters()["0.weight"] is net.parameters()["0.weight"]


@pytest.mark.parametrize("frozen", [0, 2, PIECES])
def test_what_is_frozen_does_not_move_and_all_else_does(taken, frozen):
    before = taken.state_dict()
    model = lab.learn("digits", 3, frozen)
    for name, array in model.state_dict().items():
        place, kind = name.split(".")
        if kind == "num_batches_tracked" or int(place) == len(model.layers) - 1:
            continue  # the head is new
        same = np.array_equal(array, before[name])
        assert same == (int(place) < sum(lab.LENGTHS[:frozen])), name
    assert all(np.array_equal(array, before[name]) for name, array in taken.state_dict().items())
    assert not model.training and model(lab.images("digits")[2][:2]).shape == (2, 10)


def test_a_frozen_trunk_keeps_the_old_task_and_moving_statistics_lose_some(taken):
    old = lab.judged(taken, "known")
    assert lab.kept(0, "frozen")["old"] == old
    model = lab.with_new_head(taken, 10, np.random.default_rng(0))
    x, y = lab.few("digits", 3, np.random.default_rng(0))
    lab.train(model, x, y, np.random.default_rng(0), steps=20, only=f"{len(model.layers) - 1}.")
    state, before = model.state_dict(), taken.state_dict()
    moved = {name.split(".")[1] for name in state if not np.array_equal(state[name], before[name])}
    assert moved == {"running_mean", "running_var", "num_batches_tracked", "weight", "bias"}
    weights = [name for name in model.parameters() if not np.array_equal(state[name], before[name])]
    assert {name.split(".")[0] for name in weights} == {str(len(model.layers) - 1)}  # the head alone


def test_a_new_head_leaves_the_old_net_alone(net):
    x = lab.images("known")[2][:4]
    model = lab.with_new_head(net, 9, np.random.default_rng(0))
    assert model.eval()(x).shape == (4, 9)
    model.parameters()["0.weight"][:] = 0
    assert net.parameters()["0.weight"].any()
    np.testing.assert_array_equal(lab.with_head_of(net, net)(x), net(x))


def test_rehearsal_answers_both_questions_with_one_trunk(taken, monkeypatch):
    monkeypatch.setattr(lab, "train", lambda model, *args, **options: model.eval())
    old, new = lab.rehearsed(0, 0.1)
    x = lab.images("known")[2][:4]
    np.testing.assert_allclose(old(x), taken(x), rtol=1e-6)  # nothing has been learned yet
    assert new(x).shape == (4, 10) and old.layers[0] is new.layers[0]


def test_tasks_do_not_share_classes_and_draws_are_balanced():
    assert not set(lab.KNOWN) & set(lab.UNSEEN) and len(lab.KNOWN) + len(lab.UNSEEN) == 10
    for task, classes in (("known", 6), ("clothes", 4), ("digits", 10)):
        x, y, unseen, labels = lab.images(task)
        assert x.shape[1:] == unseen.shape[1:] == (1, 28, 28) and set(y) == set(labels) == set(range(classes))
        few, some = lab.few(task, 7, np.random.default_rng(0))
        assert (np.bincount(some) == 7).all() and few.shape == (7 * classes, 1, 28, 28)
    boots = lab.images("clothes")[0][lab.images("clothes")[1] == 3]
    fashion = data.fashion_mnist()
    np.testing.assert_array_equal(boots.reshape(-1, 784), fashion.X[fashion.y == 9])


def test_logistic_regression_is_scikit_learns():
    rng = np.random.default_rng(0)
    x, y = StandardScaler().fit_transform(rng.normal(size=(60, 5)) + np.repeat(np.eye(5)[:3], 20, axis=0)), None
    y = np.repeat(np.arange(3), 20)
    W, b = lab.logistic(x, y, 3, steps=4000, weight_decay=0.02)
    theirs = LogisticRegression(C=1 / (0.02 * len(x)), tol=1e-10, max_iter=10_000).fit(x, y)
    np.testing.assert_allclose(W, theirs.coef_, atol=1e-4)
    np.testing.assert_allclose(b - b.mean(), theirs.intercept_ - theirs.intercept_.mean(), atol=1e-4)
    cost = losses.cross_entropy_from_logits(y, x @ W.T + b)
    assert cost < losses.cross_entropy_from_logits(y, np.zeros((60, 3)))


def test_a_probe_of_noise_guesses_and_one_of_the_answer_knows():
    y = data.clipart().y
    rng = np.random.default_rng(0)
    noise = [lab.probe(rng.normal(size=(len(y), 20)), y, 10, seed) for seed in range(5)]
    assert abs(np.mean(noise) - 1 / 8) < 0.03
    assert lab.probe(np.eye(8)[y] + 0.01 * rng.normal(size=(len(y), 8)), y, 5, 0) > 0.99


def test_features_are_means_of_maps_whatever_the_batch():
    class Trunk:
        values = {}

        def __call__(self, x):
            self.values = {"maps": np.stack([x[:, 0], 2 * x[:, 0]], axis=1)}

    x = np.random.default_rng(0).normal(size=(7, 1, 3, 3))
    means = x[:, 0].mean(axis=(1, 2))
    for batch in (2, 7):
        found = lab.features(Trunk(), x, ["maps"], batch)["maps"]
        np.testing.assert_allclose(found, np.stack([means, 2 * means], axis=1))


def test_the_seed_decides(taken):
    first, again, other = (lab.learn("clothes", 3, PIECES, seed).state_dict() for seed in (0, 0, 1))
    head = [name for name in first if name.startswith(f"{sum(lab.LENGTHS) + 3}.")]
    assert len(head) == 2
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not all(np.array_equal(first[name], other[name]) for name in head)


def test_softmax_minus_truth_is_the_step_of_the_probe():
    """A single step of `logistic` from zero is descent on the mean cross-entropy."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(9, 4)), rng.integers(0, 3, 9)
    W, b = lab.logistic(x, y, 3, steps=1, weight_decay=0.5)
    lr = 1 / (np.linalg.norm(x, 2) ** 2 / 18 + 0.5)
    delta = (activations.softmax(np.zeros((9, 3))) - np.eye(3)[y]) / 9
    np.testing.assert_allclose(W, -lr * delta.T @ x)
    np.testing.assert_allclose(b, -lr * delta.sum(axis=0))


def test_the_tables_say_what_the_chapter_says():
    """Depth helps drawings, a frozen trunk soon burdens digits, and what moves forgets."""
    drawings, strategies = measured.table(lab.drawings), measured.table(lab.strategies)
    kept, rates = measured.table(lab.kept), measured.table(lab.rates)
    for count in (5, 10, 20):
        deep, mid, pixels = (
            drawings.of("accuracy", features=f, count=count) for f in ("block 12", "block 6", "pixels")
        )
        assert (deep > mid).sum() >= 8 and (deep > pixels).all()
    mean = lambda **row: strategies.of("accuracy", **row).mean()
    assert mean(task="clothes", count=3, frozen=5) > mean(task="clothes", count=3, frozen="scratch") + 0.03
    for count in (10, 30, 100):
        assert mean(task="digits", count=count, frozen=5) < mean(task="digits", count=count, frozen="scratch") - 0.1
        assert mean(task="digits", count=count, frozen=0) > mean(task="digits", count=count, frozen=5) + 0.1
    frozen, counting, everything, mixed = (kept.of("old", how=row["how"]) for row in lab.kept.rows)
    assert (frozen > counting + 0.1).all() and (mixed > everything + 0.1).all() and counting.mean() > everything.mean()
    new = [rates.of("new", lr=row["lr"]).mean() for row in lab.rates.rows]
    assert 0.05 <= lab.rates.rows[int(np.argmax(new))]["lr"] <= 1 and new[0] < 0.5 * max(new) > new[-1]


def test_the_folded_answer_is_what_the_explorer_shows():
    tuned, scratch = explorer.accuracies("clothes")
    few = tuned[lab.COUNTS.index(3)]  # (depths, draws)
    assert few.argmax(axis=0).tolist() == [5, 5, 0, 4, 3] and few.mean(axis=1).argmax() == 5
    loses = tuned[:, 5].mean(axis=1) < scratch.mean(axis=1)
    assert dict(zip(lab.COUNTS, loses, strict=True)) == {3: False, 10: False, 30: True, 100: True}
    digits, scratch = explorer.accuracies("digits")
    assert (digits[:, 5].mean(axis=1) < scratch.mean(axis=1)).all()
    for count in (10, 100):
        means = digits[lab.COUNTS.index(count)].mean(axis=1)
        costs = -np.diff(means)  # of each further frozen piece
        assert costs[0] < 0.01 and (np.diff(costs) > 0).all()
