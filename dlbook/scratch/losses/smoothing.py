"""Label smoothing: what is true gets a little less than all of it."""

import numpy as np

from dlbook._validate import check_count, number_between
from dlbook._validate.sequences import check_ids
from dlbook.scratch._arrays import array


def smooth_labels_core(y_true, classes, label_smoothing):
    one_hot = y_true[..., None] == np.arange(classes)  # (m, K)
    return (1 - label_smoothing) * one_hot + label_smoothing / classes


def smooth_labels(y_true, classes, label_smoothing=0.1):
    """y′_k = (1 − ε) [k = y] + ε / K: shares for `cross_entropy_from_logits`, which then wants no score to run away.

    Shapes: y_true (m, …) class indices -> (m, K, …), the classes on axis 1. ε is `label_smoothing`; with it the loss is
    least where softmax(z) = y′, at a margin of log(1 + K (1 − ε) / ε) between the true score and the others. Equal to
    torch's label_smoothing. Source: Szegedy et al. 2016; the Transformer takes 0.1.
    """
    check_count("classes", classes, 2)
    y_true, epsilon = array("y_true", y_true), number_between("label_smoothing", label_smoothing, 0, 1)
    check_ids("y_true", y_true, y_true.dtype.kind in "iu", classes, "class")
    return np.moveaxis(smooth_labels_core(y_true, classes, epsilon), -1, min(1, y_true.ndim))
