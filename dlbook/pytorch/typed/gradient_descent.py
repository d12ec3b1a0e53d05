"""Chapter 04: a gradient checked, a descent by hand, and what two losses cost; a `unit` is nn.Linear(D, 1)."""

import torch
import torch.nn.functional as F


def gradcheck(f, x):
    x.requires_grad_()
    f(x).backward()
    slope = x.grad
    passed = torch.autograd.gradcheck(f, x, eps=1e-6)


def gradient_descent_minimize(cost, theta, steps):
    theta.requires_grad_()
    optimizer = torch.optim.SGD([theta], lr=0.1)
    for step in range(steps):
        optimizer.zero_grad()
        loss = cost(theta)
        loss.backward()
        optimizer.step()


def losses_mse(y_pred, y_true):
    loss = F.mse_loss(y_pred, y_true) / 2  # torch's own has no ½


def losses_mse_sigmoid_grad(unit, X, y_true):
    y_pred = torch.sigmoid(unit(X)).squeeze(1)  # (m, 1) -> (m,)
    loss = F.mse_loss(y_pred, y_true) / 2
    loss.backward()
    w_grad, b_grad = unit.weight.grad, unit.bias.grad


def losses_cross_entropy(y_prob, y_true):
    loss = F.binary_cross_entropy(y_prob, y_true)


def losses_cross_entropy_from_logits(logits, y_true):
    loss = F.binary_cross_entropy_with_logits(logits, y_true)


def losses_cross_entropy_sigmoid_grad(unit, X, y_true):
    logits = unit(X).squeeze(1)  # (m, 1) -> (m,)
    loss = F.binary_cross_entropy_with_logits(logits, y_true)
    loss.backward()
    w_grad, b_grad = unit.weight.grad, unit.bias.grad


def losses_nll_loss(logits, y_true):
    loss = F.cross_entropy(logits, y_true)  # log_softmax and nll_loss in one call
