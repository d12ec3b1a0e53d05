"""Evaluation metrics: all of them are read off the confusion matrix, or off its cells while a threshold moves.

Arguments are scikit-learn's. Labels may be whole numbers, booleans or strings. Counts are int64; sums of weights and
rates are float64, whatever comes in: float32 stops counting at 2²⁴. Bad input raises a ValueError that says what is
needed. 0/0 is `zero_division`, 0.0 by default; nothing warns.
"""

from dlbook.scratch.metrics.averages import macro_average, micro_average
from dlbook.scratch.metrics.confusion import accuracy, confusion_matrix, error_rate
from dlbook.scratch.metrics.curves import (
    auc,
    average_precision,
    falling_threshold,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)
from dlbook.scratch.metrics.overall import balanced_accuracy_score, matthews_corrcoef
from dlbook.scratch.metrics.rates import (
    f1_score,
    false_negative_rate,
    false_positive_rate,
    fbeta_score,
    precision,
    recall,
    specificity,
)

__all__ = [
    "accuracy",
    "auc",
    "average_precision",
    "balanced_accuracy_score",
    "confusion_matrix",
    "error_rate",
    "f1_score",
    "falling_threshold",
    "false_negative_rate",
    "false_positive_rate",
    "fbeta_score",
    "macro_average",
    "matthews_corrcoef",
    "micro_average",
    "precision",
    "precision_recall_curve",
    "recall",
    "roc_auc_score",
    "roc_curve",
    "specificity",
]
