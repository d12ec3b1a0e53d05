"""What chapter 16 measures: against torch and NumPy where they compute the same, and what the prose says of it."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from dlbook import data
from dlbook.experiments import visualization as experiments
from dlbook.explorers import visualization as explorer
from dlbook.figures.visualization import SEEN
from dlbook.pytorch import pretrained as torch_pretrained
from dlbook.scratch import layers, pretrained, visualization

NAMES = data.imagenet_classes()
PHOTOS = list(experiments.RIGHT)
NET, X, HALF = experiments.squeezenet(), experiments.prepared(), experiments.prepared(2)


@pytest.fixture(scope="module")
def y():
    return NET(X)


@pytest.fixture(scope="module")
def label(y):
    return y.argmax(axis=1)


@pytest.fixture(scope="module")
def theirs():
    return torch_pretrained.squeezenet(data.weights("squeezenet11"))


def test_photos_stand_in_the_order_of_the_data():
    assert list(data.photos()) == PHOTOS == list(SEEN)
    assert {name for right in experiments.RIGHT.values() for name in right} <= set(NAMES)
    np.testing.assert_array_equal(HALF, X[:, :, ::2, ::2])


def test_a_photo_of_ones_own_is_the_upright_square_in_its_middle(tmp_path):
    """A wide photo that was taken with the camera on its side: left of it is up, as its file says."""
    pixels = np.zeros((227, 454, 3), np.uint8)
    pixels[:, 113:227] = (255, 0, 51)  # the left half of the square in the middle
    photo = Image.fromarray(pixels)
    exif = photo.getexif()
    exif[274] = 6  # to be turned by a quarter with the clock
    photo.save(tmp_path / "photo.png", exif=exif)
    found = experiments.own_photo(tmp_path / "photo.png")
    assert found.shape == X.shape[1:] and found.dtype == data.photos()["flower"].dtype
    np.testing.assert_allclose(found[:, 20:90].mean(axis=(1, 2)), [1, 0, 0.2])
    assert found[:, 140:].max() == 0


def test_the_evaluation_is_torchs(theirs, y):
    p = theirs(torch.from_numpy(X)).softmax(dim=1)
    rows = [(i, [NAMES.index(name) for name in right]) for i, right in enumerate(experiments.RIGHT.values()) if right]
    expected = np.mean([-np.log(p[i, right].sum().item()) for i, right in rows])
    told, loss, accuracy = experiments.evaluate(y)
    assert (told, accuracy) == (5, pytest.approx(3 / 5)) and loss == pytest.approx(expected, rel=1e-4)
    ranks = {guess.photo: (guess.first, guess.right, guess.rank) for guess in experiments.guesses(y)}
    assert ranks["rocket"] == ("drilling rig", "missile", 10) and ranks["china"] == ("stupa", "palace", 4)
    assert ranks["flower"][1:] == ranks["astronaut"][1:] == ("", 0)
    values, places = p[4].topk(5)
    found = experiments.five(y[4])
    assert [name for name, _ in found] == [NAMES[c] for c in places]
    np.testing.assert_allclose([share for _, share in found], values.detach().numpy(), rtol=1e-3)


def test_silent_channels_are_torchs_and_one_is_dead(theirs):
    found, seen = experiments.silence(NET, X), {}
    for name in experiments.LAYERS:
        theirs.get_submodule(name).register_forward_hook(lambda m, i, output, name=name: seen.update({name: output}))
    with torch.no_grad():
        theirs(torch.from_numpy(X))
    for name, silent in found.items():
        quiet = (seen[name] == 0).flatten(2).all(dim=2)  # (7, K)
        assert silent.channels == quiet.shape[1] and silent.on_one.tolist() == quiet.sum(dim=1).tolist()
        assert silent.on_all == torch.nonzero(quiet.all(dim=0)).ravel().tolist()
        assert silent.zeros == pytest.approx((seen[name] == 0).double().mean().item(), abs=1e-3)
    assert {name: silent.on_all for name, silent in found.items() if silent.on_all} == {"fire5.out": [9]}
    assert found["fire9.out"].on_one.max() == found["fire9.out"].on_one[PHOTOS.index("flower")] == 179


def test_alike_is_the_correlation():
    maps, others = np.random.default_rng(0).random((2, 3, 4, 5))
    expected = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(maps, others, strict=True)]
    np.testing.assert_allclose(experiments.alike(maps, others), expected)
    np.testing.assert_allclose(experiments.alike(maps, 3 * maps + 1), 1)
    assert experiments.alike(maps[:1], np.ones((1, 4, 5))) == 0


def test_faint_noise_changes_saliency_and_not_grad_cam(label):
    for sigma, seed in ((5, 0), (5, 1), (2, 0)):
        steady = experiments.steadiness(NET, HALF, label, sigma, seed)
        assert steady["photo"].min() > 0.98 and steady["Grad-CAM"].min() > 0.8
        assert (steady["saliency"] < steady["Grad-CAM"] - 0.1).all()
    rng = np.random.default_rng(3)
    assert (experiments.noisy(HALF, 5, rng) - HALF).std() == pytest.approx(5, rel=0.01)


def test_the_slope_along_a_way_is_that_of_the_score(label):
    """In float64 and so close that hardly a fold lies between: central differences of the score."""
    x = HALF[:1].astype(np.float64)
    t, score, slope = experiments.along(NET, x, int(label[0]), reach=1e-4, count=3)
    np.testing.assert_allclose((score[2] - score[0]) / (t[2] - t[0]), slope[1], rtol=0.05)
    t, score, slope = experiments.along(NET, HALF[:1], int(label[0]), reach=4)
    assert len(t) == len(score) == len(slope) == 41 and np.ptp(score) < 0.06 * score.max()
    assert slope.min() < -0.5 < 0.5 < slope.max()


def test_switches_are_the_numbers_behind_relus():
    none, count = experiments.switched(NET, HALF[:1], HALF[:1])
    some, again = experiments.switched(NET, HALF[:1], HALF[1:2])
    sides = [56, 28, 14, 7]  # of the maps of this photo: conv1, fire2 and 3, fire4 and 5, fire6 to 9
    at = [2 * 16 + 2 * 128, 2 * 32 + 2 * 256, 2 * 48 + 2 * 384 + 2 * 64 + 2 * 512 + 1000]
    assert count == again == 64 * sides[0] ** 2 + sum(c * s * s for c, s in zip(at, sides[1:], strict=True))
    assert none == 0 and 0.1 < some / count < 0.9


def test_smoothing_compares_the_maps_of_smooth_grad(label):
    x, c, rng = HALF[:2], label[:2], np.random.default_rng(0)
    found = experiments.smoothing(NET, x, c, 25, (1, 2))
    draw = rng.normal(size=(4, *x.shape)).astype(np.float32)
    maps = [visualization.smooth_grad(NET, x, c, half, 25) for half in (draw[:2], draw[2:])]
    np.testing.assert_allclose(found[2], experiments.alike(*maps), rtol=1e-3)
    assert (found[2] > found[1]).all()


def test_shuffled_weights_are_the_same_numbers():
    weights = data.weights("squeezenet11")
    other = experiments.shuffled(weights, ["conv10", "fire9"])
    for name, w in weights.items():
        same = np.array_equal(other[name], w)
        assert same == (name.split("/")[0] not in ("conv10", "fire9"))
        np.testing.assert_array_equal(np.sort(other[name], axis=None), np.sort(w, axis=None))


def test_maps_of_shuffled_nets_are_others(label):
    for seed in (0, 1):
        found = experiments.randomized(HALF, label, (0, 1, 10), seed)
        assert all((maps > 0.999).all() for maps in found[0].values())
        assert found[10]["saliency"].max() < 0.35 and found[10]["Grad-CAM"].mean() < 0.35
        assert found[1]["saliency"].mean() > found[1]["Grad-CAM"].mean()


def test_a_cover_lies_on_the_largest_numbers():
    x, heat = np.ones((1, 3, 8, 8), np.float32), np.arange(16.0).reshape(1, 4, 4)
    dark = experiments.covered(x, heat, 0.25)
    assert (dark[0, :, 6:] == 0).all() and (dark[0, :, :6] == 1).all()  # the last four of 16 squares
    assert experiments.enlarged(heat, 8)[0, 3, 5] == heat[0, 1, 2]


def test_what_grad_cam_shows_decides_more_than_chance(label):
    left = experiments.covering(NET, X, label)
    assert left["chance"].shape == (5, 7) and (left["Grad-CAM"] < left["chance"].mean(axis=0)).all()
    assert np.median(left["Grad-CAM"]) < 0.1 < 0.3 < np.median(left["chance"].mean(axis=0))


def test_the_light_lies_where_the_alt_text_says(label):
    where = visualization.grad_cam(NET, X, label, "fire9.out")
    places = {name: np.unravel_index(one.argmax(), one.shape) for name, one in zip(PHOTOS, where, strict=True)}
    (row, column), (foot, _), (pad, _) = places["chelsea"], places["camera"], places["rocket"]
    assert column <= 4 and 5 <= row <= 11 and foot >= 8 and pad >= 11
    assert places["china"][0] <= 4 and places["astronaut"][0] in range(3, 8)
    assert all(3 <= place <= 9 for name in ("coffee", "flower") for place in places[name])


def test_the_rocket_is_seen_when_its_pad_is_covered_and_the_shuttle_when_it_is_alone(y, label):
    where = visualization.grad_cam(NET, X[[4]], label[[4]], "fire9.out")
    first, share = experiments.five(NET(experiments.covered(X[[4]], where, 0.1))[0])[0]
    assert first == "missile" and share == pytest.approx(0.262, abs=0.01)
    first, share = experiments.five(NET(X[[3], :, :120, 150:])[0])[0]
    assert first == "space shuttle" and share == pytest.approx(0.889, abs=0.01)


def test_a_wanted_picture_excites_its_channel():
    for layer, channels in (("fire3.join", (3, 60)), ("fire5.join", (1,))):
        start, end = (experiments.wanted(NET, channels, layer, steps=steps) for steps in (0, 10))
        for i, channel in enumerate(channels):
            before, after = (experiments.answer(NET, pictures[[i]], channel, layer) for pictures in (start, end))
            assert after > before + 1


def test_what_stands_beside_a_picture_is_the_loudest_photo():
    """The mean and the largest number of the right channel, of the right picture, and of the photo with the most."""
    chosen = {"fire3": (60, 3), "fire5": (1,)}
    pictures = {name: X[: len(numbers), :, :48, :48] for name, numbers in chosen.items()}
    found = experiments.beside_photos(NET, chosen, pictures, X)
    A = visualization.feature_maps(NET, X, "fire3.join")[:, 3]
    own = visualization.feature_maps(NET, pictures["fire3"], "fire3.join")[1, 3]
    expected = [[own.mean(), A.mean(axis=(1, 2)).max()], [own.max(), A.max()]]
    np.testing.assert_allclose(found[1], expected, rtol=1e-5)
    assert found.shape == (3, 2, 2)


def test_a_channel_without_a_slope_is_not_dead():
    noise = experiments.wanted(NET, [33], "fire9.out", steps=0)
    stuck = visualization.activation_maximization(NET, noise, 33, "fire9.out", 3, 4.0)
    np.testing.assert_array_equal(stuck, noise)
    moved = visualization.activation_maximization(NET, noise, 33, "fire9.join", 3, 4.0)
    assert (moved != noise).mean() > 0.5 and (experiments.answer(NET, X, 33, "fire9.out") > 0).all()


def test_what_the_net_takes_is_seen_again():
    photos = np.stack(list(data.photos().values()))
    np.testing.assert_allclose(experiments.as_photos(pretrained.squeezenet_input(photos)), photos, atol=1e-5)


def test_what_a_unit_sees_is_its_receptive_field():
    conv1, fire, pool = ((3,), (2,)), ((1, 3), (1, 1)), ((3,), (2,))
    rows = {"conv1": [conv1], "fire3": [conv1, pool, fire, fire]}
    rows["fire5"] = [*rows["fire3"], pool, fire, fire]
    rows["fire9"] = [*rows["fire5"], pool, fire, fire, fire, fire]
    for name, parts in rows.items():
        sizes, strides = ([number for part in parts for number in part[side]] for side in (0, 1))
        _, field, apart, _ = explorer.LAYERS[name]
        assert layers.receptive_field(sizes, strides) == field and np.prod(strides) == apart


def test_torch_finds_the_gradients_of_the_photo(theirs, label):
    x = torch.from_numpy(HALF[:1]).double().requires_grad_()
    F.one_hot(torch.tensor(label[:1]), 1000).double().mul(theirs.double()(x)).sum().backward()
    ours = visualization.saliency(NET, HALF[:1].astype(np.float64), label[:1])
    np.testing.assert_allclose(ours, x.grad.abs().amax(dim=1).numpy(), rtol=1e-9, atol=1e-9 * ours.max())
