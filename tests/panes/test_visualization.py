"""Chapter 16's panes, on a small net whose layers are called as SqueezeNet's: torch draws the weights."""

from collections import OrderedDict

import numpy as np
import torch
from pane import pane
from torch import nn

from dlbook.scratch import layers, models, visualization
from dlbook.scratch._watch import Watch

rng = np.random.default_rng(0)
X, LABEL = rng.normal(size=(2, 3, 9, 8)), np.array([3, 1])
SIGMA, DRAW = 0.3, rng.normal(size=(4, *X.shape))
CLASSES = 4


def nets():
    """conv1, fire9 and conv10, whose maps' means are the scores; the same weights in both rooms."""
    torch.manual_seed(1)
    fire9 = nn.Sequential(OrderedDict(conv=nn.Conv2d(5, 6, 3, padding=1), out=nn.ReLU()))
    rows = OrderedDict(conv1=nn.Conv2d(3, 5, 3), relu1=nn.ReLU(), fire9=fire9, conv10=nn.Conv2d(6, CLASSES, 1))
    rows |= OrderedDict(mean=nn.AdaptiveAvgPool2d(1), scores=nn.Flatten())
    theirs = nn.Sequential(rows).double()
    ours = models.functional(
        [
            ("conv1", layers.Conv2d(3, 5, 3), "x"),
            ("relu1", layers.ReLU(), "conv1"),
            ("fire9.conv", layers.Conv2d(5, 6, 3, padding=1), "relu1"),
            ("fire9.out", layers.ReLU(), "fire9.conv"),
            ("conv10", layers.Conv2d(6, CLASSES, 1), "fire9.out"),
            ("mean", layers.AdaptiveAvgPool2d(1), "conv10"),
            ("scores", layers.Flatten(), "mean"),
        ]
    )
    ours.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    return ours, theirs


def x() -> torch.Tensor:
    return torch.tensor(X)


@pane("visualization.filters")
def test_filters(held):
    ours, theirs = nets()
    weight, typed = ours.parameters()["conv1.weight"], held.typed(model=theirs)
    held.same(held.numpy(weight), typed.pictures)
    held.same(held.public(weight), typed.pictures)


@pane("visualization.feature_maps")
def test_feature_maps(held):
    ours, theirs = nets()
    typed = held.typed(model=theirs, x=x())
    held.same(held.numpy(ours, X, Watch(ours, "fire9.out")), typed.A, atol=1e-14)
    held.same(held.public(ours, X, "fire9.out"), typed.A, atol=1e-14)
    assert (typed.A > 0).any() and not theirs.fire9.out._forward_hooks


@pane("visualization.cam")
def test_cam(held):
    ours, theirs = nets()
    A, weight = visualization.feature_maps(ours, X, "fire9.out"), ours.parameters()["conv10.weight"]
    typed = held.typed(model=theirs, A=torch.tensor(A), label=torch.tensor(LABEL))
    held.same(held.numpy(A, weight[LABEL, :, 0, 0]), typed.heat, atol=1e-14)
    held.same(held.public(A, weight, LABEL), typed.heat, atol=1e-14)


@pane("visualization.grad_cam")
def test_grad_cam(held):
    ours, theirs = nets()
    typed = held.typed(model=theirs, x=x(), label=torch.tensor(LABEL))
    with Watch(ours, "fire9.out") as seen:
        visualization.score_grad(ours, X, LABEL)
    held.same(held.numpy(seen.output, seen.upstream), typed.heat, atol=1e-15)
    held.same(held.public(ours, X, LABEL, "fire9.out"), typed.heat, atol=1e-15)
    assert (typed.heat > 0).any() and not theirs.fire9.out._forward_hooks


@pane("visualization.saliency")
def test_saliency(held):
    ours, theirs = nets()
    typed = held.typed(model=theirs, x=x(), label=torch.tensor(LABEL))
    held.same(held.public(ours, X, LABEL), typed.heat, atol=1e-15)
    gradient = visualization.score_grad_core(ours, ours(X), LABEL)
    held.same(visualization.saliency_core(gradient), typed.heat, atol=1e-15)


@pane("visualization.smooth_grad")
def test_smooth_grad(held):
    ours, theirs = nets()
    given = {"label": torch.tensor(LABEL), "draw": torch.tensor(DRAW), "sigma": SIGMA}
    typed = held.typed(model=theirs, x=x(), **given)
    mean = held.numpy(lambda noisy: visualization.score_grad(ours, noisy, LABEL), X, DRAW, SIGMA)
    held.same(visualization.saliency_core(mean), typed.heat, atol=1e-15)
    held.same(held.public(ours, X, LABEL, DRAW, SIGMA), typed.heat, atol=1e-15)


@pane("visualization.activation_maximization")
def test_activation_maximization(held):
    ours, theirs = nets()
    typed = held.typed(trunk=theirs[:3], x=x(), channel=2, steps=3)
    upstream = np.zeros((2, 6, 7, 6))
    upstream[:, 2] = 1

    def gradient(x):
        with Watch(ours, "fire9.out", instead=lambda A: upstream):
            return ours.backward(np.zeros_like(ours(x)))

    held.same(held.numpy(gradient, X, 3, 4.0), typed.x, atol=1e-12)
    held.same(held.public(ours, X, 2, "fire9.out", 3, 4.0), typed.x, atol=1e-12)
    assert not np.allclose(X, typed.x.detach())
