"""The confusion matrix, and the two metrics that need nothing but what is right and what is wrong."""

import numpy as np

from dlbook._validate import check_choice
from dlbook.scratch.metrics._labels import (
    check_known,
    encode_pair,
    label_pair,
    label_set,
    places,
    relative_weights,
    weights,
)

# 0/0 is a number of the caller's choice, and a sum of weights may leave the range.
silent = np.errstate(invalid="ignore", over="ignore")


def confusion_matrix_core(y_true, y_pred, weight, K):
    M = np.zeros((K, K), weight.dtype)
    np.add.at(M, (y_true, y_pred), weight)  # each case adds its weight, 1, in its row and column
    return M


@silent
def confusion_matrix(y_true, y_pred, *, labels=None, sample_weight=None, normalize=None):
    """M[j, k] = how many samples of class j were predicted as class k; for two classes [[TN, FP], [FN, TP]].

    Shapes: y_true (N,), y_pred (N,) -> (K, K), in the order of `labels`, by default all labels that occur, ascending.
    `normalize` divides by the row ("true"), the column ("pred") or everything ("all"); 0/0 is 0. A label that is not
    among `labels` is an error (scikit-learn drops the sample).

    >>> confusion_matrix(["cat", "dog", "dog"], ["cat", "cat", "dog"]).tolist()
    [[1, 0], [1, 1]]
    """
    check_choice("normalize", normalize, (None, "true", "pred", "all"))
    classes, j, k = encode_pair(y_true, y_pred)
    if labels is not None:
        labels = label_set(labels, classes)
        place = places(classes, labels)
        check_known("y_true", classes[j], place[j] >= 0, labels)
        check_known("y_pred", classes[k], place[k] >= 0, labels)
        classes, j, k = labels, place[j], place[k]
    weight = (weights if normalize is None else relative_weights)(sample_weight, len(j))
    M = confusion_matrix_core(j, k, weight, len(classes))
    if normalize is None:
        return M
    return divide(M, M.sum(axis={"true": 1, "pred": 0, "all": None}[normalize], keepdims=True), 0.0)


def accuracy_core(y_true, y_pred):
    return (y_pred == y_true).mean()


def accuracy(y_true, y_pred, *, sample_weight=None):
    """accuracy = (TP + TN) / all = 1/N Σᵢ [ŷᵢ = yᵢ]: the share of answers that are right.

    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    np.float64(0.75)
    """
    y_true, y_pred = label_pair(y_true, y_pred)
    if sample_weight is None:
        return accuracy_core(y_true, y_pred)
    return np.average(y_pred == y_true, weights=relative_weights(sample_weight, len(y_true)))


def error_rate_core(y_true, y_pred):
    return (y_pred != y_true).mean()


def error_rate(y_true, y_pred, *, sample_weight=None):
    """error = 1 − accuracy = (FP + FN) / all = 1/N Σᵢ [ŷᵢ ≠ yᵢ]: the share of answers that are wrong."""
    y_true, y_pred = label_pair(y_true, y_pred)
    if sample_weight is None:
        return error_rate_core(y_true, y_pred)
    return np.average(y_pred != y_true, weights=relative_weights(sample_weight, len(y_true)))


def divide(part, whole, zero_division: float):
    """part / whole, and `zero_division` where the whole is 0."""
    share = np.full(np.broadcast_shapes(np.shape(part), np.shape(whole)), float(zero_division))
    return np.divide(part, whole, out=share, where=np.not_equal(whole, 0))[()]
