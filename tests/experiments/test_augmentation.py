"""What chapter 17 measures: the training against torch, what its recipes draw, and what the prose says of them."""

import numpy as np
import pytest
import torch
from scipy import ndimage, stats

from dlbook.experiments import augmentation as lab
from dlbook.experiments import measured
from dlbook.scratch import activations, augmentation

X, Y = lab.images("digits")[:2]


def soft(n) -> np.ndarray:
    """The labels of the first digits as shares."""
    return np.eye(10)[Y[:n]]


def test_training_goes_the_way_of_torch():
    """The same rows, the same mixed labels, momentum and falling η: after six steps the weights are torch's."""
    steps, batch = 6, 8
    ours = lab.small_net(np.random.default_rng(0))
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(256, 10),
    )  # fmt: skip
    theirs.load_state_dict({name: torch.as_tensor(w.copy()) for name, w in ours.state_dict().items()})
    lab.train(ours, X[:50], Y[:50], lab.mixed_up, np.random.default_rng(5), steps, batch=batch)
    rng, optimizer = np.random.default_rng(5), torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        rows = rng.integers(50, size=batch)
        images, labels = lab.mixed_up(X[rows], soft(50)[rows].astype(np.float32), rng)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(theirs(torch.as_tensor(images)), torch.as_tensor(labels)).backward()
        optimizer.step()
        schedule.step()
    for name, tensor in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[name], tensor.numpy(), rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("recipe", lab.RECIPES)
def test_a_recipe_draws_anew_and_keeps_shapes_and_shares(recipe):
    rng, x, y = np.random.default_rng(0), X[:30], soft(30)
    (first, labels), (second, _) = (lab.RECIPES[recipe](x, y, rng) for _ in range(2))
    assert first.shape == x.shape and first.dtype == x.dtype and first.min() >= 0 and first.max() <= 1
    assert np.array_equal(first, second) == (recipe == "none")
    np.testing.assert_allclose(labels.sum(axis=1), 1)
    assert np.array_equal(labels, y) == (recipe not in ("mixup", "cutmix"))


def test_moves_stay_within_what_the_prose_says():
    """The centre of a dot wanders by two pixels at most, and its area by a tenth in each direction."""
    dot = np.zeros((300, 1, 29, 29))
    dot[:, :, 12:17, 12:17] = 1
    moved, _ = lab.moved(dot, None, np.random.default_rng(0))
    centres = np.array([ndimage.center_of_mass(image[0]) for image in moved])
    assert np.abs(centres - 14).max() <= 2 + 1e-6 and np.abs(centres - 14).max() > 1.9
    area = moved.sum(axis=(1, 2, 3)) / 25
    assert 0.8 < area.min() < 0.85 and 1.15 < area.max() < 1.23


def test_a_noisy_mean_of_correlated_numbers_follows_the_formula():
    rng, rho = np.random.default_rng(1), 0.3
    common, own = rng.normal(size=(100_000, 1)), rng.normal(size=(100_000, 5))
    means = (np.sqrt(rho) * common + np.sqrt(1 - rho) * own).mean(axis=1)
    assert means.var() == pytest.approx(1 / lab.worth(5, rho), rel=0.02)
    assert lab.worth(10**9, rho) == pytest.approx(1 / rho)


def test_the_gradient_of_each_is_that_of_the_layer():
    """Their mean is what the backward pass leaves, and torch's gradient of one image is one row."""
    model = lab.small_net(np.random.default_rng(0))
    rows = lab.gradients_of_each(model, X[:20], Y[:20])
    model.backward((activations.softmax(model(X[:20])) - soft(20).astype(np.float32)) / 20)
    np.testing.assert_allclose(rows.mean(axis=0), model.gradients()["7.weight"].ravel(), rtol=1e-4, atol=1e-6)
    weight = torch.tensor(model.parameters()["7.weight"], requires_grad=True)
    model(X[3:4])
    scores = torch.as_tensor(model.layers[-1].x) @ weight.T + torch.as_tensor(model.parameters()["7.bias"])
    torch.nn.functional.cross_entropy(scores, torch.as_tensor(Y[3:4])).backward()
    np.testing.assert_allclose(rows[3], weight.grad.numpy().ravel(), rtol=1e-4, atol=1e-6)


def test_a_noisy_copy_says_the_same_and_a_moved_one_something_new():
    rhos = lab.alike(("none", "noise", "moves"))
    assert rhos["none"] == pytest.approx(1) and rhos["noise"] > 0.95 and 0.3 < rhos["moves"] < 0.65


def test_pixels_sent_forward_leave_holes_and_turn_the_right_way():
    dot = np.zeros((9, 9))
    dot[4, 7] = 1  # right of the centre, and above it after a quarter turn against the clock
    assert lab.push_forward(dot, 90)[1, 4] == 1
    assert lab.holes(28, 0) == lab.holes(28, 90) == 0 < lab.holes(28, 10) < lab.holes(28, 45)
    sent, asked = lab.push_forward(X[31, 0].astype(float), 30), augmentation.rotate(X[31:32].astype(float), 30)[0, 0]
    both = ~np.isnan(sent)
    assert stats.pearsonr(sent[both], asked[both]).statistic > 0.9


def test_noise_costs_the_squared_length_of_the_weights():
    drawn, formula = lab.penalty_by_noise(np.array([1.0, -2, 3]), np.array([0.3, 0.1, -1]), 1.0, s=0.5)
    assert formula == pytest.approx((0.3 - 0.2 - 3 - 1) ** 2 + 0.25 * 14) and drawn == pytest.approx(formula, rel=0.02)


def test_copies_in_advance_are_not_drawn_again(monkeypatch):
    """The net gets each image and its copies, and nothing changes them any more."""
    seen = {}
    monkeypatch.setattr(lab, "train", lambda model, x, y, change, rng: seen.update(x=x, y=y, change=change))
    lab.learn("digits", 50, "moves", copies=2)
    assert len(seen["x"]) == len(seen["y"]) == 150 and seen["change"] is lab.unchanged
    np.testing.assert_array_equal(seen["y"][:50], seen["y"][50:100])
    assert not np.array_equal(seen["x"][50:100], seen["x"][100:])


def test_off_centre_means_up_to_three_pixels():
    dot = np.zeros((200, 1, 15, 15))
    dot[:, :, 7, 7] = 1
    centres = np.array([ndimage.center_of_mass(image[0]) for image in lab.off_centre(dot)])
    assert 2.8 < np.abs(centres - 7).max() <= 3


def test_the_tables_say_what_the_prose_says():
    read, others = measured.table(lab.digits_read), measured.table(lab.others_read)
    copies, named = measured.table(lab.made_in_advance), measured.table(lab.clothes_named)
    for size in (50, 200, 1000):  # every seed, not the mean alone
        plain, moves, mirror = (read.of("accuracy", size=size, recipe=r) for r in ("none", "moves", "mirror"))
        assert (moves > plain).all() and mirror.mean() < plain.mean()
    plain, moves = (read.of("accuracy", size=200, recipe=r).mean() for r in ("none", "moves"))
    assert all(
        others.of("accuracy", recipe=r).mean() - plain < moves - plain for r in ("noise", "cutout", "mixup", "cutmix")
    )
    assert copies.of("accuracy", copies=1).mean() < copies.of("accuracy", copies=4).mean()
    spread = np.ptp(named.of("accuracy", net="dense", recipe="none"))
    mirrored, as_they_are = (named.of("accuracy", net="dense", recipe=r).mean() for r in ("mirror", "none"))
    assert abs(mirrored - as_they_are) < spread
