"""What both rooms ask of word vectors, pairs, windows and counts."""

from dlbook._validate import check_count, number_between, wrong


def check_table(name: str, shape, like=None) -> None:
    """A vector a word (V, D); two tables have the same D."""
    if len(shape) != 2 or 0 in shape:
        raise wrong(name, "hold a vector a word", f"shape {tuple(shape)}", "shape (V, D)")
    if like is not None and shape[1] != like[1]:
        raise wrong(name, "have vectors as long as W", f"shape {tuple(shape)}", f"shape (V, {like[1]})")


def check_words(name: str, shape, smallest, largest, needed, V: int) -> None:
    """Ids of words, from 0 to V − 1; `needed` is their shape, with None for what is free."""
    fits = len(shape) == len(needed) and all(n in (None, s) for n, s in zip(needed, shape, strict=True))
    if not fits or 0 in shape:
        need = str(tuple(needed)).replace("None", "K")
        raise wrong(name, "fit the other arguments", f"shape {tuple(shape)}", f"shape {need}, at least one in each")
    if smallest < 0 or largest >= V:
        raise wrong(name, "be ids of the vocabulary", f"{smallest if smallest < 0 else largest}", f"0 to {V - 1}")


def check_windows(shape, contexts_shape, some: bool) -> None:
    """A mask (B, M) that leaves every row a word."""
    if tuple(shape) != tuple(contexts_shape):
        raise wrong("mask", "have a place for each word", f"shape {tuple(shape)}", f"shape {tuple(contexts_shape)}")
    if not some:
        raise wrong("mask", "leave a word to every window", "False for all of one", "a True in each row")


def check_counts(name: str, shape, smallest, largest, dims: int) -> None:
    """How often each word, or each pair of words, occurs: none below 0, not all of them 0."""
    if len(shape) != dims or 0 in shape:
        need = "shape (V,)" if dims == 1 else "shape (V, V)"
        raise wrong(name, "have a number a word", f"shape {tuple(shape)}", need)
    if smallest < 0 or largest == 0:
        raise wrong(name, "count", f"{smallest if smallest < 0 else largest:g}", "0 or more, not all 0")


def threshold(name: str, got) -> float:
    """A share of the text above 0, at most 1."""
    value = number_between(name, got, 0, 1)
    if value == 0:
        raise wrong(name, "be above 0", repr(got), "a share of the text, at most 1")
    return value


def check_draws(name: str, shape, smallest, largest, needed) -> None:
    """Uniform numbers from 0 to below 1, in a shape or as many as there are."""
    if needed is not None and tuple(shape) != tuple(needed):
        raise wrong(name, "be one number a token", f"shape {tuple(shape)}", f"shape {tuple(needed)}")
    if smallest < 0 or largest >= 1:
        raise wrong(name, "be uniform", f"{smallest if smallest < 0 else largest:g}", "numbers from 0 to below 1")


def check_vectors(name: str, shape, D: int) -> None:
    """One vector (D,), or several (N, D)."""
    if len(shape) not in (1, 2) or shape[-1] != D or 0 in shape:
        raise wrong(name, "have the length of a word's vector", f"shape {tuple(shape)}", f"shape ({D},) or (N, {D})")


def check_lengths(name: str, shortest, position) -> None:
    """A vector of length 0 has no direction."""
    if shortest == 0:
        raise wrong(name, "have a direction", f"zeros in row {position}", "a length above 0")


def check_reach(shape, smallest, largest, T: int, window: int) -> None:
    """How far each of T words looks: 1 to `window`."""
    if tuple(shape) != (T,):
        raise wrong("reach", "be one number a token", f"shape {tuple(shape)}", f"shape ({T},)")
    if smallest < 1 or largest > window:
        raise wrong("reach", "be a distance", f"{smallest if smallest < 1 else largest}", f"1 to window = {window}")


def check_some(name: str, some: bool) -> None:
    """Words that have a neighbour."""
    if not some:
        raise wrong(name, "hold neighbours", "words that are alone", "two words in a sequence")


def check_k(k, V: int, excluded: int = 0) -> None:
    """So many neighbours as there are words."""
    check_count("k", k, 1, V - excluded)
