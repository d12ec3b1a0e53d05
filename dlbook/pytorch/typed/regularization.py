"""Chapter 11: a net that is kept from learning its samples by heart."""

import torch
import torch.nn.functional as F
from torch import nn


def regularizers_l1(model, x, y):
    penalty = 0.01 * sum(p.abs().sum() for p in model.parameters() if p.ndim > 1)
    loss = F.cross_entropy(model(x), y) + penalty
    loss.backward()


def regularizers_l1_grad(weight):
    penalty = 0.01 * weight.abs().sum()
    penalty.backward()
    pull = weight.grad


def regularizers_l2(model, x, y):
    penalty = 0.01 / 2 * sum((p * p).sum() for p in model.parameters() if p.ndim > 1)
    loss = F.cross_entropy(model(x), y) + penalty
    loss.backward()


def regularizers_l2_grad(model, x, y):
    groups = [{"params": [model.weight], "weight_decay": 0.01}, {"params": [model.bias]}]
    optimizer = torch.optim.SGD(groups, lr=0.1)
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()  # of the gradient plus 0.01 · weight


def regularizers_soft_threshold(weight):
    weight = F.softshrink(weight, lambd=0.5)


def layers_dropout(x):
    layer = nn.Dropout(p=0.5)
    y = layer(x)  # another draw in every forward pass
    layer.eval()
    y_after = layer(x)  # x itself


def layers_dropout_backward(x, upstream):
    layer = nn.Dropout(p=0.5)
    x.requires_grad_()
    y = layer(x)
    y.backward(upstream)
    x_grad = x.grad


def callbacks_early_stopping(model, learn_an_epoch, validation_loss, patience):
    best, best_epoch, epoch = float("inf"), 0, 0
    while epoch - best_epoch < patience:
        learn_an_epoch(model)
        loss, epoch = validation_loss(model), epoch + 1
        if loss < best:
            best, best_epoch = loss, epoch
            kept = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(kept)
