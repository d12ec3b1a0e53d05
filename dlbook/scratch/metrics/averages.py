"""From one class to many: the two ways of averaging any metric of two classes.

`metric` is a function `metric(y_true, y_pred, **kwargs)` of labels 0 and 1, such as `precision`; further arguments
go to it. For those that take `average` it is the same as `average="macro"` or "micro", which is faster.
"""

from functools import partial

import numpy as np

from dlbook.scratch.metrics._labels import encode_pair, label_set, weights


def macro_average_core(metric, y_true, y_pred, classes):
    return sum(metric(y_true == k, y_pred == k) for k in classes) / len(classes)


def macro_average(metric, y_true, y_pred, *, labels=None, **kwargs):
    """macro = 1/K Σₖ metric of class k against the rest: every class counts the same; what is NaN is left out.

    >>> from dlbook.scratch.metrics import precision
    >>> macro_average(precision, [0, 1, 2, 2], [0, 2, 2, 1])
    np.float64(0.5)
    """
    present, j, k = encode_pair(y_true, y_pred)
    y_true, y_pred, classes = present[j], present[k], label_set(labels, present)
    metric = partial(metric, **kwargs)
    average = macro_average_core(metric, y_true, y_pred, classes)
    if np.isnan(average):
        classes = [k for k in classes if not np.isnan(metric(y_true == k, y_pred == k))]
    return macro_average_core(metric, y_true, y_pred, classes) if np.isnan(average) and classes else average


def micro_average_core(metric, y_true, y_pred, classes):
    is_k = (y_true[:, None] == classes).ravel()  # (N, 1) and (K,) -> (N, K), laid end to end
    called_k = (y_pred[:, None] == classes).ravel()
    return metric(is_k, called_k)


def micro_average(metric, y_true, y_pred, *, labels=None, sample_weight=None, **kwargs):
    """micro = metric(Σₖ TPₖ, Σₖ FPₖ, Σₖ FNₖ, Σₖ TNₖ): every sample counts the same.

    The cells add up when the K questions "is it class k?" are laid end to end.

    >>> from dlbook.scratch.metrics import precision
    >>> micro_average(precision, [0, 1, 2, 2], [0, 2, 2, 1])
    np.float64(0.5)
    """
    present, j, k = encode_pair(y_true, y_pred)
    classes = label_set(labels, present)
    if sample_weight is not None:
        kwargs["sample_weight"] = np.repeat(weights(sample_weight, len(j)), len(classes))
    return micro_average_core(partial(metric, **kwargs), present[j], present[k], classes)
