"""What attention asks of its arguments: from shapes and plain values, for both rooms."""

from math import inf
from numbers import Integral

from dlbook._validate import check_count, wrong


def check_qkv(query, key, value, enable_gqa: bool = False) -> tuple[int, ...]:
    """The shape of the scores (…, T, S), from those of query (…, T, E), key (…, S, E) and value (…, S, V)."""
    for name, shape in (("query", query), ("key", key), ("value", value)):
        if len(shape) < 2 or len(shape) != len(query):
            need = "two dimensions or more" if len(shape) < 2 else f"{len(query)} dimensions, as query"
            raise wrong(name, "fit the other arguments", f"shape {tuple(shape)}", need)
        if 0 in shape:
            raise wrong(name, "not be empty", f"shape {tuple(shape)}", "at least one step of one sequence")
    if key[-1] != query[-1]:
        raise wrong("key", "have the features of query", f"shape {tuple(key)}", f"{query[-1]} in its last dimension")
    if value[-2] != key[-2]:
        raise wrong("value", "have a row for each key", f"shape {tuple(value)}", f"{key[-2]} rows")
    if enable_gqa and len(query) < 3:
        raise wrong("query", "have heads for enable_gqa", f"shape {tuple(query)}", "shape (…, heads, T, E)")
    rest = slice(0, -3) if enable_gqa else slice(0, -2)
    for name, shape in (("key", key), ("value", value)):
        if tuple(shape[rest]) != tuple(query[rest]):
            need = f"{tuple(query[rest])} in front, as query"
            raise wrong(name, "fit the other arguments", f"shape {tuple(shape)}", need)
        if enable_gqa and (query[-3] % shape[-3] or shape[-3] != key[-3]):
            need = f"a divisor of the {query[-3]} heads of query, in key and value the same"
            raise wrong(name, "have heads that divide those of query", f"{shape[-3]} heads", need)
    return (*query[:-1], key[-2])


def check_mask_of(name: str, shape, kind: str, shapes) -> None:
    """A mask of yes and no, or of numbers to add, of one of these shapes; `kind` is its dtype if it is neither."""
    if kind not in ("yes or no", "floats"):
        raise wrong(name, "be yes or no, or numbers to add", f"dtype {kind}", "booleans or floats")
    if shapes is not None and tuple(shape) not in shapes:
        need = " or ".join(f"shape {needed}" for needed in shapes)
        raise wrong(name, "fit the other arguments", f"shape {tuple(shape)}", need)


def check_attn_mask(shape, kind: str, scores) -> None:
    """The same for what can be stretched to the shape of the scores."""
    check_mask_of("attn_mask", shape, kind, None)
    fits = len(shape) <= len(scores) and all(
        a in (1, b) for a, b in zip(reversed(shape), reversed(scores), strict=False)
    )
    if not fits or len(shape) < 2:
        raise wrong(
            "attn_mask", "fit the scores", f"shape {tuple(shape)}", f"{tuple(scores)}, or 1 in the place of any"
        )


def check_window(window) -> tuple[float, float]:
    """How many keys before and after its own place a query may see: (left, right), None for all."""
    pair = tuple(window) if isinstance(window, (tuple, list)) else (window, window)
    if len(pair) != 2:
        raise wrong("window", "be a number or a pair", repr(window), "(left, right), None for no bound")
    for side in pair:
        if side is not None:
            check_count("window", side)
    return tuple(inf if side is None else side for side in pair)


def check_key_lengths(lengths, N: int, S: int) -> list[int]:
    """One whole number from 0 to S for each of the N sequences."""
    lengths = lengths.tolist() if hasattr(lengths, "tolist") else list(lengths)
    if not isinstance(lengths, list) or len(lengths) != N:
        got = f"{len(lengths)} of them" if isinstance(lengths, list) else repr(lengths)
        raise wrong("lengths", "be one a sequence", got, f"{N}")
    for i, length in enumerate(lengths):
        check_count(f"lengths[{i}]", length, 0, S)
    return lengths


def check_heads(num_heads, features: int) -> int:
    """The features of each head; the heads must divide those of all."""
    check_count("num_heads", num_heads, 1)
    if features % num_heads:
        raise wrong("num_heads", "divide the features", f"{num_heads}", f"a divisor of {features}")
    return features // num_heads


def check_softcap(softcap) -> None:
    if softcap is not None and not (not isinstance(softcap, bool) and softcap > 0):
        raise wrong("softcap", "be positive", repr(softcap), "a number above 0, or None for no cap")


def check_positions(T, d_model=None) -> None:
    """A length, and an even number of features: each angle has a sine and a cosine."""
    check_count("T", T, 1)
    if d_model is not None:
        check_even("d_model", d_model)


def check_even(name: str, count) -> None:
    if not isinstance(count, Integral) or count < 2 or count % 2:
        raise wrong(name, "be even", repr(count), "2, 4, …: each angle has a sine and a cosine")


def check_projections(query, key, value, in_proj_weight, out_proj_weight, num_heads) -> int:
    """The features of a head, from the shapes of a multi-head attention with packed projections."""
    for name, shape in (("query", query), ("key", key), ("value", value)):
        if len(shape) != 3:
            raise wrong(name, "have three dimensions", f"shape {tuple(shape)}", "shape (N, T, D)")
    D = query[-1]
    each = check_heads(num_heads, D)
    for name, shape, need in (
        ("in_proj_weight", in_proj_weight, (3 * D, D)),
        ("out_proj_weight", out_proj_weight, (D, D)),
        ("key", key, (query[0], key[1], D)),
        ("value", value, (query[0], key[1], D)),
    ):
        if tuple(shape) != need:
            raise wrong(name, "fit the other arguments", f"shape {tuple(shape)}", f"shape {need}")
    check_qkv(query, key, value)
    return each


def check_single_head(x, weights: dict) -> None:
    """x (…, T, D); query and key of one width, all three from D."""
    if len(x) < 2 or 0 in x:
        raise wrong("x", "hold a sequence", f"shape {tuple(x)}", "shape (T, D) or (N, T, D), none of it 0")
    for name, shape in weights.items():
        if len(shape) != 2 or shape[1] != x[-1]:
            raise wrong(name, "fit x", f"shape {tuple(shape)}", f"shape (E, {x[-1]})")
    q, k = weights["weight_q"][0], weights["weight_k"][0]
    if q != k:
        raise wrong("weight_k", "have the rows of weight_q", f"{k}", f"{q}")


def check_additive(query, key, weight_q, weight_k, weight_v) -> int:
    """A, the width in which query and key are added."""
    for name, shape, features in (("weight_q", weight_q, query[-1]), ("weight_k", weight_k, key[-1])):
        if len(shape) != 2 or shape[1] != features:
            raise wrong(name, "fit its input", f"shape {tuple(shape)}", f"shape (A, {features})")
    A = weight_q[0]
    for name, shape, need in (("weight_k", weight_k, (A, key[-1])), ("weight_v", weight_v, (A,))):
        if tuple(shape) != need:
            raise wrong(name, "fit weight_q", f"shape {tuple(shape)}", f"shape {need}")
    return A
