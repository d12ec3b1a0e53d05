"""Chapter 08's panes, each on a few rows: torch draws the weights, and NumPy takes them over by their names."""

import numpy as np
import torch
from pane import pane

from dlbook.scratch import layers, losses, models

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(4, 2)), np.array([0, 2, 1, 1])
WIDE, TARGET = rng.normal(1, 2, size=(4, 3)), rng.normal(size=(4, 3))


def tensor(x) -> torch.Tensor:
    return torch.tensor(x)


def arrays(module) -> list[np.ndarray]:
    return [value.numpy() for value in module.state_dict().values()]


@pane("layers.linear")
def test_linear(held):
    typed = held.typed(x=tensor(X))
    weight, bias = arrays(typed.layer)
    held.same(held.numpy(X, weight, bias), typed.z)
    held.same(held.public(X, weight, bias), typed.z)


@pane("layers.linear_backward")
def test_linear_backward(held):
    typed = held.typed(x=tensor(X), y=tensor(Y))
    weight, bias = arrays(typed.layer)
    upstream = losses.cross_entropy_from_logits_grad(Y, layers.linear(X, weight, bias))
    for ours in (held.numpy(upstream, X, weight), held.public(upstream, X, weight, bias)):
        for mine, theirs in zip(ours, (typed.x_grad, typed.weight_grad, typed.bias_grad), strict=True):
            held.same(mine, theirs, atol=1e-15)


def small_net() -> models.Sequential:
    return models.sequential(layers.Linear(2, 3), layers.Tanh(), layers.Linear(3, 2))


@pane("models.sequential")
def test_sequential(held):
    y = Y % 2
    typed = held.typed(x=tensor(X), y=tensor(y))
    ours = small_net().load_state_dict({name: value.numpy() for name, value in typed.model.state_dict().items()})
    scores = ours(X)
    held.same(scores, typed.scores)
    ours.backward(losses.cross_entropy_from_logits_grad(y, scores))
    for name, parameter in typed.model.named_parameters():
        held.same(ours.gradients()[name], parameter.grad, atol=1e-15)
    assert type(held.public(layers.Linear(2, 3))) is models.Sequential


@pane("models.fit")
def test_fit(held):
    batches = [(X[:3], Y[:3] % 2), (X[3:], Y[3:] % 2)]
    theirs = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).double()
    start = {name: value.numpy().copy() for name, value in theirs.state_dict().items()}
    core, public = (small_net().load_state_dict(start) for _ in range(2))
    held.typed(model=theirs, batches=[(tensor(x), tensor(y)) for x, y in batches])
    loss = (losses.cross_entropy_from_logits, losses.cross_entropy_from_logits_grad)
    held.numpy(core, batches, *loss, 20, 0.1, [])
    held.public(public, batches, 20, 0.1)
    for name, weight in theirs.named_parameters():
        held.same(core.parameters()[name], weight)
        held.same(public.parameters()[name], weight)
        assert not np.array_equal(start[name], weight.detach().numpy())


@pane("layers.batch_norm")
def test_batch_norm(held):
    typed, (zero, one) = held.typed(x=tensor(WIDE), new=tensor(TARGET)), (np.zeros(3), np.ones(3))
    y, mean, var = held.numpy(WIDE, zero, one, one, zero, True, 0.1, 1e-5)
    held.same(y, typed.y, atol=1e-14)
    held.same(mean, typed.layer.running_mean)
    held.same(var, typed.layer.running_var)
    held.same(held.numpy(TARGET, mean, var, one, zero, False, 0.1, 1e-5)[0], typed.y_new, atol=1e-14)
    held.same(held.public(WIDE, zero, one, training=True).output, typed.y, atol=1e-14)


@pane("layers.batch_norm_backward")
def test_batch_norm_backward(held):
    typed, one = held.typed(x=tensor(WIDE), target=tensor(TARGET)), np.ones(3)
    upstream = 2 * (layers.batch_norm(WIDE, None, None, training=True).output - TARGET) / WIDE.size
    public = held.public(upstream, WIDE, None, None, training=True)
    for ours in (held.numpy(upstream, WIDE, one, 1e-5), public):
        for mine, theirs in zip(ours, (typed.x_grad, typed.weight_grad, typed.bias_grad), strict=True):
            held.same(mine, theirs, atol=1e-15)
