"""Chapter 03's panes, on the tumours: fitted on one half, applied to the other."""

import torch
from pane import pane

from dlbook import data

X = data.breast_cancer().X
TRAIN, NEW = X[::2], X[1::2]


def hold(held, *options):
    """Every room scales the new half alike, and each half by itself."""
    for new in (NEW, TRAIN):
        ours = held.numpy(new, TRAIN, *options)
        # A value at the median or the mean leaves the rounding of a difference.
        held.same(ours, held.typed(X=torch.tensor(new), X_train=torch.tensor(TRAIN)).X_scaled, atol=1e-12)
        held.same(ours, held.library(X=new, X_train=TRAIN).X_scaled, atol=1e-12)
        held.same(ours, held.public(new, TRAIN), atol=1e-12)


@pane("preprocessing.min_max_scale")
def test_min_max_scale(held):
    hold(held, 0, 1)


@pane("preprocessing.standardize")
def test_standardize(held):
    hold(held)


@pane("preprocessing.robust_scale")
def test_robust_scale(held):
    hold(held)
