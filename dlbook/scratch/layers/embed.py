"""The embedding: a row of a table for every id."""

import numpy as np

from dlbook._validate import wrong
from dlbook._validate.sequences import check_ids, check_padding_idx
from dlbook.scratch._arrays import array, cast, fitting, floats, wide


def embedding_core(x, weight):
    return weight[x]  # (…, D)


def embedding(x, weight, padding_idx=None):
    """y = W[x]: row x of the weight, as the product of a one-hot vector with it would give.

    Shapes: x (…) whole numbers, weight (V, D) -> (…, D). The row `padding_idx` is looked up as every other,
    it only does not learn.
    """
    x, weight, _ = _opened(x, weight, padding_idx)
    return embedding_core(x, weight)


def embedding_backward_core(upstream, x, weight_grad):
    np.add.at(weight_grad, x, upstream)  # an id that stands several times gets the sum
    return weight_grad


def embedding_backward(upstream, x, weight, padding_idx=None):
    """∂L/∂W: row v is the sum of u wherever x = v, 0 where v does not occur, and for `padding_idx`. An id has no slope.

    Shapes: upstream (…, D) -> (V, D).
    """
    x, weight, padding_idx = _opened(x, weight, padding_idx)
    u = wide(fitting("upstream", upstream, (*x.shape, weight.shape[1]), weight))
    weight_grad = embedding_backward_core(u, x, np.zeros(weight.shape, u.dtype))
    if padding_idx is not None:
        weight_grad[padding_idx] = 0
    return cast(weight_grad, weight.dtype)


def _opened(x, weight, padding_idx):
    """Ids that name rows of the weight, and the row of the padding counted from the start."""
    x, weight = array("x", x), floats("weight", weight)
    if weight.ndim != 2 or 0 in weight.shape:
        raise wrong("weight", "be a table", f"shape {weight.shape}", "shape (V, D), with a row and a column")
    check_ids("x", x, x.dtype.kind in "iu", len(weight))
    return x, weight, check_padding_idx(padding_idx, len(weight))
