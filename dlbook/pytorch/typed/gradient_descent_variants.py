"""Chapter 05: a model goes through its samples, all of them a step, one, or a few."""

import torch
import torch.nn.functional as F


def gradient_descent_over_batches(model, batches):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in batches:
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()


def gradient_descent_batch(model, X, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(3):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), y)
        loss.backward()
        optimizer.step()


def gradient_descent_sgd(model, dataset):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(3):
        for x, y in torch.utils.data.DataLoader(dataset, batch_size=1, shuffle=True):
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()


def gradient_descent_mini_batch(model, dataset):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for epoch in range(3):
        for x, y in torch.utils.data.DataLoader(dataset, batch_size=4, shuffle=True):
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()


def gradient_descent_sharded_grad(model, shards, m):
    model.zero_grad()
    for x, y in shards:
        loss = F.mse_loss(model(x), y) * len(x) / m
        loss.backward()  # the gradients of the shards add up in .grad
