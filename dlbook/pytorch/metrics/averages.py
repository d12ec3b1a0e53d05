"""From one class to many: the two ways of averaging any metric of two classes.

`metric` is a function `metric(y_true, y_pred, **kwargs)` of labels 0 and 1, such as `precision`; further arguments
go to it. For those that take `average` it is the same as `average="macro"` or "micro", which is faster.
"""

import torch

from dlbook.pytorch.metrics._labels import encode_pair, label_set, weights
from dlbook.pytorch.metrics.rates import mean


def macro_average(metric, y_true, y_pred, *, labels=None, **kwargs):
    """macro = 1/K Σₖ metric of class k against the rest: every class counts the same; what is NaN is left out.

    >>> from dlbook.pytorch.metrics import precision
    >>> macro_average(precision, torch.tensor([0, 1, 2, 2]), torch.tensor([0, 2, 2, 1]))
    tensor(0.5000, dtype=torch.float64)
    """
    present, j, k = encode_pair(y_true, y_pred)
    y_true, y_pred, classes = present[j], present[k], label_set(labels, present)
    return mean(torch.stack([metric(y_true == k, y_pred == k, **kwargs) for k in classes]))


def micro_average(metric, y_true, y_pred, *, labels=None, sample_weight=None, **kwargs):
    """micro = metric(Σₖ TPₖ, Σₖ FPₖ, Σₖ FNₖ, Σₖ TNₖ): every sample counts the same.

    The cells add up when the K questions "is it class k?" are laid end to end.

    >>> from dlbook.pytorch.metrics import precision
    >>> micro_average(precision, torch.tensor([0, 1, 2, 2]), torch.tensor([0, 2, 2, 1]))
    tensor(0.5000, dtype=torch.float64)
    """
    present, j, k = encode_pair(y_true, y_pred)
    y_true, y_pred, classes = present[j], present[k], label_set(labels, present)
    is_k, called_k = (y_true[:, None] == classes).ravel(), (y_pred[:, None] == classes).ravel()  # (N·K,)
    if sample_weight is not None:
        kwargs["sample_weight"] = weights(sample_weight, y_true).repeat_interleave(len(classes))
    return metric(is_k, called_k, **kwargs)
