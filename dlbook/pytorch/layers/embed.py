"""The embedding: torch.nn.functional.embedding."""

import torch
import torch.nn.functional as F

from dlbook._validate import wrong
from dlbook._validate.sequences import check_ids, check_padding_idx
from dlbook.pytorch._tensors import backward, fitting, floats, tensor


def embedding(x, weight, padding_idx=None):
    """y = W[x]: (…) whole numbers, (V, D) -> (…, D)."""
    return F.embedding(*_inputs(x, weight, padding_idx))


def embedding_backward(upstream, x, weight, padding_idx=None):
    """∂L/∂W, by autograd; the row of the padding does not learn."""
    x, weight, padding_idx = _inputs(x, weight, padding_idx)
    upstream = fitting("upstream", upstream, (*x.shape, weight.shape[1]), weight)
    return backward(upstream, lambda weight: F.embedding(x, weight, padding_idx), weight)[0]


def _inputs(x, weight, padding_idx):
    x, weight = tensor("x", x), floats("weight", weight)
    if weight.ndim != 2 or 0 in weight.shape:
        raise wrong("weight", "be a table", f"shape {tuple(weight.shape)}", "shape (V, D), with a row and a column")
    check_ids("x", x, not x.is_floating_point() and x.dtype != torch.bool, len(weight))
    return x.long(), weight, check_padding_idx(padding_idx, len(weight))
