"""Text: the twins agree, scikit-learn or the definition agrees, what is encoded comes back, padding changes nothing."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.naive_bayes import MultinomialNB
from twins import assert_twins_agree, resolve, to_torch

import dlbook
from dlbook import data
from dlbook.data import texts
from dlbook.scratch import text

rng = np.random.default_rng(0)
SEQUENCES = [np.array(row, np.int64) for row in ([1, 2, 1], [0], [3, 3, 3, 3, 4, 1])]
LINES = ["To be, or not to be", "that is the question", "whether tis nobler", "to suffer", "To take arms, or not!"]


def drawn(N=9, V=7, longest=12, seed=0):
    """N rows of ids below V, of different lengths."""
    rng = np.random.default_rng(seed)
    return [rng.integers(0, V, T) for T in rng.integers(1, longest + 1, N)]


def sizes(y, K):
    """How many of each class there are."""
    return (y[:, None] == np.arange(K)).sum(axis=0)


# ─── Words and ids ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("To be, or not to be?", ["to", "be", ",", "or", "not", "to", "be", "?"]),
        ("don't o'er-reach -- 'tis", ["don't", "o'er-reach", "-", "-", "'", "tis"]),
        ("  Ça  coûte 12,50 €\n", ["ça", "coûte", "12", ",", "50", "€"]),
        ("a_b", ["a", "_", "b"]),
        (" \n", []),
    ],
)
def test_words_and_marks(line, words):
    assert text.tokenize(line) == words
    assert text.tokenize("Et Tu", lower=False) == ["Et", "Tu"]


@given(st.text(min_size=1))
def test_no_letter_and_no_mark_is_lost(line):
    words = text.tokenize(line, lower=False)
    assert "".join(words) == re.sub(r"\s", "", line) and all(words)


def test_the_vocabulary_counts_down_and_breaks_ties_by_the_alphabet():
    tokens = "b a c a b d".split()
    assert text.vocabulary(tokens, special=()) == {"a": 0, "b": 1, "c": 2, "d": 3}
    assert text.vocabulary(tokens, min_count=2) == {"<pad>": 0, "<unk>": 1, "a": 2, "b": 3}
    assert text.vocabulary(tokens, max_size=3) == {"<pad>": 0, "<unk>": 1, "a": 2}
    assert text.vocabulary([*tokens, "<pad>"], special=("<pad>",))["<pad>"] == 0
    assert text.vocabulary("banana", special=()) == {"a": 0, "n": 1, "b": 2}  # a text: its characters


def test_the_pytorch_room_shares_what_makes_no_array():
    line, theirs = "To be, or not to be", dlbook.pytorch.text
    merges = theirs.bpe_merges(line, 3)
    assert merges == text.bpe_merges(line, 3) and theirs.bpe_tokens(merges) == text.bpe_tokens(merges)
    assert theirs.bpe_decode(theirs.bpe_encode(line, merges), merges) == line == "".join(theirs.bpe_words(line))
    assert theirs.tokenize(line) == text.tokenize(line) and theirs.vocabulary(line) == text.vocabulary(line)


@given(st.lists(st.sampled_from("abcdefg"), min_size=1))
def test_ids_are_the_words_again(tokens):
    vocabulary = text.vocabulary("abcdefg", special=())
    for room in ("scratch", "pytorch"):
        ids = resolve(room, "text.encode")(tokens, vocabulary)
        assert resolve(room, "text.decode")(ids, vocabulary) == tokens


def test_twins_of_ids_and_the_unknown_word():
    vocabulary = text.vocabulary("to be or not to be".split())
    ids = assert_twins_agree("text.encode", "or be that".split(), vocabulary)
    assert ids.tolist() == [5, 2, 1] and ids.dtype == np.int64
    assert text.decode(ids, vocabulary) == ["or", "be", "<unk>"]
    assert assert_twins_agree("text.encode", ["that"], {"that": 0}).tolist() == [0]


# ─── Padding and masks ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("max_length", [None, 1, 3, 99])
def test_twins_of_padding(side, max_length):
    of_vectors = [rng.normal(size=(T, 2)) for T in (3, 1, 4)]
    for sequences in (SEQUENCES, of_vectors, [row.astype(np.float32) for row in of_vectors], SEQUENCES[:1]):
        padded = assert_twins_agree("text.pad", sequences, 9, side, max_length)
        for row, sequence in zip(padded, sequences, strict=True):
            kept = sequence[:max_length]
            place = slice(len(kept)) if side == "right" else slice(len(row) - len(kept), None)
            np.testing.assert_array_equal(row[place], kept)
            assert (row == 9).sum() == (row.shape[0] - len(kept)) * row[0].size
        lengths = np.array([len(row[:max_length]) for row in sequences])
        masked = assert_twins_agree("text.mask", lengths, None, side)
        np.testing.assert_array_equal(masked.sum(axis=1), lengths)
        assert (padded[~masked] == 9).all() and masked.shape == padded.shape[:2]


def test_padding_keeps_the_widest_dtype():
    mixed = [np.array([1, 2]), np.array([0.5])]
    assert assert_twins_agree("text.pad", mixed).dtype == np.float64
    assert assert_twins_agree("text.pad", mixed, np.inf)[1, 1] == np.inf


def test_twins_of_masks():
    assert assert_twins_agree("text.mask", np.array([2, 0, 3]), 4).tolist() == [
        [True, True, False, False],
        [False] * 4,
        [True, True, True, False],
    ]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_twins_of_the_masked_mean(dtype):
    x, mask = (rng.normal(size=(4, 5, 3)) * 3).astype(dtype), text.mask(np.array([3, 0, 5, 1]), 5)
    rtol = {np.float64: 1e-10, np.float32: 1e-5, np.float16: 2e-3}[dtype]
    mean = assert_twins_agree("text.masked_mean", x, mask, rtol=rtol, atol=rtol)
    assert mean.dtype == dtype and not mean[1].any()  # all is padding: 0, where torch's mean gives NaN
    np.testing.assert_allclose(mean[0], x[0, :3].astype(float).mean(axis=0), rtol=rtol, atol=rtol)
    upstream = rng.normal(size=(4, 3)).astype(dtype)
    grad = assert_twins_agree("text.masked_mean_backward", upstream, x, mask, rtol=rtol, atol=rtol)
    assert not grad[~mask].any() and not grad[1].any()


@given(st.integers(1, 5), st.integers(0, 4))
def test_more_padding_changes_no_mean(T, more):
    x = np.random.default_rng(T).normal(size=(2, T, 3))
    longer = np.concatenate([x, np.full((2, more, 3), np.nan)], axis=1)
    mask = text.mask(np.array([T, max(T - 1, 1)]), T + more)
    np.testing.assert_array_equal(text.masked_mean(longer, mask), text.masked_mean(x, mask[:, :T]))


def test_finite_differences_of_the_masked_mean():
    x, mask, upstream = rng.normal(size=(2, 3, 2)), text.mask(np.array([2, 3])), rng.normal(size=(2, 2))
    grad = text.masked_mean_backward(upstream, x, mask)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-6
        change = text.masked_mean(x + step, mask) - text.masked_mean(x - step, mask)
        assert (upstream * change).sum() / 2e-6 == pytest.approx(grad[place], abs=1e-8)


# ─── Bags of words ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(3))
def test_twins_of_bags_and_naive_bayes(seed):
    sequences, y = drawn(seed=seed), np.arange(9) % 3
    counts = assert_twins_agree("text.bag_of_words", sequences, 7)
    assert counts.dtype == np.int64
    np.testing.assert_array_equal(counts, [[(row == v).sum() for v in range(7)] for row in sequences])
    by_class = assert_twins_agree("text.class_counts", sequences, y, 7, 4)
    np.testing.assert_array_equal(by_class[:3], [counts[y == k].sum(axis=0) for k in range(3)])
    assert not by_class[3].any()
    for alpha in (1.0, 0.01, 1e-300):
        prior, likelihood = assert_twins_agree("text.naive_bayes", by_class, sizes(y, 4), alpha)
        assert prior[3] == -np.inf
        assert_twins_agree("text.naive_bayes_scores", sequences, prior, likelihood)
    idf = assert_twins_agree("text.inverse_document_frequency", counts)
    assert_twins_agree("text.tf_idf", counts, idf)
    low = assert_twins_agree("text.tf_idf", counts.astype(np.float32), idf.astype(np.float32), rtol=1e-6)
    assert low.dtype == np.float32


def test_scikit_learn_counts_and_weighs_alike():
    counting = CountVectorizer(tokenizer=text.tokenize, token_pattern=None)
    theirs = counting.fit_transform(LINES).toarray()
    vocabulary = counting.vocabulary_
    sequences = [text.encode(text.tokenize(line), vocabulary) for line in LINES]
    ours = text.bag_of_words(sequences, len(vocabulary))
    np.testing.assert_array_equal(ours, theirs)
    transformer = TfidfTransformer().fit(theirs)
    idf = text.inverse_document_frequency(ours)
    np.testing.assert_allclose(idf, transformer.idf_, rtol=1e-14)
    np.testing.assert_allclose(text.tf_idf(ours, idf), transformer.transform(theirs).toarray(), rtol=1e-12)
    empty = text.tf_idf(np.zeros((2, 3)), np.ones(3))
    assert not empty.any()  # a text without known words has no direction


@pytest.mark.parametrize("alpha", [1.0, 0.1])
def test_scikit_learns_naive_bayes(alpha):
    sequences, y = drawn(60, 20, seed=5), np.random.default_rng(6).integers(0, 3, 60)
    counts = text.bag_of_words(sequences, 20)
    model = MultinomialNB(alpha=alpha).fit(counts, y)
    prior, likelihood = text.naive_bayes(text.class_counts(sequences, y, 20, 3), sizes(y, 3), alpha)
    np.testing.assert_allclose(prior, model.class_log_prior_, rtol=1e-12)
    np.testing.assert_allclose(likelihood, model.feature_log_prob_, rtol=1e-12)
    scores = text.naive_bayes_scores(sequences, prior, likelihood)
    np.testing.assert_allclose(scores, model.predict_joint_log_proba(counts), rtol=1e-12)


def test_naive_bayes_reads_reviews():
    """80 in 100 sentences it has not seen: what a network has to beat."""
    X_train, X_test, y_train, y_test = data.split(texts.movie_reviews(), test_fraction=0.2, seed=0)
    words = [text.tokenize(sentence) for sentence in X_train]
    vocabulary = text.vocabulary([word for row in words for word in row])
    train, test = ([text.encode(text.tokenize(line), vocabulary) for line in X] for X in (X_train, X_test))
    model = text.naive_bayes(text.class_counts(train, y_train, len(vocabulary), 2), sizes(y_train, 2))
    guess = text.naive_bayes_scores(test, *model).argmax(axis=1)
    assert 0.78 < (guess == y_test).mean() < 0.84


# ─── Byte pairs ─────────────────────────────────────────────────────────────────────────────────────────────


def merged_by_definition(tokens, pair, new):
    i, out = 0, []
    while i < len(tokens):
        both = tuple(tokens[i : i + 2]) == pair
        out.append(new if both else tokens[i])
        i += 2 if both else 1
    return out


def merges_by_definition(line, num_merges):
    """Counts all pairs anew before each merge."""
    words, merges = [list(word.encode()) for word in text.bpe_words(line)], []
    for new in range(256, 256 + num_merges):
        pairs = Counter(pair for word in words for pair in zip(word, word[1:], strict=False))
        if not pairs:
            break
        merges.append(min(pairs, key=lambda pair: (-pairs[pair], pair)))
        words = [merged_by_definition(word, merges[-1], new) for word in words]
    return merges, [token for word in words for token in word]


SNIPPETS = [
    "low lower lowest low low",
    "aaaaa aaa aa a",
    "To be, or not to be.\n\nÇa coûte 5 €",
    "x",
    "  \n ",
    "été " * 4,
]


@pytest.mark.parametrize("line", SNIPPETS)
@pytest.mark.parametrize("num_merges", [0, 1, 3, 40])
def test_merges_are_those_of_the_definition(line, num_merges):
    merges, tokens = merges_by_definition(line, num_merges)
    assert text.bpe_merges(line, num_merges) == merges
    assert text.bpe_encode(line, merges) == tokens


@given(st.text("ab c\n.", min_size=1, max_size=60), st.integers(0, 12), st.text("ab c\n.", min_size=1, max_size=30))
def test_merges_and_codes_are_those_of_the_definition(line, num_merges, other):
    """A word of another text: each merge in its order, wherever it is."""
    merges = merges_by_definition(line, num_merges)[0]
    assert text.bpe_merges(line, num_merges) == merges
    words = [list(word.encode()) for word in text.bpe_words(other)]
    for i, pair in enumerate(merges):
        words = [merged_by_definition(word, pair, 256 + i) for word in words]
    assert text.bpe_encode(other, merges) == [token for word in words for token in word]


@given(st.text(min_size=1))
def test_every_text_comes_back(line):
    merges = text.bpe_merges("To be, or not to be: that is the question: Ça été été", 20)
    tokens = text.bpe_encode(line.encode("utf-8", "replace").decode(), merges)
    assert text.bpe_decode(tokens, merges) == line.encode("utf-8", "replace").decode()
    assert "".join(text.bpe_words(line)) == line and len(tokens) <= len(line.encode("utf-8", "replace"))


def test_half_a_character_is_no_error():
    assert text.bpe_decode("é".encode()[:1], []) == "�"


def test_merges_of_shakespeare_shorten_it():
    play = texts.shakespeare()[:100_000]
    merges = text.bpe_merges(play, 200)
    tokens = text.bpe_encode(play, merges)
    assert text.bpe_decode(tokens, merges) == play and 1.6 < len(play) / len(tokens) < 2.4
    known = text.bpe_tokens(merges)
    assert len(set(known)) == 456 and {b" the", b" you", b" and"} <= set(known)


# ─── Bad input ──────────────────────────────────────────────────────────────────────────────────────────────

V = {"<pad>": 0, "a": 1, "b": 2}
EMPTY = np.array([], dtype=int)
BAD = [
    ("tokenize", (3,), "text must be a text: got a int, need a string"),
    ("tokenize", ("",), "text must not be empty: got '', need at least one character"),
    ("vocabulary", ([],), "tokens must not be empty: got 0 tokens, need at least one token"),
    ("vocabulary", ([1],), "tokens must hold words: got 1 at position 0, need strings"),
    ("vocabulary", (5,), "tokens must hold tokens: got a int, need words, or a text for its characters"),
    ("vocabulary", (["a"], 0), "min_count must be a whole number: got 0, need 1 or more"),
    ("vocabulary", (["a"], 2), "min_count must leave a word: got 2, need at most 1, the count of the most frequent"),
    ("vocabulary", (["a"], 1, 2), "max_size must be a whole number: got 2, need 3 or more"),
    ("vocabulary", (["a"], 1, None, ("x", "x")), "special must hold each token once: got ('x', 'x'), need different"),
    (
        "encode",
        (["a", "zyx"], V),
        "tokens must be words of the vocabulary: got 'zyx' at position 1, need one of its 3 words, or '<unk>' among",
    ),
    ("encode", ([], V), "tokens must not be empty: got 0 tokens"),
    ("encode", (["a"], ["a"]), "vocabulary must be a dictionary: got a list, need one from words to ids"),
    ("encode", (["a"], {}), "vocabulary must be a dictionary: got a dict, need one from words to ids"),
    ("encode", (["a"], {"a": 1}), "vocabulary must number its words: got 1 for 'a', need the ids 0 to 0"),
    ("decode", ([0], {"a": 1}), "vocabulary must number its words: got 1 words, need the ids 0 to V − 1, each once"),
    ("decode", ([3], V), "ids must be ids of the vocabulary: got 3, need 0 to 2"),
    ("decode", ([-1], V), "ids must be ids of the vocabulary: got -1, need 0 to 2"),
    ("decode", (np.array([0.5]), V), "ids must be whole numbers: got dtype"),
    ("decode", (EMPTY, V), "ids must hold sequences: got shape (0,) at position 0, need at least one token in each"),
    ("pad", ([],), "sequences must not be empty: got 0 sequences, need at least one"),
    ("pad", ([[1], []],), "sequences must hold sequences: got shape (0,) at position 1, need at least one token"),
    ("pad", ([[1], [[1]]],), "sequences must fit together: got shape (1, 1) at position 1, need (T, *())"),
    ("pad", ([[1], [2, 3]], 0.5), "padding_value must be whole, as the sequences are: got 0.5, need a whole number"),
    ("pad", ([[1]], 0, "both"), "padding_side must be a known name: got 'both', need one of 'right', 'left'"),
    ("pad", ([[1]], 0, "left", 0), "max_length must be a whole number: got 0, need 1 or more"),
    ("mask", (EMPTY,), "lengths must hold one number a sequence: got shape (0,), need shape (N,)"),
    ("mask", ([2, 5], 4), "lengths must fit: got 5, need 0 to T = 4"),
    ("mask", ([-1, 2], 4), "lengths must fit: got -1, need 0 to T = 4"),
    ("mask", ([0, 0],), "T must be a whole number: got 0, need 1 or more"),
    ("masked_mean", (np.ones((2, 3)), np.ones((2, 3), bool)), "x must hold a vector a token: got shape (2, 3), need"),
    (
        "masked_mean",
        (np.ones((2, 3, 1)), np.ones((3, 2), bool)),
        "mask must have a place for each token: got shape (3, 2), need shape (2, 3)",
    ),
    ("masked_mean", (np.ones((2, 3, 1)), np.ones((2, 3))), "mask must hold True and False: got dtype"),
    (
        "masked_mean_backward",
        (np.ones((2, 2)), np.ones((2, 3, 1)), np.ones((2, 3), bool)),
        "upstream must fit the other arguments: got shape (2, 2), need shape (2, 1)",
    ),
    ("bag_of_words", ([[0, 3]], 3), "sequences must be ids of the vocabulary: got 3 in sequence 0, need 0 to 2"),
    ("bag_of_words", ([[0], [-2]], 3), "sequences must be ids of the vocabulary: got -2 in sequence 1, need 0 to 2"),
    ("bag_of_words", ([[[0]]], 3), "sequences must hold ids: got shape (1, 1) at position 0, need shape (T,)"),
    ("bag_of_words", ([[0]], 0), "num_words must be a whole number: got 0, need 1 or more"),
    ("class_counts", ([[0]], [2], 3, 2), "y must hold class numbers: got 2, need 0 to 1"),
    ("class_counts", ([[0]], [0, 1], 3, 2), "y must label each sequence: got shape (2,), need shape (1,)"),
    ("naive_bayes", (np.ones((2, 3)), np.ones(3)), "sizes must fit the other arguments: got shape (3,), need shape"),
    ("naive_bayes", (np.ones((2, 3)), np.zeros(2)), "sizes must count sequences: got 0, need 0 or more, not all 0"),
    ("naive_bayes", (np.ones((2, 3)), np.ones(2), 0), "alpha must be above 0: got 0, need a number above 0"),
    ("naive_bayes", (-np.ones((2, 3)), np.ones(2)), "counts must count: got -1, need 0 or more"),
    ("naive_bayes", (np.ones(3), np.ones(2)), "counts must have a column a word: got shape (3,), need shape (N, V)"),
    (
        "naive_bayes_scores",
        ([[3]], np.zeros(2), np.zeros((2, 3))),
        "sequences must be ids of the vocabulary: got 3 in sequence 0, need 0 to 2",
    ),
    (
        "naive_bayes_scores",
        ([[0]], np.zeros(3), np.zeros((2, 3))),
        "log_likelihood must fit the other arguments: got shape (2, 3), need shape (3, 3)",
    ),
    ("tf_idf", (np.ones((2, 3)), np.ones(2)), "idf must fit the other arguments: got shape (2,), need shape (3,)"),
    ("bpe_merges", ("", 3), "text must not be empty"),
    ("bpe_merges", ("ab", -1), "num_merges must be a whole number: got -1, need 0 or more"),
    ("bpe_encode", ("ab", [(97, 256)]), "merges must hold pairs of tokens: got (97, 256) at position 0, need two of 0"),
    ("bpe_decode", ([256], []), "tokens must be ids of the vocabulary: got 256 at position 0, need 0 to 255"),
    ("bpe_decode", ([], []), "tokens must not be empty: got 0 tokens"),
]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "message"), BAD, ids=[f"{name}{i}" for i, (name, *_) in enumerate(BAD)])
def test_bad_input_is_named(room, name, args, message):
    args = to_torch(args) if room == "pytorch" else args
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).text, name)(*args)


# ─── Each word's part ───────────────────────────────────────────────────────────────────────────────────────


TABLE, UNIT = rng.normal(size=(6, 3)), rng.normal(size=3)
PLACES = np.array([1, 4, 4, 0], np.int64)


def sum_of(rows):
    """A score that is a sum of one number a word, for rows of either room."""
    own = TABLE @ UNIT
    if isinstance(rows[0], np.ndarray):
        return np.array([own[row].sum() for row in rows])
    return to_torch(own)[rows[0]].sum()[None] if len(rows) == 1 else to_torch(own)[np.stack(rows)].sum(axis=1)


def bent(rows):
    """A score that is none."""
    room = np if isinstance(rows[0], np.ndarray) else __import__("torch")
    table, unit = (TABLE, UNIT) if room is np else (to_torch(TABLE), to_torch(UNIT))
    return room.stack([room.tanh(table[row].sum(axis=0)) @ unit for row in rows])


def test_twins_of_occlusion():
    """text.occlusion"""
    ours = text.occlusion(bent, PLACES)
    np.testing.assert_allclose(resolve("pytorch", "text.occlusion")(bent, to_torch(PLACES)).numpy(), ours, rtol=1e-10)
    for t in range(4):
        assert ours[t] == pytest.approx(bent([PLACES])[0] - bent([PLACES[[i for i in range(4) if i != t]]])[0])


def test_of_a_sum_each_part_is_the_words_own_number():
    np.testing.assert_allclose(text.occlusion(sum_of, PLACES), (TABLE @ UNIT)[PLACES], rtol=1e-10)
    x = TABLE[PLACES]
    parts = text.gradient_times_input(np.tile(UNIT, (4, 1)), x)
    np.testing.assert_allclose(parts, (TABLE @ UNIT)[PLACES], rtol=1e-10)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_twins_of_gradient_times_input(dtype):
    """text.gradient_times_input"""
    upstream, x = rng.normal(size=(2, 5, 4, 3)).astype(dtype)
    parts = assert_twins_agree(
        "text.gradient_times_input", upstream, x, rtol=1e-5 if dtype == np.float32 else 1e-10, atol=1e-6
    )
    assert parts.shape == (5, 4) and parts.dtype == dtype
    np.testing.assert_allclose(parts, np.einsum("ntd,ntd->nt", upstream, x), rtol=1e-5, atol=1e-6)


def test_gradient_times_input_is_the_first_term_of_what_occlusion_finds():
    """For small vectors the score is nearly linear, and a word that is gone is a vector of zeros in a sum."""
    small = 1e-5 * TABLE
    score = lambda rows: np.array([np.tanh(small[row].sum(axis=0)) @ UNIT for row in rows])
    grad = np.tile(UNIT * (1 - np.tanh(small[PLACES].sum(axis=0)) ** 2), (4, 1))
    np.testing.assert_allclose(text.gradient_times_input(grad, small[PLACES]), text.occlusion(score, PLACES), rtol=1e-6)


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r, a: r.occlusion(sum_of, a(np.array([1]))), "ids must leave a word when one is taken out: got 1 word"),
        (lambda r, a: r.occlusion(lambda rows: a(np.ones((1, 2))), a(PLACES)), "score's answer must fit"),
        (lambda r, a: r.occlusion(sum_of, a(np.array([-1, 2]))), "ids must be ids of the vocabulary: got -1"),
        (lambda r, a: r.gradient_times_input(a(np.ones(3)), a(np.ones(3))), "x must hold a vector a token"),
        (lambda r, a: r.gradient_times_input(a(np.ones((2, 3))), a(np.ones((3, 2)))), "upstream must fit"),
        (lambda r, a: r.gradient_times_input(a(np.full((2, 3), np.nan)), a(np.ones((2, 3)))), "upstream must"),
    ],
)
def test_parts_that_cannot_be_are_named(room, call, words):
    from dlbook import pytorch, scratch

    own, into = (scratch.text, lambda x: x) if room == "scratch" else (pytorch.text, to_torch)
    with pytest.raises(ValueError, match=re.escape(words)):
        call(own, into)
