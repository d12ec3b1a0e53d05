"""Chapter 07: PyTorch builds the graph while the formula runs, and walks it back."""

import torch


def graph_compute_graph():
    w = torch.tensor(0.5, requires_grad=True)
    b = torch.tensor(-1.0, requires_grad=True)
    loss = (torch.sigmoid(3.0 * w + b) - 1.0) ** 2
    loss.backward()
