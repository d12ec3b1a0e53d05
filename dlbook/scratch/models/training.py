"""The loop that trains a model."""

from math import inf

import numpy as np

from dlbook._validate import check_count, number_between
from dlbook._validate.models import check_batches
from dlbook.scratch.losses import cross_entropy_from_logits, cross_entropy_from_logits_grad


def fit_core(model, batches, loss, loss_grad, epochs, lr, seen):
    for _ in range(epochs):
        for x, y in batches:
            scores = model(x)  # forward
            seen.append(loss(y, scores))
            model.backward(loss_grad(y, scores))
            for name, theta in model.parameters().items():
                theta -= lr * model.gradients()[name]  # step


def fit(model, batches, epochs=1, lr=0.1):
    """θ ← θ − η ∂L/∂θ for every batch of every epoch, L the mean cross-entropy of the model's scores.

    `batches` is a list of pairs (x, y): features and the numbers of the right classes. The model is put into training
    mode, and its own weights are changed. Returns the loss of every batch before its step, (epochs · batches,).
    """
    batches = list(batches)
    check_batches(batches)
    check_count("epochs", epochs)
    lr, seen = number_between("lr", lr, 0, inf), []
    fit_core(model.train(), batches, cross_entropy_from_logits, cross_entropy_from_logits_grad, epochs, lr, seen)
    return np.array(seen)
