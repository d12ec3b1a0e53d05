"""What the losses of both rooms ask of arrays and tensors alike, and what each loss counts."""

from math import inf

from dlbook._validate import check_choice, wrong

REDUCTIONS = ("mean", "sum", "none")


def shares(weight, reduction: str, of=1):
    """What a loss is multiplied by: its weight, for the mean its part of all; each stands for `of` losses."""
    check_choice("reduction", reduction, REDUCTIONS)
    if reduction != "mean":
        return weight
    weight = weight / weight.max()  # so that the sum stays in range
    return weight / (weight * of).sum()


def check_cases(y_true, y_pred) -> None:
    """Predictions of m cases, and as many true numbers in the same shape."""
    if y_pred.ndim == 0:
        raise wrong("y_pred", "hold cases", "shape ()", "shape (m,) or (m, …)")
    if y_true.shape != y_pred.shape:
        raise wrong("y_true", "have the shape of y_pred", _shape(y_true), _shape(y_pred))


def check_unit(w, b, X, y_true) -> None:
    """One weight a column of X, one bias, one label a row."""
    if X.ndim != 2:
        raise wrong("X", "have two dimensions", _shape(X), "shape (m, D)")
    m, D = X.shape
    for name, value, shape in (("w", w, (D,)), ("b", b, ()), ("y_true", y_true, (m,))):
        if value.shape != shape:
            raise wrong(name, f"fit X of {_shape(X)}", _shape(value), f"shape {shape}")


def check_classes(name: str, y_pred) -> None:
    """One number a case for two classes, or K ≥ 2 of them on axis 1."""
    if y_pred.ndim == 0:
        raise wrong(name, "hold cases", "shape ()", "shape (m,) or (m, K, …)")
    if y_pred.ndim > 1 and y_pred.shape[1] == 1:
        raise wrong(name, "have two classes or more on axis 1", _shape(y_pred), "shape (m,): squeeze it")


def check_class_axis(name: str, log_prob) -> None:
    """K ≥ 2 classes on axis 1."""
    if log_prob.ndim < 2 or log_prob.shape[1] == 1:
        raise wrong(name, "have two classes or more on axis 1", _shape(log_prob), "shape (m, K) or (m, K, …)")


def check_logits(logits) -> None:
    """One score a case for two classes, or K ≥ 2 of them on axis 1 that are not all masked by −∞."""
    check_classes("logits", logits)
    if logits.ndim > 1 and (masked := logits == -inf).any() and masked.all(1).any():
        raise wrong("logits", "leave a class to every case", "−∞ for all", "a finite one")


def check_unit_interval(name: str, p) -> None:
    """Numbers from 0 to 1, and with K classes summing to one along them."""
    if (outside := (p < 0) | (p > 1)).any():
        raise wrong(name, "lie in [0, 1]", f"{p[outside][0]:g}", "numbers from 0 to 1")
    if p.ndim > 1 and (off := abs(p.sum(1) - 1)).max() > 1e-3:
        raise wrong(name, "have rows that sum to 1", f"a row that sums to {p.sum(1).ravel()[off.argmax()]:g}", "1")


def check_targets(y_true, y_pred, name: str) -> None:
    """Numbers from 0 to 1 in the shape of the predictions."""
    if y_true.shape != y_pred.shape:
        need = _shape(y_pred) + " or class indices" * (y_pred.ndim > 1)
        raise wrong("y_true", f"fit {name}", _shape(y_true), need)
    check_unit_interval("y_true", y_true)


def check_indices(y_true, K: int, ignore_index: int) -> None:
    """Whole numbers from 0 to K − 1, or `ignore_index`; and one at least that is not ignored."""
    kept = y_true != ignore_index
    if (unknown := kept & ((y_true % 1 != 0) | (y_true < 0) | (y_true >= K))).any():
        raise wrong("y_true", "hold class indices", f"{y_true[unknown][0]:g}", f"whole numbers from 0 to {K - 1}")
    if not kept.any():
        raise wrong("y_true", "not be ignored throughout", f"{ignore_index} only", "a class that counts")


def check_weights(name: str, weight, length: int, item: str) -> None:
    """One number from 0 on for each case or class, not all of them 0."""
    if weight.shape != (length,):
        raise wrong(name, f"hold one number a {item}", _shape(weight), f"shape ({length},)")
    if weight.min() < 0:
        raise wrong(name, "not be negative", f"{weight.min():g}", "0 or more")
    if weight.max() == 0:
        raise wrong(name, "not be zero throughout", f"{length} zeros", "a weight above 0")


def check_counts(counts) -> None:
    """The classes that occur may all be without weight; then nothing is left."""
    if counts.max() == 0:
        raise wrong("weight", "leave something to count", "0 for every case", "a weight above 0")


def check_pos_weight(pos_weight, m: int) -> None:
    """One number from 0 on, or one a case."""
    if pos_weight.shape not in ((), (m,)):
        raise wrong("pos_weight", "be one number or one a case", _shape(pos_weight), f"shape () or ({m},)")
    if pos_weight.min() < 0:
        raise wrong("pos_weight", "not be negative", f"{pos_weight.min():g}", "0 or more")


def check_binary(y_true, logits) -> None:
    """Scores of one case or more, and a 0 or a 1 for each of them."""
    if logits.ndim == 0:
        raise wrong("logits", "hold cases", _shape(logits), "shape (m,) or (m, …)")
    if y_true.shape != logits.shape:
        raise wrong("y_true", "have the shape of logits", _shape(y_true), _shape(logits))
    if (strange := (y_true != 0) & (y_true != 1)).any():
        raise wrong("y_true", "hold 0 and 1 only", f"{y_true[strange][0]:g}", "0 for a negative, 1 for a positive")


def check_options(y_pred, weight=None, pos_weight=None) -> None:
    """`weight` is for classes on axis 1, `pos_weight` for two classes with one number a case."""
    if y_pred.ndim == 1 and weight is not None:
        raise wrong("weight", "be None for two classes", "one a class", "sample_weight, or pos_weight for logits")
    if y_pred.ndim > 1 and pos_weight is not None:
        raise wrong("pos_weight", "be None for classes on axis 1", "a weight", "weight, one number a class")


def _shape(x) -> str:
    return f"shape {tuple(x.shape)}"
