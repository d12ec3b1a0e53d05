"""What the layers on sequences ask of ids and shapes: from shapes and single numbers, for both rooms."""

from dlbook._validate import check_count, wrong


def check_ids(name: str, ids, whole: bool, count: int, what: str = "row of the weight") -> None:
    """Whole numbers from 0 to `count` − 1, one at least; `ids` is an array or a tensor, `whole` says if of integers."""
    if not whole:
        raise wrong(name, "hold whole numbers", f"dtype {ids.dtype}", "integers")
    if 0 in ids.shape:
        raise wrong(name, "not be empty", f"shape {tuple(ids.shape)}", "at least one number")
    for odd in (ids.min(), ids.max()):
        if not 0 <= int(odd) < count:
            raise wrong(name, f"each name a {what}", f"{int(odd)}", f"0 to {count - 1}")


def check_padding_idx(padding_idx, count: int) -> int | None:
    """A row of the weight, counted from either end, as one from the start."""
    if padding_idx is None:
        return None
    check_count("padding_idx", padding_idx, -count, count - 1)
    return padding_idx % count


def check_normalized(shape, normalized_shape) -> tuple[int, ...]:
    """The last dimensions of x, as a tuple; one number stands for one of them."""
    wanted = (normalized_shape,) if not isinstance(normalized_shape, (tuple, list)) else tuple(normalized_shape)
    for size in wanted or (0,):
        check_count("normalized_shape", size, 1)
    if tuple(shape[len(shape) - len(wanted) :]) != wanted or len(wanted) > len(shape):
        raise wrong(
            "x", "end in normalized_shape", f"shape {tuple(shape)}", f"shape (…, {', '.join(map(str, wanted))})"
        )
    return wanted
