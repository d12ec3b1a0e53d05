"""What comes in: labels become class numbers, weights and scores are checked. Nothing here is about metrics."""

import torch

from dlbook._validate import check_same_length, check_vector, wrong


def label_vector(y, name: str) -> torch.Tensor:
    """`y` (N,) as int64; floats must be whole, so that scores are not taken for labels."""
    y = tensor(y, name, "hold class labels", "whole numbers (a tensor cannot hold strings)")
    check_vector(name, y.shape)
    if y.is_floating_point():
        check_finite(y, name)
        if not (same := y.long() == y).all():
            raise wrong(name, "hold class labels", y[~same][0].item(), "whole numbers")
    return y.long()


def label_pair(y_true, y_pred) -> tuple[torch.Tensor, torch.Tensor]:
    """Both as label vectors (N,)."""
    y_true, y_pred = label_vector(y_true, "y_true"), label_vector(y_pred, "y_pred")
    check_same_length("y_pred", len(y_pred), "y_true", len(y_true))
    return y_true, y_pred


def label_set(labels, y_true: torch.Tensor, y_pred: torch.Tensor) -> torch.Tensor:
    """The classes (K,): `labels` in the order given, else all that occur, ascending."""
    present = union(distinct(y_true), distinct(y_pred))
    if labels is None:
        return present
    labels = label_vector(labels, "labels").to(y_true.device)
    if len(torch.unique(labels)) < len(labels):
        raise wrong("labels", "differ from each other", labels.tolist(), "every label once")
    if not torch.isin(labels, present).any():
        raise wrong("labels", "occur in y_true or y_pred", labels.tolist(), f"some of {present.tolist()}")
    return labels


def positions(y: torch.Tensor, labels: torch.Tensor, name: str) -> torch.Tensor:
    """The class number of every label of `y`: its place in `labels`, 0 … K−1."""
    if _dense(y):
        low, high = y.min(), y.max()
        inside = torch.nonzero((low <= labels) & (labels <= high)).ravel()
        table = torch.full((int(high - low) + 1,), -1, device=y.device)
        table[labels[inside] - low] = inside
        place = table[y - low]
    else:
        order = torch.argsort(labels)
        place = order[torch.searchsorted(labels, y, sorter=order).clamp(max=len(labels) - 1)]
        place = torch.where(labels[place] == y, place, -1)
    if (unknown := place < 0).any():
        raise wrong(name, "hold only known labels", y[unknown][0].item(), f"one of {labels.tolist()}")
    return place


def distinct(y: torch.Tensor) -> torch.Tensor:
    """The labels that occur, ascending."""
    if _dense(y):
        return torch.nonzero(torch.bincount(y - y.min())).ravel() + y.min()
    return torch.unique(y)


def union(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """What occurs in either, ascending."""
    return torch.unique(torch.cat([a, b]))


def _dense(y: torch.Tensor) -> bool:
    """Whole numbers so close together that counting them is cheaper than sorting."""
    return y.max().item() - y.min().item() <= len(y)


def is_positive(y_true, pos_label) -> torch.Tensor:
    """Which labels (N,) are `pos_label`; None stands for 1, and then the other label must be 0 or −1."""
    y_true = label_vector(y_true, "y_true")
    present = distinct(y_true)
    if pos_label is None:
        if not any(set(present.tolist()) <= pair for pair in ({0, 1}, {-1, 1})):
            raise wrong("pos_label", "be given", f"None for the labels {present.tolist()}", "one of them")
        return y_true == 1
    return y_true == positive_label(pos_label, present, needed=True)


def positive_label(pos_label, present: torch.Tensor, needed: bool) -> torch.Tensor:
    """`pos_label` as a label that occurs, or, unless it is `needed`, as the one that did not occur beside another."""
    label = label_vector([pos_label], "pos_label").to(present.device)
    if not torch.isin(label, present).any() and (needed or len(present) > 1):
        raise wrong("pos_label", "be a label that occurs", repr(pos_label), f"one of {present.tolist()}")
    return label[0]


def weights(sample_weight, length: int) -> torch.Tensor | None:
    """`sample_weight` (N,) as float64, at least one above zero; None stays None."""
    if sample_weight is None:
        return None
    weight = number_vector(sample_weight, "sample_weight", "weight").double()
    check_same_length("sample_weight", len(weight), "y_true", length)
    if weight.min() < 0:
        raise wrong("sample_weight", "not be negative", f"{weight.min()} at position {weight.argmin()}", "0 or more")
    if weight.max() == 0:
        raise wrong("sample_weight", "not be zero throughout", f"{length} zeros", "a weight above 0")
    return weight


def scores(y_score, length: int) -> torch.Tensor:
    """`y_score` (N,) as floats."""
    y_score = number_vector(y_score, "y_score", "score")
    check_same_length("y_score", len(y_score), "y_true", length)
    return y_score


def number_vector(x, name: str, item: str) -> torch.Tensor:
    """`x` (N,) as finite floats; integers become float64 as in the other room, floats keep their dtype."""
    x = tensor(x, name, "hold numbers", "floats or integers")
    check_vector(name, x.shape, item)
    x = x if x.is_floating_point() else x.double()
    check_finite(x, name)
    return x


def tensor(x, name: str, must: str, need: str) -> torch.Tensor:
    """`x` as a tensor of real numbers or booleans."""
    try:
        x = torch.as_tensor(x)
    except (TypeError, ValueError, RuntimeError):
        raise wrong(name, must, f"a {type(x).__name__} that no tensor can hold", need) from None
    if x.is_complex():
        raise wrong(name, must, f"dtype {x.dtype}", need)
    return x


def check_finite(x: torch.Tensor, name: str) -> None:
    """Raise where `x` holds NaN or an infinity."""
    if not (finite := torch.isfinite(x)).all():
        raise wrong(name, "be finite", f"{x[~finite][0]} at position {finite.long().argmin()}", "finite numbers")
