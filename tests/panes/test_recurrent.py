"""Chapter 20's panes: torch draws the weights, and NumPy takes them over by their names."""

import numpy as np
import torch
from pane import pane

from dlbook.scratch import recurrent
from dlbook.scratch.recurrent import plain

rng = np.random.default_rng(0)
T, N = 5, 4
X, H, U = rng.normal(size=(N, 2)), rng.normal(size=(N, 3)), rng.normal(size=(N, 3))
SEQUENCE, GOAL = rng.normal(size=(T, N, 2)), rng.normal(size=(T, N, 3))
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
TANH = plain.CELLS["tanh"]


def tensor(x) -> torch.Tensor:
    return torch.tensor(x)


def arrays(module) -> list[np.ndarray]:
    state = module.state_dict()
    return [value.numpy() for name in NAMES for key, value in state.items() if key.startswith(name)]


@pane("recurrent.rnn_cell")
def test_rnn_cell(held):
    typed = held.typed(x=tensor(X), h=tensor(H))
    weights = arrays(typed.cell)
    held.same(held.numpy(X, H, *weights), typed.h, atol=1e-14)
    held.same(held.public(X, H, *weights), typed.h, atol=1e-14)


@pane("recurrent.rnn_cell_backward")
def test_rnn_cell_backward(held):
    typed = held.typed(x=tensor(X), h=tensor(H), upstream=tensor(U))
    weights = arrays(typed.cell)
    new = recurrent.rnn_cell(X, H, *weights)
    z_grad, _, (h_grad,) = plain.rnn_cell_backward_core((U,), new, weights[1])
    held.same(h_grad, typed.h_grad, atol=1e-14)
    held.same(z_grad.T @ H, typed.weight_grad, atol=1e-14)
    found = held.public(U, X, H, *weights)
    for ours, theirs in zip(
        (found[0], found[1], found[3]), (typed.x_grad, typed.h_grad, typed.weight_grad), strict=True
    ):
        held.same(ours, theirs, atol=1e-14)


@pane("recurrent.rnn")
def test_rnn(held):
    typed = held.typed(x=tensor(SEQUENCE))
    steps = recurrent.layer.unrolled_core(SEQUENCE, (np.zeros((N, 3)),), TANH.step, *arrays(typed.rnn))
    output = np.stack([states[0] for states, _ in steps])
    public, last = held.public(SEQUENCE, {name: w.numpy() for name, w in typed.rnn.state_dict().items()})
    for ours, state in ((output, output[-1:]), (public, last)):
        held.same(ours, typed.output, atol=1e-14)
        held.same(state, typed.h_n, atol=1e-14)


@pane("recurrent.rnn_backward")
def test_rnn_backward(held):
    typed = held.typed(x=tensor(SEQUENCE), target=tensor(GOAL))
    weights = {name: w.numpy() for name, w in typed.rnn.state_dict().items()}
    output, _ = recurrent.rnn(SEQUENCE, weights)
    upstream = 2 * (output - GOAL) / output.size
    kept, ends = list(output), (np.zeros((N, 3)),)
    steps, _ = recurrent.layer.unrolled_backward_core(upstream, ends, kept, TANH.back, weights["weight_hh_l0"])
    u_grad = np.stack([of_step[1] for of_step in steps])
    before = np.concatenate([np.zeros((1, N, 3)), output[:-1]])
    by_steps = np.einsum("tnk,tnj->kj", u_grad, before)
    held.same(by_steps, typed.weight_grad, atol=1e-14)
    _, grads, _ = held.public((upstream, None), SEQUENCE, weights)
    held.same(grads["weight_hh_l0"], typed.weight_grad, atol=1e-14)


def test_the_public_functions_run_the_loops_that_the_panes_show(monkeypatch):
    """A block has no core of its own name, so that `held` cannot see it followed."""

    assert TANH.back is plain.rnn_cell_backward_core

    class Followed(Exception):
        pass

    def followed(*args):
        raise Followed

    weights = recurrent.RNN(2, 3, rng=0).params
    for name, call in (
        ("unrolled_core", lambda: recurrent.rnn(SEQUENCE, weights)),
        ("unrolled_backward_core", lambda: recurrent.rnn_backward((GOAL, None), SEQUENCE, weights)),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(recurrent.layer, name, followed)
            try:
                call()
            except Followed:
                continue
        raise AssertionError(f"the public function does not run {name}")
