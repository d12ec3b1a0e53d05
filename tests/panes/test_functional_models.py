"""Chapter 18's panes: PyTorch draws the weights, NumPy and Keras take them over by their names."""

import numpy as np
import pytest
import torch
from pane import pane

from dlbook.pytorch.with_keras import COPY_KEYWORD, from_keras, keras, to_keras
from dlbook.scratch import layers, losses, models

pytestmark = pytest.mark.filterwarnings(f"ignore:{COPY_KEYWORD}:DeprecationWarning")
rng = np.random.default_rng(0)
A, B = rng.normal(size=(2, 4, 2))
Y = np.array([0, 2, 1, 1])


def adder():
    rows = [
        ("tower", layers.Linear(2, 3), "a"),
        ("again", "tower", "b"),
        ("sum", layers.Add(), "tower", "again"),
        ("scores", layers.Linear(3, 3), "sum"),
    ]
    return rows


@pane("models.functional")
def test_functional(held):
    typed = held.typed(a=torch.tensor(A), b=torch.tensor(B), y=torch.tensor(Y))
    state = {name: value.numpy() for name, value in typed.model.state_dict().items()}
    ours = held.public(adder(), ("a", "b")).load_state_dict(state)
    scores = ours(A, B)
    held.same(scores, typed.scores)
    ours.backward(losses.cross_entropy_from_logits_grad(Y, scores))
    for name, parameter in typed.model.named_parameters():
        held.same(ours.gradients()[name], parameter.grad, atol=1e-15)
    assert type(ours) is models.Functional
    library = held.library(a=A, b=B)
    to_keras(state, library.model)
    held.same(scores, keras.ops.convert_to_numpy(library.model([A, B])), rtol=1e-5, atol=1e-6)


@pane("keras")
def test_both_ways_give_one_net(held):
    x = rng.normal(size=(5, 4)).astype(np.float32)
    found = held.library(x=x)
    held.same(keras.ops.convert_to_numpy(found.scores), keras.ops.convert_to_numpy(found.same_scores), rtol=0)
    ours = models.sequential(layers.Linear(4, 3), layers.ReLU(), layers.Linear(3, 2))
    names = {f"{found.hidden.name}.weight": "0.weight", f"{found.hidden.name}.bias": "0.bias"}
    names |= {f"{found.last.name}.weight": "2.weight", f"{found.last.name}.bias": "2.bias"}
    ours.load_state_dict({names[name]: array for name, array in from_keras(found.row, names).items()})
    held.same(ours(x), keras.ops.convert_to_numpy(found.scores), rtol=1e-5, atol=1e-6)
