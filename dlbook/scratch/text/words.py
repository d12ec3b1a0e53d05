"""Words and their numbers. Strings and lists only: both rooms share what makes no array."""

import re
from collections import Counter

from dlbook._validate.text import a_text, check_sizes, words_of

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]|_")


def tokenize(text, lower=True):
    """The words of a text in their order, and its marks: what is neither a letter, a digit nor a space, one by one.

    An apostrophe or a hyphen between letters belongs to the word.

    >>> tokenize("Don't stop -- it's a well-made film!")
    ["don't", 'stop', '-', '-', "it's", 'a', 'well-made', 'film', '!']
    """
    return WORD.findall(a_text("text", text).lower() if lower else a_text("text", text))


def vocabulary_core(counts, min_count, max_size, special):
    frequent = [word for word in counts if counts[word] >= min_count]
    by_count = sorted(frequent, key=lambda word: (-counts[word], word))  # then by the alphabet
    words = [*special, *by_count][:max_size]
    return {word: i for i, word in enumerate(words)}


def vocabulary(tokens, min_count=1, max_size=None, special=("<pad>", "<unk>")):
    """The id of each word: first the special ones, then the most frequent first, of equal counts by the alphabet.

    `tokens` are words, or a text for its characters. Words that occur less than `min_count` times have no id; with
    `max_size` there are no more ids than that, special ones counted.

    >>> vocabulary(["a", "b", "a", "c"], min_count=2)
    {'<pad>': 0, '<unk>': 1, 'a': 2}
    """
    counts = Counter(words_of("tokens", tokens))
    for word in special:
        counts.pop(word, None)
    check_sizes(counts, min_count, max_size, special)
    return vocabulary_core(counts, min_count, max_size, special)
