"""What comes in: labels become class numbers, weights and scores are checked. Nothing here is about metrics."""

import torch

from dlbook._validate import check_same_length, check_vector, wrong
from dlbook.pytorch._tensors import finite, numbers, tensor


def label_vector(name: str, y) -> torch.Tensor:
    """`y` (N,) as int64; floats must be whole, so that scores are not taken for labels."""
    y = tensor(name, y, "hold class labels", "whole numbers (a tensor cannot hold strings)")
    check_vector(name, y.shape)
    if y.is_floating_point() and not (same := finite(name, y).long() == y).all():
        raise wrong(name, "hold class labels", y[~same][0].item(), "whole numbers")
    return y.long()


def label_pair(y_true, y_pred) -> tuple[torch.Tensor, torch.Tensor]:
    """Both as label vectors (N,)."""
    y_true, y_pred = label_vector("y_true", y_true), label_vector("y_pred", y_pred)
    check_same_length("y_pred", len(y_pred), "y_true", len(y_true))
    return y_true, y_pred


def encode(y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The classes that occur in `y` (N,), ascending (K,), and the class number of every label, 0 … K−1 (N,)."""
    if y.max().item() - y.min().item() <= len(y):  # to count is cheaper than to sort
        offset = y - y.min()
        occurs = torch.bincount(offset) > 0
        return torch.nonzero(occurs).ravel() + y.min(), (torch.cumsum(occurs, dim=0) - 1)[offset]
    return torch.unique(y, return_inverse=True)


def encode_pair(y_true, y_pred) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The classes that occur in either, and the class numbers of both."""
    classes, number = encode(torch.cat(label_pair(y_true, y_pred)))
    return classes, *number.chunk(2)


def label_set(labels, present: torch.Tensor) -> torch.Tensor:
    """The classes (K,): `labels` in the order given, else all that are `present`, ascending."""
    if labels is None:
        return present
    labels = label_vector("labels", labels).to(present.device)
    if len(torch.unique(labels)) < len(labels):
        raise wrong("labels", "differ from each other", labels.tolist(), "every label once")
    if not torch.isin(labels, present).any():
        raise wrong("labels", "occur in y_true or y_pred", labels.tolist(), f"some of {present.tolist()}")
    return labels


def places(y: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Where each of `y` stands in `labels`, −1 where it does not."""
    order = torch.argsort(labels)
    place = order[torch.searchsorted(labels, y, sorter=order).clamp(max=len(labels) - 1)]
    return torch.where(labels[place] == y, place, -1)


def check_known(name: str, y: torch.Tensor, known: torch.Tensor, labels: torch.Tensor) -> None:
    """Raise where a label of `y` is not `known`, which says it for each."""
    if not known.all():
        raise wrong(name, "hold only known labels", y[~known][0].item(), f"one of {labels.tolist()}")


def is_positive(y_true, pos_label) -> torch.Tensor:
    """Which labels (N,) are `pos_label`; None stands for 1, and then the other label must be 0 or −1."""
    y_true = label_vector("y_true", y_true)
    present, _ = encode(y_true)
    if pos_label is None:
        if not any(set(present.tolist()) <= pair for pair in ({0, 1}, {-1, 1})):
            raise wrong("pos_label", "be given", f"None for the labels {present.tolist()}", "one of them")
        return y_true == 1
    return y_true == positive_label(pos_label, present, needed=True)


def positive_label(pos_label, present: torch.Tensor, needed: bool) -> torch.Tensor:
    """`pos_label` (1,) as a label that occurs, or, unless it is `needed`, the one that did not occur beside another."""
    label = label_vector("pos_label", [pos_label]).to(present.device)
    if not torch.isin(label, present).any() and (needed or len(present) > 1):
        raise wrong("pos_label", "be a label that occurs", repr(pos_label), f"one of {present.tolist()}")
    return label


def weights(sample_weight, like: torch.Tensor) -> torch.Tensor:
    """`sample_weight` (N,) as float64, at least one above zero; None stands for ones, whole numbers, beside `like`."""
    if sample_weight is None:
        return torch.ones(len(like), dtype=torch.long, device=like.device)
    weight = numbers("sample_weight", sample_weight, "weight").double()
    check_same_length("sample_weight", len(weight), "y_true", len(like))
    if weight.min() < 0:
        raise wrong("sample_weight", "not be negative", f"{weight.min()} at position {weight.argmin()}", "0 or more")
    if weight.max() == 0:
        raise wrong("sample_weight", "not be zero throughout", f"{len(like)} zeros", "a weight above 0")
    return weight


def relative_weights(sample_weight, like: torch.Tensor) -> torch.Tensor:
    """`weights` for shares: all of them smaller where sums over samples and classes would overflow."""
    weight, length = weights(sample_weight, like), len(like)
    fits = torch.isfinite(weight.sum() * 2.0 * length)
    return weight if fits else weight * 0.25 ** (length.bit_length() + 1)


def scores(y_score, length: int) -> torch.Tensor:
    """`y_score` (N,): floats keep their dtype, whole numbers stay whole, for float64 makes large ones equal."""
    y_score = numbers("y_score", y_score, "score", whole=True)
    check_same_length("y_score", len(y_score), "y_true", length)
    return y_score
