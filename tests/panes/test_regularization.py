"""Chapter 11's panes: what torch drops, NumPy drops; what a penalty pulls, autograd finds."""

import numpy as np
import torch
from pane import pane

rng = np.random.default_rng(0)
X, UPSTREAM = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))


def draw_of(y) -> np.ndarray:
    """A draw that drops what torch has dropped."""
    return np.where(y.detach().numpy() == 0, 0.25, 0.75)


@pane("layers.dropout")
def test_dropout(held):
    torch.manual_seed(0)
    typed = held.typed(x=torch.tensor(X))
    draw = draw_of(typed.y)
    assert 0 < (draw < 0.5).sum() < X.size
    held.same(held.numpy(X, draw, 0.5), typed.y)
    held.same(held.public(X, draw, 0.5), typed.y)
    held.same(X, typed.y_after)


@pane("layers.dropout_backward")
def test_dropout_backward(held):
    torch.manual_seed(0)
    typed = held.typed(x=torch.tensor(X), upstream=torch.tensor(UPSTREAM))
    draw = draw_of(typed.y)
    held.same(held.numpy(UPSTREAM, draw, 0.5), typed.x_grad)
    held.same(held.public(UPSTREAM, X, draw, 0.5), typed.x_grad)
