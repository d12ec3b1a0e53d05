"""Chapter 08: a layer, layers in a row, batch norm, and the loop that trains them."""

import torch
import torch.nn.functional as F
from torch import nn


def layers_linear(x):
    layer = nn.Linear(2, 3)
    z = layer(x)


def layers_linear_backward(x, y):
    layer = nn.Linear(2, 3)
    x.requires_grad_()  # the input, too
    loss = F.cross_entropy(layer(x), y)
    loss.backward()
    x_grad, weight_grad, bias_grad = x.grad, layer.weight.grad, layer.bias.grad


def models_sequential(x, y):
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    scores = model(x)
    loss = F.cross_entropy(scores, y)
    loss.backward()


def models_fit(model, batches):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(20):
        for x, y in batches:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def layers_batch_norm(x, new):
    layer = nn.BatchNorm1d(3)
    y = layer(x)  # the batch's statistics
    layer.eval()
    y_new = layer(new)  # the running ones


def layers_batch_norm_backward(x, target):
    layer = nn.BatchNorm1d(3)
    x.requires_grad_()
    loss = F.mse_loss(layer(x), target)
    loss.backward()
    x_grad, weight_grad, bias_grad = x.grad, layer.weight.grad, layer.bias.grad
