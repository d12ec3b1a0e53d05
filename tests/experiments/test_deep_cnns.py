"""What chapter 15 measures: against torch where it computes the same, and what the prose says of it."""

import numpy as np
import pytest
import torch

import dlbook
from dlbook.experiments import deep_cnns as lab
from dlbook.experiments import deep_cnns_objections as objections
from dlbook.scratch import architectures
from dlbook.scratch.architectures import BatchNorm2d


def test_the_table_of_nets_stands_in_the_order_of_years_and_has_the_published_counts():
    rows = {row.name: row for row in lab.published()}
    assert [row.year for row in rows.values()] == sorted(row.year for row in rows.values())
    counts = {name: architectures.totals(row.net)[0] for name, row in rows.items()}
    assert counts == {
        "LeNet-5": 61_706, "AlexNet": 60_965_224, "VGG-16": 138_357_544, "GoogLeNet": 6_998_552,
        "ResNet-18": 11_689_512, "ResNet-50": 25_557_032, "SqueezeNet": 1_235_496, "MobileNet": 4_231_976,
    }  # fmt: skip


@pytest.mark.parametrize(("make", "dense"), [(architectures.alexnet, 58_631_144), (architectures.vgg, 123_642_856)])
def test_most_parameters_are_in_dense_layers_and_most_work_is_not(make, dense):
    net = make()
    with torch.device("meta"):
        model = dlbook.pytorch.architectures.build(net)
    found = [layer for layer in model.modules() if isinstance(layer, torch.nn.Linear)]
    assert sum(p.numel() for layer in found for p in layer.parameters()) == dense
    shares = lab.dense_shares(net)
    assert shares.parameters == dense / architectures.totals(net)[0] > 0.89 and shares.multiplications < 0.09


def test_the_costs_of_all_layers_with_weights_are_those_of_the_net_but_for_batch_norm():
    for net in (architectures.lenet5(), architectures.googlenet(), architectures.resnet(18)):
        norms = sum(line.parameters for line in architectures.table(net) if isinstance(line.layer, BatchNorm2d))
        found, (parameters, multiplications) = lab.costs(net), architectures.totals(net)
        assert sum(cost.parameters for cost in found) + norms == parameters
        assert sum(cost.multiplications for cost in found) == multiplications
        assert lab.block_cost(net, "") == (parameters, multiplications)


def test_the_three_nets_are_those_of_the_text():
    nets = {name: lab.small_net(name) for name in lab.NETS}
    weighted = {name: len(lab.costs(net)) for name, net in nets.items()}
    assert weighted == {"plain-10": 10, "plain-30": 30, "residual-30": 30}
    assert [architectures.totals(nets[name])[0] for name in ("plain-30", "residual-30")] == [40_098] * 2
    bare = lab.small_net("residual-30", batch_norm=False)
    assert not any(isinstance(layer, BatchNorm2d) for _, layer, *_ in bare.rows)
    assert len(lab.costs(bare)) == 30


@pytest.mark.parametrize("batch_norm", [True, False])
def test_what_arrives_at_a_block_is_torchs_gradient(batch_norm):
    """float32 in both rooms: the ratios over fourteen blocks to a part in a hundred."""
    net = lab.small_net("residual-30", batch_norm)
    ours = architectures.build(net, np.float32, np.random.default_rng(0))
    theirs = dlbook.pytorch.architectures.build(net).train()
    theirs.load_state_dict({name: torch.tensor(array) for name, array in ours.state_dict().items()})
    X, y = lab.clothes(64)
    ends = [row[0] for row in net.rows if row[0].endswith(".relu")]
    scores = theirs(torch.tensor(X))
    for end in ends:
        theirs.values[end].retain_grad()
    torch.nn.functional.cross_entropy(scores, torch.tensor(y)).backward()
    expected = [theirs.values[end].grad.pow(2).mean().sqrt().item() for end in ends]
    np.testing.assert_allclose(lab.arrives("residual-30", 0, batch_norm), expected, rtol=1e-2)


def test_learning_goes_the_way_of_torch():
    """Five steps of plain-10, from the same start, in the same order of images."""
    rng, steps = np.random.default_rng(0), 5
    net = lab.small_net("plain-10")
    ours = architectures.build(net, np.float32, rng)
    theirs = dlbook.pytorch.architectures.build(net).train()
    theirs.load_state_dict({name: torch.tensor(array) for name, array in ours.state_dict().items()})
    X, y = (torch.tensor(part) for part in lab.clothes())
    order, optimizer = rng.permutation(len(X)), torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
    seen = []
    for k in range(steps):
        batch = order[64 * k : 64 * (k + 1)]
        loss = torch.nn.functional.cross_entropy(theirs(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen.append(loss.item())
    run = lab.learn("plain-10")
    np.testing.assert_allclose(run.loss[:steps], seen, rtol=2e-3)
    assert len(run.loss) == 3 * 47 and run.last == pytest.approx(run.loss[94:].mean())
    found = lab.measured.table(lab.degradation).of("loss", net="plain-10")
    assert found.min() - 0.01 <= run.last <= found.max() + 0.01


def test_deeper_is_worse_and_the_skip_mends_it():
    """The tables that the chapter quotes."""
    table = lab.measured.table(lab.degradation)
    ten, thirty, skips = (table.of("loss", net=name) for name in lab.NETS)
    assert thirty.min() > 1.2 * ten.max() and skips.max() < thirty.min() - 0.2
    assert abs(skips.mean() - ten.mean()) < 0.06
    bare = lab.measured.table(lab.degradation_without_norm)
    plain, residual = (bare.of("loss", net=name) for name in ("plain-30", "residual-30"))
    assert np.abs(plain - np.log(10)).max() < 0.02 and 1.5 < residual.min() and residual.max() < plain.min()


def test_where_the_gradient_goes_before_the_first_step():
    ratio = {
        (name, norm): (found := lab.arrives(name, 0, norm))[0] / found[-1]
        for name in ("plain-30", "residual-30")
        for norm in (True, False)
    }
    assert ratio["plain-30", False] < 1e-8 and ratio["plain-30", True] > 20
    assert 1 < ratio["residual-30", True] < 20 and 0.01 < ratio["residual-30", False] < 1


@pytest.mark.parametrize("batch_norm", [True, False])
def test_how_much_photos_differ_is_torchs(batch_norm):
    net = lab.small_net("residual-30", batch_norm)
    ours = architectures.build(net, np.float32, np.random.default_rng(0))
    theirs = dlbook.pytorch.architectures.build(net).train()
    theirs.load_state_dict({name: torch.tensor(array) for name, array in ours.state_dict().items()})
    theirs(torch.tensor(lab.clothes(64)[0]))
    ends = [theirs.values[row[0]].double() for row in net.rows if row[0].endswith(".relu")]
    expected = [(v.var(dim=0, correction=0).mean() / v.pow(2).mean()).sqrt().item() for v in ends]
    np.testing.assert_allclose(objections.differ("residual-30", 0, batch_norm), expected, rtol=1e-3)


def test_a_plain_net_without_norm_forgets_which_photo_it_sees():
    plain, normed = (objections.differ("plain-30", 0, norm) for norm in (False, True))
    assert plain[0] > 0.1 and plain[-1] < 1e-6 and normed.min() > 0.5


def test_hes_start_keeps_the_size_of_the_gradient():
    model = objections.started_by_he("plain-30", np.random.default_rng(0))
    kernels = [weight for weight in model.parameters().values() if weight.ndim == 4]
    spread = [kernel.std() * np.sqrt(kernel[0].size / 2) for kernel in kernels if kernel.size > 1000]
    np.testing.assert_allclose(spread, 1, atol=0.1)
    assert not any(weight.any() for weight in model.parameters().values() if weight.ndim == 1)
    for seed in range(3):
        sizes = objections.arrives_from_he("plain-30", seed)
        assert 0.05 < sizes[0] / sizes[-1] < 5


def test_what_the_chapter_says_of_other_rates_of_more_epochs_and_of_two_dead_nets():
    """The tables that it quotes."""
    twelve = lab.measured.table(objections.longer)
    ten, thirty = (twelve.of("loss", net=name) for name in ("plain-10", "plain-30"))
    assert thirty.shape == (3, 2) and thirty.min() > ten.max() and thirty.mean() > 1.5 * ten.mean()
    slow, fast = (lab.measured.table(objections.from_he).of("loss", lr=lr) for lr in (0.01, 0.05))
    assert fast.min() > 2.29 and sum(slow < 2.2) == 1
    zeros = lab.measured.table(objections.silent).of("zeros")
    alex = lab.measured.table(lab.small_nets).of("accuracy", net="AlexNet")
    np.testing.assert_array_equal(zeros > 0.99, alex < 0.11)


@pytest.mark.parametrize("slopes", [(0.5, -0.2, 0.1), (2.0,), (-1.0, 3.0)])
def test_a_chain_multiplies_its_slopes_and_a_skip_adds_one_to_each(slopes):
    for skips, expected in ((False, np.prod(slopes)), (True, np.prod([1 + slope for slope in slopes]))):
        model = lab.chain(slopes, skips)
        assert model(np.array([[3.0]])).item() == pytest.approx(3 * expected, abs=1e-12)
        assert model.backward(np.ones((1, 1))).item() == pytest.approx(expected, abs=1e-12)


def test_small_versions_learn_but_for_two_alexnets():
    """Their table, and one run of the smallest again."""
    table = lab.measured.table(lab.small_nets)
    mean = {name: table.of("accuracy", net=name).mean() for name in lab.SMALL if name != "AlexNet"}
    assert min(mean.values()) > 0.7 and max(mean, key=mean.get) == "LeNet-5"
    assert np.sort(table.of("accuracy", net="AlexNet"))[:2].tolist() == [0.1, 0.1]
    low, again, high = table.again("accuracy", net="LeNet-5")
    assert low <= again <= high
