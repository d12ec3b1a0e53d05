"""Chapter 21's panes: torch draws the weights, NumPy and Keras take them over by their names."""

import numpy as np
import pytest
import torch
from pane import pane

from dlbook.pytorch.with_keras import COPY_KEYWORD, keras, to_keras
from dlbook.scratch import recurrent
from dlbook.scratch.recurrent import long_short

pytestmark = pytest.mark.filterwarnings(f"ignore:{COPY_KEYWORD}:DeprecationWarning")
rng = np.random.default_rng(0)
T, N = 5, 4
X, H, C, U = rng.normal(size=(N, 2)), *rng.normal(size=(3, N, 3))
SEQUENCE = rng.normal(size=(T, N, 2))
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def arrays(module) -> list[np.ndarray]:
    state = module.state_dict()
    return [value.numpy() for name in NAMES for key, value in state.items() if key.startswith(name)]


def numbers(tensor) -> np.ndarray:
    return keras.ops.convert_to_numpy(tensor)


@pane("recurrent.lstm_cell")
def test_lstm_cell(held):
    typed = held.typed(x=torch.tensor(X), h=torch.tensor(H), c=torch.tensor(C))
    weights = arrays(typed.cell)
    for h, c in (held.numpy(X, H, C, *weights), held.public(X, H, C, *weights)):
        held.same(h, typed.h, atol=1e-14)
        held.same(c, typed.c, atol=1e-14)


@pane("recurrent.lstm_cell_backward")
def test_lstm_cell_backward(held):
    typed = held.typed(x=torch.tensor(X), h=torch.tensor(H), c=torch.tensor(C), upstream=torch.tensor(U))
    weights = arrays(typed.cell)
    z = X @ weights[0].T + weights[2]
    _, kept = long_short.lstm_step(z, (H, C), weights[1], weights[3])
    z_grad, _, (h_grad, c_grad) = long_short.lstm_cell_backward_core((U, np.zeros_like(U)), kept, weights[1])
    found = held.public((U, None), X, H, C, *weights)
    expected = (typed.h_grad, typed.c_grad, typed.weight_grad)
    for own in ((h_grad, c_grad, z_grad.T @ H), (found[1], found[2], found[4])):
        for ours, theirs in zip(own, expected, strict=True):
            held.same(ours, theirs, atol=1e-14)


@pane("recurrent.lstm")
def test_lstm(held):
    typed = held.typed(x=torch.tensor(SEQUENCE))
    steps = recurrent.layer.unrolled_core(SEQUENCE, (np.zeros((N, 3)),) * 2, long_short.LSTM.step, *arrays(typed.lstm))
    state = {name: w.numpy() for name, w in typed.lstm.state_dict().items()}
    away = np.abs(state["bias_ih_l0"] - np.repeat([0, 1, 0, 0], 3))  # drawn from ±1/√3, but for the forget gate
    assert away.max() <= 3**-0.5
    output, (h_n, c_n) = held.public(SEQUENCE, state)
    by_steps = np.stack([h for (h, _), _ in steps]), steps[-1][0][0][None], steps[-1][0][1][None]
    for ours in (by_steps, (output, h_n, c_n)):
        for own, theirs in zip(ours, (typed.output, typed.h_n, typed.c_n), strict=True):
            held.same(own, theirs, atol=1e-14)
    library = held.library(x=SEQUENCE.swapaxes(0, 1).astype(np.float32))
    bias = numbers(library.lstm.cell.bias)
    assert (bias == [0, 0, 0, 1, 1, 1, *[0] * 6]).all()  # what its comment says
    to_keras({f"lstm.{name}": w for name, w in state.items()}, library.model)
    theirs = library.model(SEQUENCE.swapaxes(0, 1).astype(np.float32))
    held.same(output.swapaxes(0, 1), numbers(theirs), rtol=1e-5, atol=1e-6)


@pane("recurrent.gru_cell")
def test_gru_cell(held):
    typed = held.typed(x=torch.tensor(X), h=torch.tensor(H))
    weights = arrays(typed.cell)
    held.same(held.numpy(X, H, *weights), typed.h, atol=1e-14)
    held.same(held.public(X, H, *weights), typed.h, atol=1e-14)
    library = held.library(x=X.astype(np.float32), h=[H.astype(np.float32)])
    turned = [np.concatenate([z, r, n]) for r, z, n in (np.split(w, 3) for w in weights)]  # Keras' order
    library.cell.set_weights([turned[0].T, turned[1].T, np.stack(turned[2:])])
    theirs, _ = library.cell(X.astype(np.float32), [H.astype(np.float32)])
    held.same(held.public(X, H, *weights), numbers(theirs), rtol=1e-5, atol=1e-6)


def test_the_public_functions_run_what_the_panes_show(monkeypatch):
    """A block has no core of its own name, so that `held` cannot see it followed."""
    assert long_short.LSTM.back is long_short.lstm_cell_backward_core and long_short.LSTM.step is long_short.lstm_step

    def followed(*args):
        raise RuntimeError("followed")

    monkeypatch.setattr(recurrent.layer, "unrolled_core", followed)
    with pytest.raises(RuntimeError, match="followed"):
        recurrent.lstm(SEQUENCE, recurrent.LSTM(2, 3, rng=0).params)
