"""The confusion matrix, and the two metrics that need nothing but what is right and what is wrong."""

import torch

from dlbook._validate import check_choice
from dlbook.pytorch.metrics._labels import (
    check_known,
    encode_pair,
    label_pair,
    label_set,
    places,
    relative_weights,
    weights,
)


def confusion_matrix(y_true, y_pred, *, labels=None, sample_weight=None, normalize=None):
    """M[j, k] = how many samples of class j were predicted as class k; for two classes [[TN, FP], [FN, TP]].

    Shapes: y_true (N,), y_pred (N,) -> (K, K), in the order of `labels`, by default all labels that occur, ascending.
    `normalize` divides by the row ("true"), the column ("pred") or everything ("all"); 0/0 is 0. A label that is not
    among `labels` is an error (scikit-learn drops the sample).

    >>> confusion_matrix(torch.tensor([0, 1, 1]), torch.tensor([0, 0, 1]))
    tensor([[1, 0],
            [1, 1]])
    """
    check_choice("normalize", normalize, (None, "true", "pred", "all"))
    classes, j, k = encode_pair(y_true, y_pred)
    if labels is not None:
        labels = label_set(labels, classes)
        place = places(classes, labels)
        check_known("y_true", classes[j], place[j] >= 0, labels)
        check_known("y_pred", classes[k], place[k] >= 0, labels)
        classes, j, k = labels, place[j], place[k]
    weight = (weights if normalize is None else relative_weights)(sample_weight, j)
    M = torch.zeros(len(classes), len(classes), dtype=weight.dtype, device=j.device)
    M.index_put_((j, k), weight, accumulate=True)
    if normalize is None:
        return M
    return divide(M, M.sum(dim={"true": 1, "pred": 0, "all": (0, 1)}[normalize], keepdim=True), 0.0)


def accuracy(y_true, y_pred, *, sample_weight=None):
    """accuracy = (TP + TN) / all = 1/N Σᵢ [ŷᵢ = yᵢ]: the share of answers that are right.

    >>> accuracy(torch.tensor([1, 0, 1, 1]), torch.tensor([1, 0, 0, 1]))
    tensor(0.7500, dtype=torch.float64)
    """
    y_true, y_pred = label_pair(y_true, y_pred)
    weight = relative_weights(sample_weight, y_true)
    return (weight * (y_pred == y_true)).sum().double() / weight.sum()


def error_rate(y_true, y_pred, *, sample_weight=None):
    """error = 1 − accuracy = (FP + FN) / all = 1/N Σᵢ [ŷᵢ ≠ yᵢ]: the share of answers that are wrong."""
    y_true, y_pred = label_pair(y_true, y_pred)
    weight = relative_weights(sample_weight, y_true)
    return (weight * (y_pred != y_true)).sum().double() / weight.sum()


def divide(part, whole, zero_division: float):
    """part / whole, and `zero_division` where the whole is 0."""
    return torch.where(whole == 0, zero_division, part.double() / whole)
