"""What chapter 18 measures: against torch where it computes the same, and what the prose says of it."""

import numpy as np
import pytest
import torch

from dlbook import data
from dlbook.experiments import functional_models as lab
from dlbook.experiments import functional_models_moves as moves
from dlbook.pytorch import layers, models


def test_training_goes_the_way_of_torch():
    """Two outputs, momentum and a falling η: after twenty steps the weights are torch's."""
    rng = np.random.default_rng(0)
    x, at = lab.placed(data.digits().X[:300], rng)
    y = data.digits().y[:300]
    ours = lab.finder(np.random.default_rng(1), features=16)
    rows = [("hidden", layers.Linear(144, 16), "x"), ("h", layers.ReLU(), "hidden")]
    rows += [("hidden2", layers.Linear(16, 16), "h"), ("h2", layers.ReLU(), "hidden2")]
    rows += [("what", layers.Linear(16, 10), "h2"), ("where", layers.Linear(16, 2), "h2")]
    theirs = models.functional(rows, outputs=("what", "where")).double()
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in ours.state_dict().items()})
    run = lab.train(ours, (x,), lab.both(y, at), 20, 0.1, np.random.default_rng(2), size=32)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    schedule, draw = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20), np.random.default_rng(2)
    for seen in run.loss:
        batch = draw.integers(300, size=32)
        what, where = theirs(torch.from_numpy(x[batch]))
        loss = torch.nn.functional.cross_entropy(what, torch.from_numpy(y[batch]))
        loss = loss + torch.nn.functional.mse_loss(where, torch.from_numpy(at[batch]))
        assert seen == pytest.approx(loss.item(), rel=1e-9)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    for name, tensor in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name], tensor.numpy(), rtol=1e-8, atol=1e-12, err_msg=name)
    assert not run.model.training


def test_one_tower_is_blind_to_the_order_and_has_fewer_parameters():
    rng = np.random.default_rng(0)
    a, b, y = lab.pairs("test", 50, rng)
    shared, apart = lab.adder(rng), lab.adder(rng, shared=False)
    np.testing.assert_allclose(shared(a, b), shared(b, a), rtol=0, atol=1e-12)
    assert np.abs(apart(a, b) - apart(b, a)).max() > 0.01
    tower = 64 * 64 + 64 + 64 * 32 + 32
    assert lab.parameters(apart) - lab.parameters(shared) == tower == 6240
    assert y.min() >= 0 and y.max() <= 18 and a.shape == b.shape == (50, 64)


def test_pairs_are_sums_and_unseen_digits_stay_unseen():
    digits = data.digits()
    label = {x.tobytes(): y for x, y in zip(digits.X, digits.y, strict=True)}
    seen = {}
    for part in ("train", "test"):
        a, b, y = lab.pairs(part, 200, np.random.default_rng(3))
        assert [label[p.tobytes()] + label[q.tobytes()] for p, q in zip(a, b, strict=True)] == y.tolist()
        seen[part] = {x.tobytes() for x in (*a, *b)}
    assert not seen["train"] & seen["test"]


def test_sharing_helps_where_there_is_little_to_learn_from():
    shares = [lab.learn_sums(0, shared, 500)[1] for shared in (True, False)]
    assert shares[0] > shares[1] + 0.1


def test_a_digit_lies_where_the_answer_says():
    X = data.digits().X[:40]
    canvas, at = lab.placed(X, np.random.default_rng(0))
    assert len(np.unique(at, axis=0)) > 10 and np.abs(at).max() == 1
    for image, digit, place in zip(canvas.reshape(-1, 12, 12), X, at, strict=True):
        row, column = np.round((place + 1) / 2 * 4).astype(int)
        np.testing.assert_array_equal(image[row : row + 8, column : column + 8].ravel(), digit)
        assert image.sum() == pytest.approx(digit.sum())


def test_a_finder_answers_both_questions():
    run, shares = lab.found_places(steps=1500)
    assert shares["what"] > 0.75 and shares["where"] > 0.85
    assert lab.found_places(1, ("where",), steps=50)[1].keys() == {"where"}
    assert lab.parameters(run.model) == 144 * 96 + 96 + 96 * 96 + 96 + 96 * 12 + 12


def test_skips_let_a_deep_net_learn():
    runs = {skip: lab.learn_deep(skip=skip) for skip in (True, False)}
    assert runs[True][1] > 0.95 and runs[False][1] < 0.15
    assert runs[True][0].loss[-1] < 0.1 and runs[False][0].loss[-50:].mean() == pytest.approx(np.log(10), abs=0.01)
    assert len({lab.parameters(run.model) for run, _ in runs.values()}) == 1


@pytest.mark.parametrize("skip", [True, False])
def test_what_comes_back_is_what_autograd_finds(skip):
    model = lab.deep(np.random.default_rng(0), 16, skip)
    state = {name: torch.from_numpy(array) for name, array in model.state_dict().items()}
    v = torch.from_numpy(data.digits().X[:256]) @ state["stem.weight"].T + state["stem.bias"]
    ends = [v.requires_grad_()]
    for i in range(16):
        out = torch.relu(ends[-1] @ state[f"fc{i}.weight"].T + state[f"fc{i}.bias"])
        ends.append(out + ends[-1] if skip else out)
    for end in ends[1:]:
        end.retain_grad()
    scores = ends[-1] @ state["scores.weight"].T + state["scores.bias"]
    torch.nn.functional.cross_entropy(scores, torch.from_numpy(data.digits().y[:256])).backward()
    expected = [end.grad.norm().item() for end in ends]
    np.testing.assert_allclose(lab.arriving(skip=skip), expected, rtol=1e-8)


def test_the_seed_decides():
    first, again, other = (lab.learn_sums(seed, count=100, steps=30)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.loss, again.loss)
    assert not np.array_equal(first.loss, other.loss)


def test_a_summary_counts_a_shared_layer_once():
    model, x = lab.adder(np.random.default_rng(0)), np.zeros((2, 64))
    lines = lab.summary(model, x, x).splitlines()
    assert len(lines) == 2 + 2 + 6 and lines[-1] == "9,587 parameters"
    second = next(line for line in lines if line.startswith("second"))
    assert "first, again" in second and second.endswith(" 0") and "(2, 32)" in second
    assert sum(int(line.split()[-1].replace(",", "")) for line in lines[1:-1]) == lab.parameters(model) == 9587


def test_a_reader_learns():
    run, share = moves.learn_reader()
    assert share > 0.93 and run.loss[-50:].mean() < 0.3
    assert list(run.model.state_dict()) == ["conv.weight", "conv.bias", "scores.weight", "scores.bias"]
