"""Callbacks: what watches a training loop and says when it is enough."""

import copy

from dlbook._validate import check_choice, check_count, number_between


def early_stopping(patience=10, min_delta=0.0, mode="min"):
    """Stop when the metric has not improved by more than `min_delta` for `patience` epochs; keep the best weights.

    `mode` says whether less is better ("min", a loss) or more ("max", an accuracy). For models of both rooms: what has
    `state_dict` and `load_state_dict` can be kept and restored.

    >>> stop = early_stopping(patience=2)
    >>> [stop(loss) for loss in (0.9, 0.5, 0.6, 0.7)]
    [False, False, False, True]
    >>> stop.best, stop.best_epoch
    (0.5, 1)
    """
    return EarlyStopping(patience, min_delta, mode)


class EarlyStopping:
    """Called after every epoch with the validation metric, and with the model if its best weights are to be kept."""

    def __init__(self, patience=10, min_delta=0.0, mode="min"):
        check_count("patience", patience, 1)
        check_choice("mode", mode, ("min", "max"))
        self.patience, self.min_delta = patience, number_between("min_delta", min_delta, 0)
        self.sign = 1 if mode == "min" else -1
        self.best, self.best_epoch, self.epoch, self.weights = None, None, -1, None

    def __call__(self, metric, model=None) -> bool:
        """True if training should stop. NaN never is an improvement."""
        metric = number_between("metric", metric, or_nan=True)
        self.epoch += 1
        better = metric == metric if self.best is None else self.sign * (self.best - metric) > self.min_delta
        if better:
            self.best, self.best_epoch = metric, self.epoch
            self.weights = None if model is None else copy.deepcopy(model.state_dict())
        waited = self.epoch - (-1 if self.best_epoch is None else self.best_epoch)
        return waited >= self.patience

    def restore(self, model) -> None:
        """Give the model the weights of its best epoch."""
        if self.weights is None:
            raise ValueError("there are no weights to restore: call early stopping with the model after an epoch")
        model.load_state_dict(self.weights)
