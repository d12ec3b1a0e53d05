"""What both rooms ask of words, ids, sequences and vocabularies."""

from collections.abc import Iterable, Mapping

from dlbook._validate import check_count, number_between, wrong


def words_of(name: str, tokens) -> list[str]:
    """`tokens`, words or the characters of a text, as a list; one at least."""
    if not isinstance(tokens, Iterable):
        raise wrong(name, "hold tokens", f"a {type(tokens).__name__}", "words, or a text for its characters")
    tokens = list(tokens)
    if not tokens:
        raise wrong(name, "not be empty", "0 tokens", "at least one token")
    for i, token in enumerate(tokens):
        if not isinstance(token, str):
            raise wrong(name, "hold words", f"{token!r} at position {i}", "strings")
    return tokens


def a_text(name: str, text) -> str:
    """`text`, a string that is not empty."""
    if not isinstance(text, str):
        raise wrong(name, "be a text", f"a {type(text).__name__}", "a string")
    if not text:
        raise wrong(name, "not be empty", "''", "at least one character")
    return text


def check_sizes(counts: Mapping[str, int], min_count, max_size, special) -> None:
    """How many words a vocabulary takes: at least one beside the special ones."""
    if len(set(special)) != len(special):
        raise wrong("special", "hold each token once", f"{tuple(special)}", "different ones")
    check_count("min_count", min_count, 1)
    if not counts or max(counts.values()) < min_count:
        most = max(counts.values(), default=0)
        raise wrong("min_count", "leave a word", f"{min_count}", f"at most {most}, the count of the most frequent")
    if max_size is not None:
        check_count("max_size", max_size, len(special) + 1)


def known_ids(tokens: list[str], vocabulary: Mapping[str, int], unknown: str) -> int:
    """The id of a word that is not in the vocabulary; where it has none, there may be no such word."""
    _check_dictionary(vocabulary)
    for i, token in enumerate(tokens):
        if token not in vocabulary and unknown not in vocabulary:
            need = f"one of its {len(vocabulary)} words, or {unknown!r} among them"
            raise wrong("tokens", "be words of the vocabulary", f"{token!r} at position {i}", need)
        if not 0 <= vocabulary.get(token, 0) < len(vocabulary):
            got = f"{vocabulary[token]} for {token!r}"
            raise wrong("vocabulary", "number its words", got, f"the ids 0 to {len(vocabulary) - 1}")
    return vocabulary.get(unknown, 0)


def words_by_id(vocabulary: Mapping[str, int]) -> list[str]:
    """The words of a vocabulary in the order of their ids, 0 to V − 1."""
    _check_dictionary(vocabulary)
    if sorted(vocabulary.values()) != list(range(len(vocabulary))):
        raise wrong("vocabulary", "number its words", f"{len(vocabulary)} words", "the ids 0 to V − 1, each once")
    return sorted(vocabulary, key=vocabulary.get)


def _check_dictionary(vocabulary) -> None:
    if not isinstance(vocabulary, Mapping) or not vocabulary:
        raise wrong("vocabulary", "be a dictionary", f"a {type(vocabulary).__name__}", "one from words to ids")


def check_ids(name: str, smallest, largest, num_words: int, where: str = "") -> None:
    """Ids from 0 to V − 1."""
    if smallest < 0 or largest >= num_words:
        got = smallest if smallest < 0 else largest
        raise wrong(name, "be ids of the vocabulary", f"{got}{where}", f"0 to {num_words - 1}")


def check_sequence(name: str, shape, i: int) -> None:
    """A sequence is a row of tokens, one at least."""
    if len(shape) == 0 or shape[0] == 0:
        raise wrong(name, "hold sequences", f"shape {tuple(shape)} at position {i}", "at least one token in each")


def check_together(name: str, shape, i: int, like) -> None:
    """All sequences agree in everything but their length."""
    if tuple(shape[1:]) != tuple(like[1:]):
        raise wrong(name, "fit together", f"shape {tuple(shape)} at position {i}", f"(T, *{tuple(like[1:])})")


def check_lengths(shape, smallest, largest, T) -> int:
    """Lengths (N,) from 0 to T, or of whatever size; returns T."""
    if len(shape) != 1 or shape[0] == 0:
        raise wrong("lengths", "hold one number a sequence", f"shape {tuple(shape)}", "shape (N,)")
    if T is None:
        T = int(largest)
    check_count("T", T, 1)
    if smallest < 0 or largest > T:
        raise wrong("lengths", "fit", f"{smallest if smallest < 0 else largest}", f"0 to T = {T}")
    return T


def check_mask(shape, x_shape) -> None:
    """A mask (N, T) for x (N, T, D)."""
    if len(x_shape) != 3 or 0 in x_shape:
        raise wrong("x", "hold a vector a token", f"shape {tuple(x_shape)}", "shape (N, T, D)")
    if tuple(shape) != tuple(x_shape[:2]):
        raise wrong("mask", "have a place for each token", f"shape {tuple(shape)}", f"shape {tuple(x_shape[:2])}")


def check_counts(name: str, shape, smallest) -> None:
    """Counts (rows, V), none below 0."""
    if len(shape) != 2 or 0 in shape:
        raise wrong(name, "have a column a word", f"shape {tuple(shape)}", "shape (N, V)")
    if smallest < 0:
        raise wrong(name, "count", f"{smallest:g}", "0 or more")


def check_class_sizes(shape, smallest, largest, K: int) -> None:
    """How many sequences each of K classes has: (K,), none below 0, not all of them 0."""
    check_width("sizes", shape, (K,))
    if smallest < 0 or largest == 0:
        raise wrong("sizes", "count sequences", f"{smallest if smallest < 0 else largest:g}", "0 or more, not all 0")


def above_zero(name: str, got) -> float:
    """`got` as a plain float above 0."""
    value = number_between(name, got, 0)
    if value == 0:
        raise wrong(name, "be above 0", repr(got), "a number above 0")
    return value


def check_padding(value, may_be_a_fraction: bool) -> None:
    """What stands where no token is: whole where the tokens are."""
    value = number_between("padding_value", value)
    if not may_be_a_fraction and value != value // 1:
        raise wrong("padding_value", "be whole, as the sequences are", f"{value:g}", "a whole number")


def check_width(name: str, shape, needed) -> None:
    """An array that must have exactly this shape."""
    if tuple(shape) != tuple(needed):
        raise wrong(name, "fit the other arguments", f"shape {tuple(shape)}", f"shape {tuple(needed)}")


def check_classes(y_shape, smallest, largest, N: int, num_classes) -> None:
    """A class from 0 to K − 1 for each of N sequences."""
    check_count("num_classes", num_classes, 1)
    if tuple(y_shape) != (N,):
        raise wrong("y", "label each sequence", f"shape {tuple(y_shape)}", f"shape ({N},)")
    if smallest < 0 or largest >= num_classes:
        got = smallest if smallest < 0 else largest
        raise wrong("y", "hold class numbers", f"{got}", f"0 to {num_classes - 1}")
