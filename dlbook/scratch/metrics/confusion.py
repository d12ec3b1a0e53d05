"""The confusion matrix, and the two metrics that need nothing but its diagonal."""

import numpy as np

from dlbook._validate import check_choice
from dlbook.scratch.metrics._inputs import label_pair, label_set, positions, weights


def confusion_matrix(y_true, y_pred, *, labels=None, sample_weight=None, normalize=None):
    """M[j, k] = how many samples of class j were predicted as class k; for two classes [[TN, FP], [FN, TP]].

    Shapes: y_true (N,), y_pred (N,) -> (K, K), in the order of `labels`, by default all labels that occur, ascending.
    `normalize` divides by the row ("true"), the column ("pred") or everything ("all"); 0/0 is 0. A label that is not
    among `labels` is an error (scikit-learn drops the sample).

    >>> confusion_matrix(["cat", "dog", "dog"], ["cat", "cat", "dog"]).tolist()
    [[1, 0], [1, 1]]
    """
    check_choice("normalize", normalize, (None, "true", "pred", "all"))
    y_true, y_pred = label_pair(y_true, y_pred)
    labels = label_set(labels, y_true, y_pred)
    j, k = positions(y_true, labels, "y_true"), positions(y_pred, labels, "y_pred")  # (N,) class numbers
    K = len(labels)
    # Cell (j, k) is number K·j + k when the matrix is read row by row.
    M = np.bincount(K * j + k, weights(sample_weight, len(j)), minlength=K * K).reshape(K, K)
    if normalize is None:
        return M.astype(np.result_type(M, np.int64), copy=False)  # bincount counts in 32 bits in a browser
    return divide(M, M.sum(axis={"true": 1, "pred": 0, "all": None}[normalize], keepdims=True), 0.0)


def accuracy(y_true, y_pred, *, sample_weight=None):
    """accuracy = (TP + TN) / all = trace(M) / ΣM: the share of answers that are right.

    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    np.float64(0.75)
    """
    M = confusion_matrix(y_true, y_pred, sample_weight=sample_weight)
    return M.trace() / M.sum()


def error_rate(y_true, y_pred, *, sample_weight=None):
    """error = 1 − accuracy = (FP + FN) / all: the share of answers that are wrong."""
    M = confusion_matrix(y_true, y_pred, sample_weight=sample_weight)
    return (M.sum() - M.trace()) / M.sum()


def divide(part, whole, zero_division: float):
    """part / whole, and `zero_division` where the whole is 0."""
    share = np.full(np.broadcast_shapes(np.shape(part), np.shape(whole)), float(zero_division))
    return np.divide(part, whole, out=share, where=np.not_equal(whole, 0))[()]
