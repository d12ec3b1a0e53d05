"""Label smoothing: as torch.nn.functional.cross_entropy does it inside; here the shares themselves."""

import torch
import torch.nn.functional as F

from dlbook._validate import check_count, number_between
from dlbook._validate.sequences import check_ids
from dlbook.pytorch._tensors import tensor


def smooth_labels(y_true, classes, label_smoothing=0.1):
    """y′_k = (1 − ε) [k = y] + ε / K: (m, …) class indices -> (m, K, …)."""
    check_count("classes", classes, 2)
    y_true, epsilon = tensor("y_true", y_true), number_between("label_smoothing", label_smoothing, 0, 1)
    check_ids("y_true", y_true, not y_true.is_floating_point() and y_true.dtype != torch.bool, classes, "class")
    one_hot = F.one_hot(y_true.long(), classes).double()
    return ((1 - epsilon) * one_hot + epsilon / classes).movedim(-1, min(1, y_true.ndim))
