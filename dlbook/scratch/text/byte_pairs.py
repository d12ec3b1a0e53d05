"""Byte-pair encoding: the most frequent pair of neighbours becomes a token of its own, again and again.

Tokens 0 to 255 are the bytes of UTF-8, token 256 + i is the i-th pair that was merged: every text can be written, and
no word is unknown. Pairs are counted and merged within words only. There are no arrays: both rooms share the module.
"""

import re
from collections import Counter, defaultdict
from functools import cache

from dlbook._validate import check_count, wrong
from dlbook._validate.text import a_text, check_ids

PIECE = re.compile(r" ?[^\W_]+| ?(?:[^\w\s]|_)+|\s+(?!\S)|\s+")  # as GPT-2, whose regular expression is longer


def bpe_words(text):
    """A text cut where no merge crosses: words and groups of marks with the space before them, other space.

    >>> bpe_words("To be, or not")
    ['To', ' be', ',', ' or', ' not']
    """
    return PIECE.findall(a_text("text", text))


def merge(word, pair, new):
    """`word`, a tuple of tokens, with each `pair` of neighbours, from the left, as the one token `new`.

    >>> merge((1, 2, 1, 2, 2), (1, 2), 9)
    (9, 9, 2)
    """
    out = []
    for token in word:
        if out and (out[-1], token) == pair:
            out[-1] = new
        else:
            out.append(token)
    return tuple(out)


def bpe_merges_core(words, counts, pairs, places, num_merges):  # each word counts[i] times
    merges = []
    while pairs and len(merges) < num_merges:
        pair = min(most_frequent(pairs))
        for i in places.pop(pair):  # the words that have it
            merged = merge(words[i], pair, 256 + len(merges))
            replace_word(words, counts, pairs, places, i, merged)
        merges.append(pair)
    return merges


def replace_word(words, counts, pairs, places, i, word):
    """Puts `word` in the place of the i-th, and its pairs in the place of those."""
    count_pairs(pairs, places, words[i], i, -counts[i])
    count_pairs(pairs, places, word, i, counts[i])
    words[i] = word


def most_frequent(pairs):
    """The pairs that occur most often: all of them, where several do."""
    most = max(pairs.values())
    return [pair for pair in pairs if pairs[pair] == most]


def count_pairs(pairs, places, word, i, n):
    """Adds n to the count of each pair of neighbours in the i-th word, and notes where the pair is."""
    for pair in zip(word, word[1:], strict=False):
        pairs[pair] += n
        if pairs[pair] == 0:
            del pairs[pair]
        if n > 0:
            places[pair].add(i)


def bpe_merges(text, num_merges):
    """The pairs to merge, in their order: each time the most frequent pair of neighbours, of equal ones the smallest.

    A pair is two tokens; what it becomes is token 256 + i. Fewer than `num_merges` come back when no word has two
    tokens left. Source: Gage 1994; Sennrich, Haddow and Birch 2016.

    >>> bpe_merges("low low lower", 3)  # l o, then lo w, then the space before it
    [(108, 111), (256, 119), (32, 257)]
    """
    check_count("num_merges", num_merges)
    occurs = Counter(tuple(word.encode("utf-8")) for word in bpe_words(text))
    words, counts = list(occurs), list(occurs.values())
    pairs, places = Counter(), defaultdict(set)
    for i, n in enumerate(counts):
        count_pairs(pairs, places, words[i], i, n)
    return bpe_merges_core(words, counts, pairs, places, num_merges)


def bpe_encode_core(word, ranks):
    while len(word) > 1:
        first = min(zip(word, word[1:], strict=False), key=lambda pair: ranks.get(pair, len(ranks)))
        if first not in ranks:
            break
        word = merge(word, first, 256 + ranks[first])
    return word


def bpe_encode(text, merges):
    """The tokens of a text: in each word the pair that was learned first is merged, until none is left.

    >>> bpe_encode("slower", [(108, 111), (256, 119), (32, 257)])  # s low e r
    [115, 257, 101, 114]
    """
    ranks = {pair: i for i, pair in enumerate(_pairs(merges))}
    of_word = cache(lambda word: bpe_encode_core(tuple(word.encode("utf-8")), ranks))
    return [token for word in bpe_words(text) for token in of_word(word)]


def bpe_tokens_core(tokens, merges):
    for a, b in merges:
        tokens.append(tokens[a] + tokens[b])
    return tokens


def bpe_tokens(merges):
    """What each token stands for, as bytes: those of a merged pair one after the other.

    >>> bpe_tokens([(108, 111), (256, 119)])[256:]
    [b'lo', b'low']
    """
    return bpe_tokens_core([bytes([i]) for i in range(256)], _pairs(merges))


def bpe_decode_core(tokens, known):
    return b"".join(known[token] for token in tokens).decode("utf-8", errors="replace")


def bpe_decode(tokens, merges):
    """The text of tokens. Where they end within a character, � takes its place.

    >>> bpe_decode([115, 257, 101, 114], [(108, 111), (256, 119)])
    'slower'
    """
    known, tokens = bpe_tokens(merges), list(tokens)
    if not tokens:
        raise wrong("tokens", "not be empty", "0 tokens", "at least one token")
    for i, token in enumerate(tokens):
        check_ids("tokens", token, token, len(known), f" at position {i}")
    return bpe_decode_core(tokens, known)


def _pairs(merges):
    """Pairs of tokens that stand before what they become."""
    pairs = [tuple(pair) for pair in merges]
    for i, pair in enumerate(pairs):
        if len(pair) != 2 or not all(0 <= token < 256 + i for token in pair):
            raise wrong("merges", "hold pairs of tokens", f"{pair} at position {i}", f"two of 0 to {255 + i}")
    return pairs
