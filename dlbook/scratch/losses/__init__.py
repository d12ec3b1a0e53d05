"""Losses and their gradients: squared error and cross-entropy, alone and behind one sigmoid unit.

The order of arguments is scikit-learn's, `(y_true, y_pred)`; the options are PyTorch's. m is the number of cases; with
`sample_weight` (m,) the 1/m before case i becomes w_i / Σ w. `reduction` is "mean", "sum", or "none" for the loss of
each case, where weights only multiply. The result has the dtype of the predictions, behind a unit that of w.

Classes stand on axis 1, as in PyTorch: (m, K), or (m, K, …) where a case has many places, such as pixels, each with a
class of its own; then it is their mean. `weight` (K,) is what each class counts: a place with class indices counts with
that of its class, and not at all if it holds `ignore_index`. Several labels a case, each yes or no: hand in both flat.
"""

from dlbook.scratch.losses.classes import nll_loss
from dlbook.scratch.losses.entropy import (
    cross_entropy,
    cross_entropy_from_logits,
    cross_entropy_from_logits_grad,
    cross_entropy_grad,
    cross_entropy_sigmoid_grad,
)
from dlbook.scratch.losses.focal import focal_loss, focal_loss_grad
from dlbook.scratch.losses.smoothing import smooth_labels
from dlbook.scratch.losses.squared import mse, mse_grad, mse_sigmoid_grad

__all__ = [
    "cross_entropy",
    "cross_entropy_from_logits",
    "cross_entropy_from_logits_grad",
    "cross_entropy_grad",
    "cross_entropy_sigmoid_grad",
    "focal_loss",
    "focal_loss_grad",
    "mse",
    "mse_grad",
    "mse_sigmoid_grad",
    "nll_loss",
    "smooth_labels",
]
