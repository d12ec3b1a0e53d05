"""Two numbers for the whole confusion matrix that a frequent class alone cannot make large.

Labels may be of two classes or of many. What is 0/0 is 0 in the correlation, and no class that is never true counts.
"""

import torch

from dlbook._validate import unit_of
from dlbook.pytorch.metrics._labels import label_pair, relative_weights
from dlbook.pytorch.metrics.confusion import confusion_matrix, divide
from dlbook.pytorch.metrics.rates import cells


def balanced_accuracy_score(y_true, y_pred, *, sample_weight=None):
    """balanced accuracy = 1/K Σₖ TPₖ / (TPₖ + FNₖ): the mean recall of the classes; of two, (TPR + TNR) / 2.

    Shapes: y_true (N,), y_pred (N,) -> a number. A class that y_true does not hold is left out.

    >>> balanced_accuracy_score(torch.tensor([0, 0, 0, 0, 1, 1]), torch.tensor([0, 0, 0, 0, 0, 1]))
    tensor(0.7500, dtype=torch.float64)
    """
    tp, fp, fn, tn = cells(y_true, y_pred, None, 1, None, sample_weight)
    occurs = tp + fn > 0
    return (tp[occurs] / (tp + fn)[occurs]).mean()


def matthews_corrcoef(y_true, y_pred, *, sample_weight=None):
    """MCC = (TP·TN − FP·FN) / √((TP + FP)(TP + FN)(TN + FP)(TN + FN)): the correlation of truth and prediction.

    Shapes: y_true (N,), y_pred (N,) -> a number from −1 to 1. It is 0 where one class alone is true, or predicted.

    >>> matthews_corrcoef(torch.tensor([0, 0, 0, 1, 1, 1]), torch.tensor([0, 0, 1, 0, 1, 1]))
    tensor(0.3333, dtype=torch.float64)
    """
    y_true, y_pred = label_pair(y_true, y_pred)
    M = confusion_matrix(y_true, y_pred, sample_weight=relative_weights(sample_weight, y_true)).double()
    M = M / unit_of(M.max().item())  # products of four of them stay in range
    if len(M) != 2:
        return correlation_of_many(M)
    (tn, fp), (fn, tp) = M
    called, true = ((tp + fp) * (tn + fn)).sqrt(), ((tp + fn) * (tn + fp)).sqrt()
    return divide(tp * tn - fp * fn, called * true, 0.0)


def correlation_of_many(M):
    """The correlation of K classes, of the confusion matrix M (K, K)."""
    true, called, all_of_them = M.sum(dim=1), M.sum(dim=0), M.sum()
    together = all_of_them * M.trace() - true @ called
    spread = (all_of_them**2 - true @ true).sqrt() * (all_of_them**2 - called @ called).sqrt()
    constant = min(torch.count_nonzero(true), torch.count_nonzero(called)) < 2
    return divide(together, torch.zeros_like(spread) if constant else spread, 0.0)
