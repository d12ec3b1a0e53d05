"""Chapter 12: classes are counted, drawn and weighed. y_true holds 0 … K−1, class 1 is the rare one of two."""

import numpy as np
import torch
import torch.nn.functional as F


def imbalance_class_weights(y_true):
    count = torch.bincount(y_true)
    weight = len(y_true) / (len(count) * count)


def imbalance_class_weights_library(y_true):
    from sklearn.utils.class_weight import compute_class_weight

    weight = compute_class_weight("balanced", classes=np.unique(y_true), y=y_true)


def imbalance_sample_weights(y_true):
    count = torch.bincount(y_true)
    weight = (len(y_true) / (len(count) * count))[y_true]


def imbalance_sample_weights_library(y_true):
    from sklearn.utils.class_weight import compute_sample_weight

    weight = compute_sample_weight("balanced", y_true)


def imbalance_oversample(dataset, y_true):
    weight = 1 / torch.bincount(y_true)[y_true]  # each class is drawn as often as any other
    sampler = torch.utils.data.WeightedRandomSampler(weight, num_samples=len(y_true))
    batches = torch.utils.data.DataLoader(dataset, batch_size=32, sampler=sampler)


def imbalance_oversample_library(X, y_true):
    from sklearn.utils import resample

    rare, frequent = X[y_true == 1], X[y_true == 0]
    rare = resample(rare, n_samples=len(frequent), random_state=0)


def imbalance_undersample(y_true):
    members = [torch.nonzero(y_true == k).ravel() for k in torch.unique(y_true)]
    least = min(len(rows) for rows in members)
    rows = torch.cat([rows[torch.randperm(len(rows))[:least]] for rows in members])


def imbalance_undersample_library(X, y_true):
    from sklearn.utils import resample

    rare, frequent = X[y_true == 1], X[y_true == 0]
    frequent = resample(frequent, n_samples=len(rare), replace=False, random_state=0)


def imbalance_nearest_neighbors(X, k):
    distance = torch.cdist(X, X)  # (m, m)
    distance.fill_diagonal_(torch.inf)  # a sample is no neighbour of its own
    near = distance.topk(k, largest=False).indices  # (m, k)


def imbalance_nearest_neighbors_library(X, k):
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=k).fit(X).kneighbors(return_distance=False)


def losses_focal_loss(logits, y_true, gamma):
    nll = F.binary_cross_entropy_with_logits(logits, y_true, reduction="none")  # −log p_y
    p_y = torch.exp(-nll)
    loss = ((1 - p_y) ** gamma * nll).mean()


def losses_focal_loss_grad(logits, y_true, gamma):
    nll = F.binary_cross_entropy_with_logits(logits, y_true, reduction="none")
    p_y = torch.exp(-nll)
    loss = ((1 - p_y) ** gamma * nll).mean()
    loss.backward()
    slope = logits.grad
