"""Chapter 16: SqueezeNet once more in torch, with hooks, in float64; what a unit sees from what moves it."""

from functools import cache

import numpy as np
import torch
import torch.nn.functional as F

from dlbook import data
from dlbook.experiments import visualization as experiments
from dlbook.pytorch import pretrained
from dlbook.scratch import visualization

RTOL = 1e-8
NAMES = {"conv1": "relu1", "fire3": "fire3.out", "fire5": "fire5.out", "fire9": "fire9.out"}
PHOTOS = ["chelsea", "coffee", "camera", "astronaut", "rocket", "china", "flower"]


@cache
def passed():
    """The maps of each layer (7, K, H, W) and the derivatives of the first guess's score with respect to them."""
    net, kept = pretrained.squeezenet(data.weights("squeezenet11")).double(), {}
    for name, layer in NAMES.items():
        net.get_submodule(layer).register_forward_hook(lambda m, i, output, name=name: kept.setdefault(name, output))
    photos = torch.from_numpy(np.stack([data.photos()[name] for name in PHOTOS]))
    x = pretrained.squeezenet_input(photos).double().requires_grad_()  # float32, as the book prepares it
    y = net(x)
    grads = torch.autograd.grad(y.max(dim=1).values.sum(), list(kept.values()))
    maps = {name: A.detach().numpy() for name, A in kept.items()}
    return maps, {name: g.numpy() for name, g in zip(kept, grads, strict=True)}, y.argmax(dim=1).tolist()


@cache
def channel_of(layer, channel):
    """The number of the channel: eight of each layer, at even distances in the order of their means."""
    means = passed()[0][layer].mean(axis=(0, 2, 3))
    place = round((int(channel) - 1) * (len(means) - 1) / 7)
    return sorted(range(len(means)), key=lambda k: -means[k])[place]


@cache
def moved(layer):
    """Which pixels move the unit in the middle of a layer's map: top, left, height, width on 227 × 227, and its place.

    A net with positive weights alone lets every pixel through that a unit can see.
    """
    weights = {name: np.abs(w) + 1e-3 for name, w in data.weights("squeezenet11").items()}
    net, kept = pretrained.squeezenet(weights).double(), []
    net.get_submodule(NAMES[layer]).register_forward_hook(lambda m, i, output: kept.append(output))
    x = torch.rand(1, 3, 227, 227, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    net(x)
    middle = kept[0].shape[2] // 2
    (g,) = torch.autograd.grad(kept[0][0, :, middle, middle].sum(), x)
    rows = torch.nonzero(g.abs().sum(dim=(0, 1, 3))).ravel()
    return int(rows[0]), int(rows[-1] - rows[0] + 1), middle, kept[0].shape[2]


def loudest(i, layer):
    """The largest number of the eight maps that are shown."""
    return max(passed()[0][layer][i, channel_of(layer, channel)].max() for channel in range(1, 9))


def oracle(photo, layer, channel):
    maps, grads, _ = passed()
    i, k = PHOTOS.index(photo), channel_of(layer, channel)
    A = maps[layer][i, k]
    fields = {"conv1": 3, "fire3": 23, "fire5": 63, "fire9": 207}
    return {
        "peak": A.max(), "loudest": loudest(i, layer), "share": np.count_nonzero(A) / A.size,
        "adds": np.vdot(grads[layer][i, k], A), "number": k, "field": fields[layer],
    }  # fmt: skip


def scratch(photo, layer, channel):
    x = experiments.prepared()[[PHOTOS.index(photo)]].astype(np.float64)
    A = visualization.feature_maps(experiments.squeezenet(), x, NAMES[layer])[0, channel_of(layer, channel)]
    return {"peak": A.max(), "share": (A > 0).mean()}


def check_drawing(shown, values):
    """The photo and the map are torch's, pooled by torch; the frame lies on what moves the loudest unit."""
    i, layer = PHOTOS.index(values["photo"]), values["layer"]
    photo = torch.from_numpy(data.photos()[values["photo"]][None, :, :224, :224])
    small = F.avg_pool2d(photo, 4)[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(shown["pixels"], small, atol=0.5 / 31 + 1e-12)
    A = torch.from_numpy(passed()[0][layer][:, channel_of(layer, values["channel"])])  # (7, H, W)
    side = A.shape[1]
    A = A[i : i + 1, None]
    pooled = F.interpolate(A, size=(28, 28)) if side < 28 else F.max_pool2d(A[..., : side // 28 * 28, :], side // 28)
    pooled = pooled[0, 0, :28, :28].numpy()
    np.testing.assert_allclose(shown["map"], pooled / loudest(i, layer), atol=0.5 / 15 + 1e-9)
    assert shown["guess"] == data.imagenet_classes()[passed()[2][i]]
    silent = A.max().item() == 0
    assert shown["verdict"] == ("is silent" if silent else "answers")
    if silent:
        assert shown["window"].tolist() == [0, 0, 56, 56] and shown["here"].tolist() == [0, 0, 28, 28]
        return
    top, left, height, width = shown["here"].astype(int)
    assert height == width == max(28 // side, 1) and pooled[top, left] == pooled.max()
    start, reach, middle, _ = moved(layer)
    apart = {113: 2, 56: 4, 28: 8, 14: 16}[side]
    row, column = divmod(int(A.argmax()), side)
    for place, low, extent in ((row, 0, 2), (column, 1, 3)):
        first = start + apart * (place - middle)
        inside = np.clip([first, first + reach], 0, 224)
        if reach < 200:  # the field of the middle unit lies inside the photo
            np.testing.assert_allclose(4 * shown["window"][[low, extent]], [inside[0], inside[1] - inside[0]])
