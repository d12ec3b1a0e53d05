"""models.sequential: torch.nn.Sequential with the same weights is the same function, with the same gradients."""

import re

import numpy as np
import pytest
import torch
from twins import assert_same, resolve

import dlbook
from dlbook.scratch import gradcheck, layers, models

rng = np.random.default_rng(0)


def network(room):
    """One of each layer that computes the same in both rooms; a model inside a model."""
    if room == "pytorch":
        torch.manual_seed(0)
    L, sequential = getattr(dlbook, room).layers, resolve(room, "models.sequential")
    inner = sequential(L.Linear(8, 8), L.Tanh(), L.Linear(8, 8, bias=False), L.ELU(0.5))
    return sequential(
        L.Linear(5, 8), L.BatchNorm1d(8), L.ReLU(), inner, L.LeakyReLU(0.1), L.Linear(8, 6), L.Sigmoid(),
        L.Linear(6, 4), L.Softmax(-1),
    )  # fmt: skip


def to_torch(state):
    return {name: torch.as_tensor(array) for name, array in state.items()}


def to_numpy(state):
    return {name: tensor.detach().numpy() for name, tensor in state.items()}


def step(model, lr=0.1):
    """One step against the gradient, in place."""
    for name, array in model.parameters().items():
        array -= lr * model.gradients()[name]


def test_a_state_dict_moves_to_torch_and_back_and_gives_the_same_outputs():
    ours, theirs = network("scratch"), network("pytorch").double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    x = rng.normal(size=(9, 5))
    theirs.load_state_dict(to_torch(ours.state_dict()))
    assert_same(ours.eval()(x), theirs.eval()(torch.from_numpy(x)))
    fresh = network("pytorch").double().eval()
    ours.load_state_dict(to_numpy(fresh.state_dict()))
    assert_same(ours(x), fresh(torch.from_numpy(x)))
    assert_same(ours.state_dict(), dict(fresh.state_dict()))


def test_training_goes_the_way_of_torch():
    """Twenty steps of both, with batch norm at work: outputs, gradients, parameters and running statistics."""
    ours, theirs = network("scratch"), network("pytorch").double()
    theirs.load_state_dict(to_torch(ours.state_dict()))
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(20):
        x, upstream = rng.normal(size=(7, 5)), rng.normal(size=(7, 4))
        theirs_x = torch.from_numpy(x).requires_grad_()
        y, theirs_y = ours(x), theirs(theirs_x)
        assert_same(y, theirs_y, atol=1e-13)
        optimizer.zero_grad()
        theirs_y.backward(torch.from_numpy(upstream))
        assert_same(ours.backward(upstream), theirs_x.grad, atol=1e-12)
        assert_same(ours.gradients(), {k: p.grad for k, p in theirs.named_parameters()}, atol=1e-12)
        optimizer.step()
        step(ours)
    assert_same(ours.state_dict(), dict(theirs.state_dict()), atol=1e-12)


@pytest.mark.parametrize("training", [True, False])
def test_every_parameter_against_differences(training):
    model = network("scratch").train(training)
    x, upstream = rng.normal(size=(6, 5)), rng.normal(size=(6, 4))
    model(x)
    x_grad = model.backward(upstream)
    state, grads = model.state_dict(), model.gradients()
    assert grads.keys() == model.parameters().keys()

    def loss(name, value):
        model.load_state_dict(state | {name: value})
        return (upstream * model(x)).sum()

    for name, grad in grads.items():
        if name != "0.bias" or not training:  # batch norm takes it away again: its gradient is 0 but for rounding
            assert gradcheck(lambda v, n=name: loss(n, v), lambda _, g=grad: g, state[name]) < 1e-6, name
    model.load_state_dict(state)
    assert gradcheck(lambda v: (upstream * model(v)).sum(), lambda _: x_grad, x) < 1e-6


def test_a_bias_before_batch_norm_learns_nothing():
    model = network("scratch")
    model(rng.normal(size=(6, 5)))
    model.backward(rng.normal(size=(6, 4)))
    np.testing.assert_allclose(model.gradients()["0.bias"], 0, atol=1e-15)


def test_parameters_are_the_arrays_themselves_and_a_state_dict_is_a_copy():
    model = models.sequential(layers.Linear(2, 2))
    state = model.state_dict()
    model.parameters()["0.weight"][:] = 7
    assert (model(np.ones((1, 2))) - model.parameters()["0.bias"]).tolist() == [[14, 14]]
    assert not (state["0.weight"] == 7).any()


def test_arrays_that_were_taken_out_stay_the_models_own_after_loading():
    model = models.sequential(layers.Linear(2, 2), models.sequential(layers.BatchNorm1d(2)))
    mine = model.parameters()
    model.load_state_dict({name: array + 1 for name, array in model.state_dict().items()})
    mine["0.weight"][:], mine["1.0.weight"][:] = 7, 9
    assert (model.parameters()["0.weight"] == 7).all() and (model.parameters()["1.0.weight"] == 9).all()
    assert (model.state_dict()["1.0.running_mean"] == 1).all() and model.state_dict()["1.0.num_batches_tracked"] == 1


TANH = layers.Tanh()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ([[layers.Linear(2, 2)]], "layers must be layers: got a list, need one layer after the other: Linear(…)"),
        ([layers.Linear(2, 2), np.tanh], "layers must be layers: got a ufunc"),
        (
            [TANH, layers.Linear(2, 2), TANH],
            "layers must be different objects: got one Tanh twice, need a layer of its",
        ),
        ([TANH, models.sequential(TANH)], "layers must be different objects: got one Tanh twice"),
    ],
)
def test_a_row_that_is_none_is_named(row, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        models.sequential(*row)


def test_train_and_eval_reach_every_layer():
    model = network("scratch").eval()
    flat = [*model.layers, *model.layers[3].layers]
    assert not any(layer.training for layer in flat)
    assert all(layer.training for layer in (model.train(), *flat))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"0.weight": None}, "state must hold the names of this model: got a difference in 0.weight, need 0.weight,"),
        ({"9.weight": np.ones(1)}, "state must hold the names of this model: got a difference in 9.weight"),
        ({"0.bias": np.ones(3)}, "state['0.bias'] must fit the model: got shape (3,), need shape (2,)"),
    ],
)
def test_a_state_that_does_not_fit_is_named(change, message):
    model = models.sequential(layers.Linear(2, 2))
    state = {k: v for k, v in (model.state_dict() | change).items() if v is not None}
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        model.load_state_dict(state)
