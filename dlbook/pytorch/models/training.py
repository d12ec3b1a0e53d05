"""The loop that trains a model, with torch.optim."""

from math import inf

import torch
import torch.nn.functional as F

from dlbook._validate import check_count, number_between
from dlbook._validate.models import check_batches


def fit(model, batches, epochs=1, lr=0.1):
    """θ ← θ − η ∂L/∂θ for every batch of every epoch, by torch.optim.SGD; the loss of each before its step."""
    batches = list(batches)
    check_batches(batches)
    check_count("epochs", epochs)
    optimizer = torch.optim.SGD(model.train().parameters(), lr=number_between("lr", lr, 0, inf))
    losses = []
    for _ in range(epochs):
        for x, y in batches:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
    return torch.stack(losses) if losses else torch.zeros(0, dtype=torch.float64)
