"""What comes in: labels become class numbers, weights and scores are checked. Nothing here is about metrics."""

import numpy as np

from dlbook._validate import check_same_length, check_vector, wrong

KINDS = {"i": "whole numbers", "U": "strings"}


def label_vector(y, name: str) -> np.ndarray:
    """`y` (N,) as int64 or as strings; floats must be whole, so that scores are not taken for labels."""
    y = np.asarray(y)
    check_vector(name, y.shape)
    if y.dtype.kind == "O" and all(isinstance(label, str) for label in y):
        y = y.astype(str)
    if y.dtype.kind == "U":
        return y
    if y.dtype.kind not in "biuf":
        raise wrong(name, "hold class labels", f"dtype {y.dtype}", "whole numbers or strings")
    if y.dtype.kind == "f":
        check_finite(y, name)
    with np.errstate(invalid="ignore"):  # what does not fit into int64 is caught below
        whole = y.astype(np.int64, copy=False)
    if y.dtype.kind in "uf" and not (same := whole == y).all():
        raise wrong(name, "hold class labels", y[~same][0], "whole numbers or strings")
    return whole


def label_pair(y_true, y_pred) -> tuple[np.ndarray, np.ndarray]:
    """Both as label vectors (N,) of one kind."""
    y_true, y_pred = label_vector(y_true, "y_true"), label_vector(y_pred, "y_pred")
    check_same_length("y_pred", len(y_pred), "y_true", len(y_true))
    check_same_kind(y_pred, "y_pred", y_true)
    return y_true, y_pred


def label_set(labels, y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """The classes (K,): `labels` in the order given, else all that occur, ascending."""
    present = np.union1d(distinct(y_true), distinct(y_pred))
    if labels is None:
        return present
    labels = label_vector(labels, "labels")
    check_same_kind(labels, "labels", y_true)
    if len(np.unique(labels)) < len(labels):
        raise wrong("labels", "differ from each other", labels.tolist(), "every label once")
    if not np.isin(labels, present).any():
        raise wrong("labels", "occur in y_true or y_pred", labels.tolist(), f"some of {present.tolist()}")
    return labels


def positions(y: np.ndarray, labels: np.ndarray, name: str) -> np.ndarray:
    """The class number of every label of `y`: its place in `labels`, 0 … K−1."""
    if _dense(y):
        low, high = y.min(), y.max()
        inside = np.flatnonzero((low <= labels) & (labels <= high))
        table = np.full(high - low + 1, -1)
        table[labels[inside] - low] = inside
        place = table[y - low]
    else:
        order = np.argsort(labels)
        place = order[np.searchsorted(labels, y, sorter=order).clip(max=len(labels) - 1)]
        place = np.where(labels[place] == y, place, -1)
    if (unknown := place < 0).any():
        raise wrong(name, "hold only known labels", repr(y[unknown][0].item()), f"one of {labels.tolist()}")
    return place


def distinct(y: np.ndarray) -> np.ndarray:
    """The labels that occur, ascending."""
    if _dense(y):
        offsets = (y - y.min()).astype(np.intp, copy=False)  # 32 bits in a browser, where bincount takes no more
        return np.flatnonzero(np.bincount(offsets)) + y.min()
    return np.unique(y)


def _dense(y: np.ndarray) -> bool:
    """Whole numbers so close together that counting them is cheaper than sorting."""
    return y.dtype.kind == "i" and int(y.max()) - int(y.min()) <= len(y)


def is_positive(y_true, pos_label) -> np.ndarray:
    """Which labels (N,) are `pos_label`; None stands for 1, and then the other label must be 0 or −1."""
    y_true = label_vector(y_true, "y_true")
    present = distinct(y_true)
    if pos_label is None:
        if not any(set(present.tolist()) <= pair for pair in ({0, 1}, {-1, 1})):
            raise wrong("pos_label", "be given", f"None for the labels {present.tolist()}", "one of them")
        return y_true == 1
    return y_true == positive_label(pos_label, present, needed=True)


def positive_label(pos_label, present: np.ndarray, needed: bool):
    """`pos_label` as a label that occurs, or, unless it is `needed`, as the one that did not occur beside another."""
    label = label_vector([pos_label], "pos_label")
    check_same_kind(label, "pos_label", present)
    if not np.isin(label, present).any() and (needed or len(present) > 1):
        raise wrong("pos_label", "be a label that occurs", repr(pos_label), f"one of {present.tolist()}")
    return label[0]


def weights(sample_weight, length: int) -> np.ndarray | None:
    """`sample_weight` (N,) as float64, at least one above zero; None stays None."""
    if sample_weight is None:
        return None
    weight = number_vector(sample_weight, "sample_weight", "weight").astype(np.float64, copy=False)
    check_same_length("sample_weight", len(weight), "y_true", length)
    if weight.min() < 0:
        raise wrong("sample_weight", "not be negative", f"{weight.min()} at position {weight.argmin()}", "0 or more")
    if weight.max() == 0:
        raise wrong("sample_weight", "not be zero throughout", f"{length} zeros", "a weight above 0")
    return weight


def scores(y_score, length: int) -> np.ndarray:
    """`y_score` (N,) as floats."""
    y_score = number_vector(y_score, "y_score", "score")
    check_same_length("y_score", len(y_score), "y_true", length)
    return y_score


def number_vector(x, name: str, item: str) -> np.ndarray:
    """`x` (N,) as finite floats; integers become float64, floats keep their dtype."""
    x = np.asarray(x)
    check_vector(name, x.shape, item)
    if x.dtype.kind not in "biuf":
        raise wrong(name, "hold numbers", f"dtype {x.dtype}", "floats or integers")
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    check_finite(x, name)
    return x


def check_finite(x: np.ndarray, name: str) -> None:
    """Raise where `x` holds NaN or an infinity."""
    if not (finite := np.isfinite(x)).all():
        raise wrong(name, "be finite", f"{x[~finite][0]} at position {finite.argmin()}", "finite numbers")


def check_same_kind(y: np.ndarray, name: str, y_true: np.ndarray) -> None:
    """Raise where one holds strings and the other whole numbers."""
    if y.dtype.kind != y_true.dtype.kind:
        raise wrong(name, "hold labels of y_true's kind", KINDS[y.dtype.kind], KINDS[y_true.dtype.kind])
