"""The NumPy room's metrics against scikit-learn's on 10⁶ samples; at most 1.0 is the aim."""

import _timing
import numpy as np
import sklearn.metrics as theirs
from sklearn.metrics import precision_score, recall_score

from dlbook.scratch import metrics as ours

N = 1_000_000


def confusion_and_rates(name, y_true, y_pred, average):
    """The matrix, and every rate that scikit-learn has; specificity and its kin against its per-class matrices."""
    args, kwargs = (y_true, y_pred), {"average": average}

    def specificity():
        cells = theirs.multilabel_confusion_matrix(*args).astype(float)
        return (cells[:, 0, 0] / (cells[:, 0, 0] + cells[:, 0, 1])).mean()

    for label, mine, other in (
        ("confusion_matrix", lambda: ours.confusion_matrix(*args), lambda: theirs.confusion_matrix(*args)),
        ("accuracy", lambda: ours.accuracy(*args), lambda: theirs.accuracy_score(*args)),
        ("error_rate", lambda: ours.error_rate(*args), lambda: theirs.zero_one_loss(*args)),
        ("precision", lambda: ours.precision(*args, **kwargs), lambda: precision_score(*args, **kwargs)),
        ("recall", lambda: ours.recall(*args, **kwargs), lambda: recall_score(*args, **kwargs)),
        ("f1_score", lambda: ours.f1_score(*args, **kwargs), lambda: theirs.f1_score(*args, **kwargs)),
        (
            "fbeta_score",
            lambda: ours.fbeta_score(*args, beta=2, **kwargs),
            lambda: theirs.fbeta_score(*args, beta=2, **kwargs),
        ),
        ("specificity, macro", lambda: ours.specificity(*args, average="macro"), specificity),
    ):
        assert np.allclose(mine(), other())
        _timing.compare(f"{label}, {name}", mine, other)


def curves(name, y_true, y_score, weight=None):
    """The curves and their areas."""
    args, kwargs = (y_true, y_score), {"sample_weight": weight}
    for label, mine, other in (
        ("roc_curve", ours.roc_curve, theirs.roc_curve),
        ("roc_auc_score", ours.roc_auc_score, theirs.roc_auc_score),
        ("precision_recall_curve", ours.precision_recall_curve, theirs.precision_recall_curve),
        ("average_precision", ours.average_precision, theirs.average_precision_score),
    ):
        _timing.compare(f"{label}, {name}", lambda f=mine: f(*args, **kwargs), lambda f=other: f(*args, **kwargs), 7)


def main():
    rng = np.random.default_rng(0)
    _timing.header("Metrics on 10⁶ samples", "dlbook", "scikit-learn")
    for K, average in ((2, "binary"), (10, "macro")):
        y_true = rng.integers(K, size=N)
        y_pred = np.where(rng.random(N) < 0.7, y_true, rng.integers(K, size=N))
        confusion_and_rates(f"{K} classes", y_true, y_pred, average)
    words = np.array(["cat", "dog", "horse"])
    y_true, y_pred = words[rng.integers(3, size=(2, N))]
    _timing.compare(
        "confusion_matrix, 3 strings",
        lambda: ours.confusion_matrix(y_true, y_pred),
        lambda: theirs.confusion_matrix(y_true, y_pred),
        3,
    )
    y_true = rng.integers(2, size=N)
    y_score = y_true + rng.standard_normal(N)
    curves("distinct scores", y_true, y_score)
    curves("distinct scores, weighted", y_true, y_score, rng.random(N))
    curves("100 scores", y_true, y_score.round(1))
    fpr, tpr, _ = ours.roc_curve(y_true, y_score, drop_intermediate=False)
    _timing.compare("auc", lambda: ours.auc(fpr, tpr), lambda: theirs.auc(fpr, tpr))


if __name__ == "__main__":
    main()
