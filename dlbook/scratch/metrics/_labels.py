"""What comes in: labels become class numbers, weights and scores are checked. Nothing here is about metrics."""

import numpy as np

from dlbook._validate import check_same_length, check_vector, wrong
from dlbook.scratch._arrays import array, finite, numbers

KINDS = {"i": "whole numbers", "U": "strings"}


def label_vector(name: str, y) -> np.ndarray:
    """`y` (N,) as int64 or as strings; floats must be whole, so that scores are not taken for labels."""
    given, y = y, array(name, y)
    check_vector(name, y.shape)
    if y.dtype.kind == "U" and isinstance(given, (list, tuple)):
        y = np.array(given, dtype=object)  # NumPy makes a string of NaN among strings
    if y.dtype.kind == "O" and any(isinstance(label, str) for label in y):
        if others := [label for label in y if not isinstance(label, str)]:
            raise wrong(name, "hold class labels", f"{others[0]} among strings", "whole numbers or strings")
        y = y.astype(str)
    if y.dtype.kind == "U":
        return y
    if y.dtype.kind not in "biuf":
        raise wrong(name, "hold class labels", f"dtype {y.dtype}", "whole numbers or strings")
    y = finite(name, y) if y.dtype.kind == "f" else y
    with np.errstate(invalid="ignore"):  # what does not fit into int64 is caught below
        whole = y.astype(np.int64, copy=False)
    if y.dtype.kind in "uf" and not (same := whole == y).all():
        raise wrong(name, "hold class labels", y[~same][0], "whole numbers or strings")
    return whole


def label_pair(y_true, y_pred) -> tuple[np.ndarray, np.ndarray]:
    """Both as label vectors (N,) of one kind."""
    y_true, y_pred = label_vector("y_true", y_true), label_vector("y_pred", y_pred)
    check_same_length("y_pred", len(y_pred), "y_true", len(y_true))
    return y_true, of_kind("y_pred", y_pred, y_true)


def of_kind(name: str, y: np.ndarray, y_true: np.ndarray) -> np.ndarray:
    """`y`, which must hold strings where `y_true` does."""
    if y.dtype.kind != y_true.dtype.kind:
        raise wrong(name, "hold labels of y_true's kind", KINDS[y.dtype.kind], KINDS[y_true.dtype.kind])
    return y


def encode(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The classes that occur in `y` (N,), ascending (K,), and the class number of every label, 0 … K−1 (N,)."""
    if y.dtype.kind == "i" and int(y.max()) - int(y.min()) <= len(y):  # to count is cheaper than to sort
        offset = (y - y.min()).astype(np.intp, copy=False)  # 32 bits in a browser, where bincount takes no more
        occurs = np.bincount(offset) > 0
        return np.flatnonzero(occurs) + y.min(), (np.cumsum(occurs) - 1)[offset]
    classes = np.unique(y)
    return classes, np.searchsorted(classes, y)


def encode_pair(y_true, y_pred) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The classes that occur in either, and the class numbers of both."""
    classes, number = encode(np.concatenate(label_pair(y_true, y_pred)))
    return classes, *np.split(number, 2)


def label_set(labels, present: np.ndarray) -> np.ndarray:
    """The classes (K,): `labels` in the order given, else all that are `present`, ascending."""
    if labels is None:
        return present
    labels = of_kind("labels", label_vector("labels", labels), present)
    if len(np.unique(labels)) < len(labels):
        raise wrong("labels", "differ from each other", labels.tolist(), "every label once")
    if not np.isin(labels, present).any():
        raise wrong("labels", "occur in y_true or y_pred", labels.tolist(), f"some of {present.tolist()}")
    return labels


def places(y: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Where each of `y` stands in `labels`, −1 where it does not."""
    order = np.argsort(labels)
    place = order[np.searchsorted(labels, y, sorter=order).clip(max=len(labels) - 1)]
    return np.where(labels[place] == y, place, -1)


def check_known(name: str, y: np.ndarray, known: np.ndarray, labels: np.ndarray) -> None:
    """Raise where a label of `y` is not `known`, which says it for each."""
    if not known.all():
        raise wrong(name, "hold only known labels", repr(y[~known][0].item()), f"one of {labels.tolist()}")


def is_positive(y_true, pos_label) -> np.ndarray:
    """Which labels (N,) are `pos_label`; None stands for 1, and then the other label must be 0 or −1."""
    y_true = label_vector("y_true", y_true)
    present, _ = encode(y_true)
    if pos_label is None:
        if not any(set(present.tolist()) <= pair for pair in ({0, 1}, {-1, 1})):
            raise wrong("pos_label", "be given", f"None for the labels {present.tolist()}", "one of them")
        return y_true == 1
    return y_true == positive_label(pos_label, present, needed=True)


def positive_label(pos_label, present: np.ndarray, needed: bool):
    """`pos_label` (1,) as a label that occurs, or, unless it is `needed`, the one that did not occur beside another."""
    label = of_kind("pos_label", label_vector("pos_label", [pos_label]), present)
    if not np.isin(label, present).any() and (needed or len(present) > 1):
        raise wrong("pos_label", "be a label that occurs", repr(pos_label), f"one of {present.tolist()}")
    return label


def weights(sample_weight, length: int) -> np.ndarray:
    """`sample_weight` (N,) as float64, at least one above zero; None stands for ones, which are whole numbers."""
    if sample_weight is None:
        return np.ones(length, dtype=np.int64)
    weight = numbers("sample_weight", sample_weight, "weight").astype(np.float64, copy=False)
    check_same_length("sample_weight", len(weight), "y_true", length)
    if weight.min() < 0:
        raise wrong("sample_weight", "not be negative", f"{weight.min()} at position {weight.argmin()}", "0 or more")
    if weight.max() == 0:
        raise wrong("sample_weight", "not be zero throughout", f"{length} zeros", "a weight above 0")
    return weight


def relative_weights(sample_weight, length: int) -> np.ndarray:
    """`weights` for shares: all of them smaller where sums over samples and classes would overflow."""
    weight = weights(sample_weight, length)
    with np.errstate(over="ignore"):
        fits = np.isfinite(weight.sum() * 2.0 * length)
    return weight if fits else weight * 0.25 ** (length.bit_length() + 1)


def scores(y_score, length: int) -> np.ndarray:
    """`y_score` (N,): floats keep their dtype, whole numbers stay whole, for float64 makes large ones equal."""
    y_score = numbers("y_score", y_score, "score", whole=True)
    check_same_length("y_score", len(y_score), "y_true", length)
    return y_score
