"""Chapter 04's panes: a small bowl, six probabilities, and a unit on five cases."""

import numpy as np
import torch
from pane import pane
from torch import nn

from dlbook.scratch import activations, losses
from dlbook.scratch.gradcheck import gradcheck_core, numerical_gradient_core

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(5, 3)), np.array([1.0, 0.0, 1.0, 1.0, 0.0])
W, B = rng.normal(size=3), np.array(0.3)
P, Z = activations.sigmoid(X @ W), X @ W
CLASSES, LOGITS = np.array([2, 0, 1]), rng.normal(0, 2, (3, 4))


def unit() -> nn.Linear:
    """The sigmoid unit's scores as a layer, from NumPy's weights."""
    layer = nn.Linear(3, 1, dtype=torch.float64)
    layer.load_state_dict({"weight": torch.tensor(W)[None], "bias": torch.tensor(B)[None]})
    return layer


@pane("gradcheck")
def test_gradcheck(held):
    x, f, f_grad = np.array([0.5, -1.0, 2.0]), lambda x: (x**3).sum(), lambda x: 3 * x**2
    typed = held.typed(f=f, x=torch.tensor(x))
    approximate = numerical_gradient_core(f, x, 1e-6)
    held.same(f_grad(x), typed.slope)
    held.same(typed.slope, approximate, rtol=1e-8)  # what a difference quotient gives
    assert typed.passed and gradcheck_core(f_grad(x), approximate) < 1e-8
    held.same(gradcheck_core(2 * f_grad(x), approximate), held.public(f, lambda x: 2 * f_grad(x), x))


@pane("gradient_descent.minimize")
def test_minimize(held):
    curvature = np.array([4.0, 1.0])
    path = held.numpy(lambda theta: curvature * theta, np.array([1.0, -2.0]), 0.1, 0, 9)
    theta = torch.tensor([1.0, -2.0], dtype=torch.float64)
    held.typed(cost=lambda theta: (torch.tensor(curvature) * theta**2).sum() / 2, theta=theta, steps=9)
    held.same(path[-1], theta)
    run = held.public(lambda theta: curvature * theta, np.array([1.0, -2.0]), 0.1, tol=0, max_iter=9)
    held.same(np.stack(path), run.path)


@pane("losses.mse")
def test_mse(held):
    y_pred = torch.tensor(P, requires_grad=True)
    loss = held.typed(y_pred=y_pred, y_true=torch.tensor(Y)).loss
    loss.backward()
    held.same(held.numpy(Y, P), loss)
    held.same(losses.mse_grad(Y, P), y_pred.grad)
    held.same(held.numpy(Y, P), held.public(Y, P))


@pane("losses.cross_entropy")
def test_cross_entropy(held):
    y_prob = torch.tensor(P, requires_grad=True)
    loss = held.typed(y_prob=y_prob, y_true=torch.tensor(Y)).loss
    loss.backward()
    held.same(held.numpy(Y, P), loss)
    held.same(losses.cross_entropy_grad(Y, P), y_prob.grad)
    held.same(held.numpy(Y, P), held.public(Y, P))


@pane("losses.cross_entropy_from_logits")
def test_cross_entropy_from_logits(held):
    logits = torch.tensor(Z, requires_grad=True)
    loss = held.typed(logits=logits, y_true=torch.tensor(Y)).loss
    loss.backward()
    held.same(held.numpy(Y, Z), loss)
    held.same(losses.cross_entropy_from_logits_grad(Y, Z), logits.grad)
    held.same(held.numpy(Y, Z), held.public(Y, Z))


@pane("losses.nll_loss")
def test_nll_loss(held):
    log_prob, logits = activations.log_softmax(LOGITS), torch.tensor(LOGITS, requires_grad=True)
    loss = held.typed(logits=logits, y_true=torch.tensor(CLASSES)).loss
    loss.backward()
    held.same(held.numpy(CLASSES, log_prob), loss)
    held.same(losses.cross_entropy_from_logits_grad(CLASSES, LOGITS), logits.grad)
    held.same(held.numpy(CLASSES, log_prob), held.public(CLASSES, log_prob))


def hold_unit(held):
    """Both gradients, in nn.Linear's shapes: weight (1, D), bias (1,)."""
    w_grad, b_grad = held.numpy(W, B, X, Y)
    typed = held.typed(unit=unit(), X=torch.tensor(X), y_true=torch.tensor(Y))
    held.same(w_grad[None], typed.w_grad)
    held.same(b_grad[None], typed.b_grad)
    for core, public in zip((w_grad, b_grad), held.public(W, B, X, Y), strict=True):
        held.same(core, public)


@pane("losses.mse_sigmoid_grad")
def test_mse_sigmoid_grad(held):
    hold_unit(held)


@pane("losses.cross_entropy_sigmoid_grad")
def test_cross_entropy_sigmoid_grad(held):
    hold_unit(held)
