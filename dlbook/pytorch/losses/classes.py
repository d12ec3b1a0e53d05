"""The loss of K classes on axis 1: (m, K), or (m, K, …) where a case has many places, each with a class of its own."""

import torch
import torch.nn.functional as F

from dlbook._validate import losses as check
from dlbook.pytorch._tensors import cast, finite_floats, wide
from dlbook.pytorch.losses._cases import reduced, weights


def nll_loss(y_true, log_prob, sample_weight=None, *, weight=None, ignore_index=-100, reduction="mean"):
    """J = −1/m Σ log p_{i, y_i}: what the true class of each case got, as `log_softmax` gives it."""
    log_prob = finite_floats("log_prob", log_prob, masked=True)
    check.check_class_axis("log_prob", log_prob)
    y = class_targets(y_true, wide(log_prob), "log_prob", sample_weight, weight, ignore_index, reduction)
    return cast(reduced(-times(y, wide(log_prob)).sum(1), reduction), log_prob.dtype)


def class_targets(y_true, y_pred, name, sample_weight, weight, ignore_index, reduction):
    """What −log p of each class of each place is multiplied by (m, K, …)."""
    y_true, K = finite_floats("y_true", y_true), y_pred.shape[1]
    places = y_pred.shape[:1] + y_pred.shape[2:]
    ones = [1] * (len(places) - 1)
    counts = weights("sample_weight", sample_weight, len(y_pred), "case").reshape(-1, *ones).expand(places)
    weight = weights("weight", weight, K, "class")
    if y_true.shape == places:
        check.check_indices(y_true, K, ignore_index)
        kept = y_true != ignore_index
        classes = torch.where(kept, y_true, 0).long()
        counts = counts * weight[classes] * kept
        check.check_counts(counts)
        y = F.one_hot(classes, K).movedim(-1, 1)  # (m, …, K) -> (m, K, …)
    else:
        check.check_targets(y_true, y_pred, name)
        y = y_true * weight.reshape(-1, *ones)
    return (check.shares(counts, reduction)[:, None] * y).to(y_pred)


def times(x, log):
    """x · log with 0 · −∞ = 0, which F.cross_entropy makes NaN when its targets are shares."""
    return torch.where(x == 0, 0, x * log)
