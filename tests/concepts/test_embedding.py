"""Embedding: the twins agree, gradients are those of differences, the losses have their floor at counts and PMI."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax
from sklearn.metrics import mutual_info_score
from sklearn.metrics import pairwise as sklearn_pairwise
from twins import assert_twins_agree, to_torch

import dlbook
from dlbook.data import texts
from dlbook.scratch import embedding

rng = np.random.default_rng(0)
V, D, B, K = 7, 3, 10, 4
W, C = rng.normal(size=(2, V, D))
CENTER, CONTEXT = rng.integers(0, V, (2, B)).astype(np.int64)
NEGATIVES = rng.integers(0, V, (B, K)).astype(np.int64)
NEGATIVES[0] = CONTEXT[0]  # a word may be drawn against itself, several times
WINDOWS = rng.integers(0, V, (B, 5)).astype(np.int64)
MASK = np.arange(5) < rng.integers(1, 6, B)[:, None]
SENTENCES = [np.array(row, np.int64) for row in ([0, 3, 1, 3], [2], [5, 6, 2, 0, 0, 1, 4], [4, 4])]


# ─── Guessing words ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("scale", [1, 0, 100])
def test_twins_of_the_losses_and_their_gradients(dtype, scale):
    w, c = (W * scale).astype(dtype), (C * max(scale / 10, 1)).astype(dtype)
    loose = {np.float64: {"rtol": 1e-10, "atol": 1e-14}, np.float32: {"rtol": 2e-5, "atol": 1e-5}}
    loose = loose.get(dtype, {"rtol": 5e-3, "atol": 5e-3})
    for negatives in (None, NEGATIVES, NEGATIVES[:, :1]):
        for name, args in (("skip_gram", (CENTER, CONTEXT)), ("cbow", (WINDOWS, CENTER))):
            loss = assert_twins_agree(f"embedding.{name}", w, c, *args, negatives, **loose)
            assert loss.shape == () and loss.dtype == dtype
            grads = assert_twins_agree(f"embedding.{name}_grad", w, c, *args, negatives, **loose)
            assert all(grad.shape == (V, D) and grad.dtype == dtype for grad in grads)
        assert_twins_agree("embedding.cbow", w, c, WINDOWS, CENTER, negatives, MASK, **loose)
        assert_twins_agree("embedding.cbow_grad", w, c, WINDOWS, CENTER, negatives, MASK, **loose)
    h = w[CENTER]
    for name in ("embedding.full_softmax", "embedding.full_softmax_grad"):
        assert_twins_agree(name, h, c, CONTEXT, **loose)
    for name in ("embedding.negative_sampling", "embedding.negative_sampling_grad"):
        assert_twins_agree(name, h, c, CONTEXT, NEGATIVES, **loose)
    assert_twins_agree("embedding.skip_gram_step", w, c, CENTER, CONTEXT, NEGATIVES, 0.01, **loose)


def test_twins_of_strided_tables():
    assert_twins_agree("embedding.skip_gram", W[::-1], C[:, ::-1], CENTER, CONTEXT, NEGATIVES)
    grads = assert_twins_agree("embedding.skip_gram_grad", W[::-1], C[:, ::-1], CENTER[:1], CONTEXT[:1], atol=1e-16)
    assert grads[0][CENTER[0]].any() and not np.delete(grads[0], CENTER[0], axis=0).any()


def test_the_losses_are_what_their_formulas_say():
    """Pair by pair, with SciPy's logarithms."""
    softmax_loss = sampled = middle = 0
    for center, context, negatives, window, mask in zip(CENTER, CONTEXT, NEGATIVES, WINDOWS, MASK, strict=True):
        softmax_loss -= log_softmax(C @ W[center])[context] / B
        log_sigmoid = lambda z: log_softmax([z, 0])[0]
        sampled -= (log_sigmoid(W[center] @ C[context]) + sum(log_sigmoid(-W[center] @ C[n]) for n in negatives)) / B
        mean = np.mean([W[word] for word in window[mask]], axis=0)
        middle -= log_softmax(C @ mean)[center] / B
    assert embedding.skip_gram(W, C, CENTER, CONTEXT) == pytest.approx(softmax_loss, rel=1e-12)
    assert embedding.skip_gram(W, C, CENTER, CONTEXT, NEGATIVES) == pytest.approx(sampled, rel=1e-12)
    assert embedding.cbow(W, C, WINDOWS, CENTER, mask=MASK) == pytest.approx(middle, rel=1e-12)


@pytest.mark.parametrize("negatives", [None, NEGATIVES])
@pytest.mark.parametrize(
    ("loss", "gradient", "args", "more"),
    [
        (embedding.skip_gram, embedding.skip_gram_grad, (CENTER, CONTEXT), {}),
        (embedding.cbow, embedding.cbow_grad, (WINDOWS, CENTER), {"mask": MASK}),
    ],
)
def test_gradients_are_those_of_finite_differences(loss, gradient, args, more, negatives):
    dW, dC = gradient(W, C, *args, negatives, **more)
    for place in np.ndindex(V, D):
        step = np.zeros((V, D))
        step[place] = 1e-6
        change = loss(W + step, C, *args, negatives, **more) - loss(W - step, C, *args, negatives, **more)
        assert change / 2e-6 == pytest.approx(dW[place], abs=1e-8)
        change = loss(W, C + step, *args, negatives, **more) - loss(W, C - step, *args, negatives, **more)
        assert change / 2e-6 == pytest.approx(dC[place], abs=1e-8)


def test_cbow_with_one_neighbour_is_skip_gram():
    for negatives in (None, NEGATIVES):
        assert embedding.cbow(W, C, CENTER[:, None], CONTEXT, negatives) == pytest.approx(
            embedding.skip_gram(W, C, CENTER, CONTEXT, negatives), rel=1e-14
        )
    wider = np.concatenate([WINDOWS, np.zeros((B, 2), np.int64)], axis=1)
    longer = np.concatenate([MASK, np.zeros((B, 2), bool)], axis=1)
    for ours, padded in zip(
        embedding.cbow_grad(W, C, WINDOWS, CENTER, NEGATIVES, MASK),
        embedding.cbow_grad(W, C, wider, CENTER, NEGATIVES, longer),
        strict=True,
    ):
        np.testing.assert_allclose(padded, ours, rtol=1e-12, atol=1e-15)  # padding is no neighbour


def test_a_step_goes_down_the_gradient_and_touches_no_other_row():
    new_W, new_C = embedding.skip_gram_step(W, C, CENTER[:3], CONTEXT[:3], NEGATIVES[:3], lr=0.1)
    dW, dC = embedding.skip_gram_grad(W, C, CENTER[:3], CONTEXT[:3], NEGATIVES[:3])
    np.testing.assert_allclose(new_W, W - 0.1 * 3 * dW, rtol=1e-12)  # the sum over three pairs
    np.testing.assert_allclose(new_C, C - 0.1 * 3 * dC, rtol=1e-12)
    untouched = np.setdiff1d(np.arange(V), CENTER[:3])
    np.testing.assert_array_equal(new_W[untouched], W[untouched])
    rows = (CENTER, CONTEXT, NEGATIVES)
    new_W, new_C = embedding.skip_gram_step(W, C, *rows, lr=1e-3)
    assert embedding.skip_gram(new_W, new_C, *rows) < embedding.skip_gram(W, C, *rows)


# ─── Where the losses have their floor ──────────────────────────────────────────────────────────────────────

COUNTS = np.array([[4, 2, 1], [2, 6, 3], [1, 3, 2]])  # how often word c stood near word w
ALL = [np.repeat(ids.ravel(), COUNTS.ravel()).astype(np.int64) for ids in np.indices((3, 3))]


def test_with_all_words_the_floor_is_the_share_of_each_neighbour():
    """Vectors as long as there are words can say every table: W C ᵀ = log P(c | w), and there no gradient is left."""
    table = np.log(COUNTS / COUNTS.sum(axis=1, keepdims=True))
    for gradient in embedding.skip_gram_grad(table, np.eye(3), *ALL):
        np.testing.assert_allclose(gradient, 0, atol=1e-15)
    entropy = -(COUNTS * table).sum() / COUNTS.sum()
    assert embedding.skip_gram(table, np.eye(3), *ALL) == pytest.approx(entropy, rel=1e-12)


@pytest.mark.parametrize("negatives", [1, 4])
def test_against_negatives_the_floor_is_pmi(negatives):
    """Levy and Goldberg: w · c = PMI(w, c) − log K, with every negative as often as it comes as context, exactly."""
    noise = np.repeat(np.arange(3), COUNTS.sum(axis=0)).astype(np.int64)  # all contexts that there are
    center, context = (np.repeat(ids, len(noise)) for ids in ALL)
    drawn = np.tile(noise, len(ALL[0]))[:, None].repeat(negatives, axis=1)
    U, s, Vt = np.linalg.svd(embedding.pmi(COUNTS, negatives))
    for gradient in embedding.skip_gram_grad(U * np.sqrt(s), Vt.T * np.sqrt(s), center, context, drawn):
        np.testing.assert_allclose(gradient, 0, atol=1e-14)
    lowest = embedding.skip_gram(U * np.sqrt(s), Vt.T * np.sqrt(s), center, context, drawn)
    for seed in range(5):
        other = np.random.default_rng(seed).normal(size=(2, 3, 3)) / 10
        assert embedding.skip_gram(U * np.sqrt(s) + other[0], Vt.T * np.sqrt(s), center, context, drawn) > lowest


def test_descent_arrives_at_pmi():
    noise = np.repeat(np.arange(3), COUNTS.sum(axis=0)).astype(np.int64)
    center, context = (np.repeat(ids, len(noise)) for ids in ALL)
    drawn = np.tile(noise, len(ALL[0]))[:, None]
    w, c = np.random.default_rng(1).normal(size=(2, 3, 3))
    for _ in range(3000):
        w, c = embedding.skip_gram_step(w, c, center, context, drawn, lr=3 / len(center))
    np.testing.assert_allclose(w @ c.T, embedding.pmi(COUNTS), atol=1e-3)


def test_twins_of_pmi_and_what_it_means():
    assert_twins_agree("embedding.pmi", COUNTS, 3)
    assert_twins_agree("embedding.pmi", np.array([[0, 2], [5, 0]]))
    pmi = embedding.pmi(COUNTS)
    information = mutual_info_score(None, None, contingency=COUNTS)
    assert (COUNTS / COUNTS.sum() * pmi).sum() == pytest.approx(information, rel=1e-12)
    np.testing.assert_allclose(embedding.pmi(np.outer([1, 2, 3], [4, 5])), 0, atol=1e-15)  # by chance: nothing
    assert np.isneginf(embedding.pmi([[0, 1], [1, 1]])[0, 0])


# ─── From a text to pairs ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("window", [1, 2, 3, 50])
def test_twins_and_the_definition_of_pairs(window):
    length = sum(map(len, SENTENCES))
    for reach in (None, np.random.default_rng(2).integers(1, window + 1, length).astype(np.int64)):
        center, context = assert_twins_agree("embedding.pairs", SENTENCES, window, reach)
        assert center.dtype == context.dtype == np.int64
        expected, t = [], 0
        for row in SENTENCES:
            for i, word in enumerate(row):
                far = window if reach is None else reach[t]
                expected += [(word, other) for j, other in enumerate(row) if 0 < abs(i - j) <= far]
                t += 1
        assert sorted(zip(center.tolist(), context.tolist(), strict=True)) == sorted(expected)
    counts = assert_twins_agree("embedding.co_occurrences", SENTENCES, window, V)
    np.testing.assert_array_equal(counts, counts.T)  # who stands near whom
    by_hand = np.zeros((V, V), int)
    np.add.at(by_hand, embedding.pairs(SENTENCES, window), 1)
    np.testing.assert_array_equal(counts, by_hand)


def test_near_pairs_come_first():
    center, context = embedding.pairs([[1, 2, 3]], window=2)
    assert list(zip(center, context, strict=True)) == [(2, 1), (3, 2), (1, 2), (2, 3), (3, 1), (1, 3)]


@pytest.mark.parametrize("window", [1, 2, 50])
def test_twins_and_the_definition_of_windows(window):
    contexts, mask, center = assert_twins_agree("embedding.cbow_windows", SENTENCES, window)
    expected = [
        (word, [*row[max(i - window, 0) : i], *row[i + 1 : i + 1 + window]])
        for row in SENTENCES
        for i, word in enumerate(row)
        if len(row) > 1  # the word of a sentence of one has no neighbour
    ]
    assert contexts.shape == mask.shape == (len(expected), 2 * window)
    for (word, near), middle, ids, filled in zip(expected, center, contexts, mask, strict=True):
        assert middle == word and ids[filled].tolist() == near and not ids[~filled].any()


def test_frequent_words_are_left_out_now_and_then():
    counts = np.array([900, 90, 9, 1, 0])
    keep = assert_twins_agree("embedding.keep_probability", counts, 0.01)
    np.testing.assert_allclose(keep, [np.sqrt(0.01 / 0.9), np.sqrt(0.01 / 0.09), 1, 1, 1], rtol=1e-12)
    text = [np.repeat(np.arange(5), counts)[i::7] for i in range(7)]
    draw = np.random.default_rng(3).random(1000)
    kept = assert_twins_agree("embedding.subsample", text, keep, draw)
    left = np.concatenate(kept)
    expected = [word for word, u in zip(np.concatenate(text), draw, strict=True) if u < keep[word]]
    assert left.tolist() == expected and abs((left == 0).sum() - 900 * keep[0]) < 30
    (only,) = assert_twins_agree("embedding.subsample", [np.array([0]), np.array([1, 2])], keep, np.full(3, 0.9))
    assert only.tolist() == [2]  # an empty sentence is gone


def test_negatives_are_drawn_as_often_as_the_noise_says():
    counts = np.array([16, 0, 81, 1])
    noise = assert_twins_agree("embedding.noise_distribution", counts)
    np.testing.assert_allclose(noise, np.array([8, 0, 27, 1]) / 36, rtol=1e-12)
    for power in (0, 1, 0.5):
        assert_twins_agree("embedding.noise_distribution", counts, power)
    draw = ((np.arange(3600) + 0.5) / 3600).reshape(900, 4)
    drawn = assert_twins_agree("embedding.draw_negatives", noise, draw)
    assert drawn.shape == (900, 4) and drawn.dtype == np.int64
    assert [(drawn == v).sum() for v in range(4)] == [800, 0, 2700, 100]
    assert embedding.draw_negatives([0.0, 0.3, 0.7, 0.0], [0.0, np.nextafter(1, 0)]).tolist() == [1, 2]


# ─── What vectors say ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_twins_of_neighbours(dtype):
    w, rtol = W.astype(dtype), 1e-10 if dtype == np.float64 else 1e-5
    for query in (w[2], w[:3], np.ones(D, dtype)):
        similarity = assert_twins_agree("embedding.cosine_similarity", query, w, rtol=rtol, atol=rtol)
        theirs = sklearn_pairwise.cosine_similarity(np.atleast_2d(query), w).reshape(similarity.shape)
        np.testing.assert_allclose(similarity, theirs, rtol=rtol, atol=rtol)
        ids, cosines = assert_twins_agree("embedding.neighbors", query, w, 4, rtol=rtol)
        np.testing.assert_array_equal(ids, np.argsort(-theirs, axis=-1)[..., :4])
        assert cosines.dtype == dtype and ids.dtype == np.int64
    exclude = np.array([[2, 0], [1, 1], [5, 6]], np.int64)
    ids, _ = assert_twins_agree("embedding.neighbors", w[:3], w, 5, exclude, rtol=rtol)
    assert not (ids[:, :, None] == exclude[:, None]).any()


@given(st.floats(1e-30, 1e30), st.integers(0, V - 1))
def test_length_says_nothing(scale, word):
    nearest, _ = embedding.neighbors(W[word] * scale, W * 1e200, V)  # whose squares would be ∞
    np.testing.assert_array_equal(nearest, embedding.neighbors(W[word], W, V)[0])


def test_analogies_by_definition():
    ids = [np.array(row, np.int64) for row in np.random.default_rng(4).integers(0, V, (3, 6))]
    unit = W / np.linalg.norm(W, axis=1, keepdims=True)
    for exclude in (True, False):
        answers = assert_twins_agree("embedding.analogy", W, *ids, 2, exclude)
        for a, b, c, found in zip(*ids, answers, strict=True):
            cosine = unit @ (unit[b] - unit[a] + unit[c])
            cosine[[a, b, c]] = -np.inf if exclude else cosine[[a, b, c]]
            assert found.tolist() == np.argsort(-cosine)[:2].tolist()


def test_king_is_to_queen_only_where_the_question_is_no_answer():
    names, vectors = texts.glove()
    man, king, woman, queen = ([names.index(word)] for word in ("man", "king", "woman", "queen"))
    assert embedding.analogy(vectors, man, king, woman)[0] == queen
    assert embedding.analogy(vectors, man, king, woman, exclude=False)[0] == king


def test_words_of_one_sentence_become_neighbours():
    """Two topics that never meet: after some thousand pairs nearly all of the nearest words are of the same topic."""
    rng = np.random.default_rng(0)
    sentences = [rng.permutation(6) + 6 * (i % 2) for i in range(200)]
    center, context = embedding.pairs(sentences, window=2)
    noise = embedding.noise_distribution(np.full(12, 200))
    w, c = rng.normal(size=(2, 12, 8)) / 8
    first = embedding.neighbors(w, w, 1, exclude=np.arange(12)[:, None])[0][:, 0]
    for _ in range(10):
        order = rng.permutation(len(center))
        for batch in np.array_split(order, 40):
            negatives = embedding.draw_negatives(noise, rng.random((len(batch), 5)))
            w, c = embedding.skip_gram_step(w, c, center[batch], context[batch], negatives, lr=0.05)
    nearest, _ = embedding.neighbors(w, w, 5, exclude=np.arange(12)[:, None])
    assert (nearest // 6 == np.arange(12)[:, None] // 6).mean() > 0.95 and (
        first // 6 == np.arange(12) // 6
    ).mean() < 0.8


# ─── Bad input ──────────────────────────────────────────────────────────────────────────────────────────────

FAR = np.full(B, V)
BAD = [
    ("skip_gram", (W[0], C, CENTER, CONTEXT), "W must hold a vector a word: got shape (3,), need shape (V, D)"),
    (
        "skip_gram",
        (W, C[:, :2], CENTER, CONTEXT),
        "C must have vectors as long as W: got shape (7, 2), need",
    ),
    ("skip_gram", (W * np.nan, C, CENTER, CONTEXT), "W must be finite: got nan, need finite numbers"),
    ("skip_gram", (W, C, FAR, CONTEXT), "center must be ids of the vocabulary: got 7, need 0 to 6"),
    ("skip_gram", (W, C, CENTER, FAR), "context must be ids of the vocabulary: got 7, need 0 to 6"),
    ("skip_gram", (W, C, CENTER, -FAR), "context must be ids of the vocabulary: got -7, need 0 to 6"),
    (
        "skip_gram",
        (W, C, CENTER, CONTEXT[:2]),
        "context must fit the other arguments: got shape (2,), need",
    ),
    ("skip_gram", (W, C, CENTER * 0.5, CONTEXT), "center must be whole numbers: got dtype"),
    (
        "skip_gram",
        (W, C, CENTER[:0], CONTEXT[:0]),
        "center must fit the other arguments: got shape (0,), need",
    ),
    (
        "skip_gram",
        (W, C, CENTER, CONTEXT, CONTEXT),
        "negatives must fit the other arguments: got shape (10,), need shape (10, K), at least one in each",
    ),
    ("skip_gram_grad", (W, C, CENTER, CONTEXT, NEGATIVES + V), "negatives must be ids of the vocabulary: got "),
    ("skip_gram_step", (W, C, CENTER, CONTEXT, NEGATIVES, -1), "lr must be a number: got -1, need 0 to inf"),
    ("cbow", (W, C, CENTER, CENTER), "contexts must fit the other arguments: got shape (10,), need shape (K, K)"),
    (
        "cbow",
        (W, C, WINDOWS, CENTER, None, np.zeros((B, 5), bool)),
        "mask must leave a word to every window: got False for all of one, need a True in each row",
    ),
    (
        "cbow",
        (W, C, WINDOWS, CENTER, None, MASK[:, 1:]),
        "mask must have a place for each word: got shape (10, 4)",
    ),
    ("cbow_grad", (W, C, WINDOWS, CENTER, None, MASK * 1.0), "mask must hold True and False: got dtype"),
    ("full_softmax", (W, C, CENTER), "target must fit the other arguments: got shape (10,), need shape (7,)"),
    ("negative_sampling", (W[:0], C, CENTER, NEGATIVES), "h must not be empty: got shape (0, 3), need at least one"),
    ("pairs", ([], 2), "sequences must not be empty: got 0 sequences, need at least one"),
    (
        "pairs",
        ([[1], [2]], 2),
        "sequences must hold neighbours: got words that are alone, need two words",
    ),
    ("pairs", ([[1, 2]], 0), "window must be a whole number: got 0, need 1 or more"),
    ("pairs", ([[1, 2]], 2, [1, 3]), "reach must be a distance: got 3, need 1 to window = 2"),
    ("pairs", ([[1, 2]], 2, [1]), "reach must be one number a token: got shape (1,), need shape (2,)"),
    ("pairs", ([[1, -2]], 2), "sequences must be ids of the vocabulary: got -2 in sequence 0, need 0 to"),
    ("cbow_windows", ([[1]], 2), "sequences must hold neighbours: got words that are alone"),
    ("co_occurrences", ([[1, 5]], 2, 5), "sequences must be ids of the vocabulary: got 5, need 0 to 4"),
    ("keep_probability", (np.zeros(3),), "counts must count: got 0, need 0 or more, not all 0"),
    ("keep_probability", (np.ones((2, 2)),), "counts must have a number a word: got shape (2, 2), need shape (V,)"),
    ("keep_probability", (np.ones(2), 0), "threshold must be above 0: got 0, need a share of the text, at most 1"),
    ("subsample", ([[0, 1]], np.ones(2), np.ones(2)), "draw must be uniform: got 1, need numbers from 0 to below 1"),
    (
        "subsample",
        ([[0, 1]], np.ones(2), np.zeros(3)),
        "draw must be one number a token: got shape (3,), need",
    ),
    ("subsample", ([[0, 2]], np.ones(2), np.zeros(2)), "sequences must be ids of the vocabulary: got 2 in sequence 0"),
    ("noise_distribution", (np.array([1, -1]),), "counts must count: got -1, need 0 or more, not all 0"),
    ("noise_distribution", (np.ones(2), -1), "power must be a number: got -1, need 0 to 10"),
    ("draw_negatives", (np.ones(2), np.array([1.0])), "draw must be uniform: got 1, need numbers from 0 to below 1"),
    ("neighbors", (np.zeros(D), W), "query must have a direction: got zeros in row 0, need a length above 0"),
    ("neighbors", (W[0], np.zeros((2, D))), "vectors must have a direction: got zeros in row 0, need a length above 0"),
    (
        "neighbors",
        (W[0, :2], W),
        "query must have the length of a word's vector: got shape (2,), need",
    ),
    ("neighbors", (W[0], W, 8), "k must be a whole number: got 8, need 1 to 7"),
    ("neighbors", (W[0], W, 7, np.array([0])), "k must be a whole number: got 7, need 1 to 6"),
    ("neighbors", (W[0], W, 1, np.array([9])), "exclude must be ids of the vocabulary: got 9, need 0 to 6"),
    (
        "analogy",
        (W, np.array([0]), np.array([1]), np.array([7])),
        "c must be ids of the vocabulary: got 7",
    ),
    ("analogy", (W, np.array([0]), np.array([1, 2]), np.array([3])), "b must fit the other arguments: got shape (2,)"),
    ("pmi", (np.ones(3),), "counts must have a number a word: got shape (3,), need shape (V, V)"),
    ("pmi", (np.ones((2, 2)), 0.5), "negatives must be a number: got 0.5, need 1 to inf"),
]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "message"), BAD, ids=[f"{name}{i}" for i, (name, *_) in enumerate(BAD)])
def test_bad_input_is_named(room, name, args, message):
    args = to_torch(args) if room == "pytorch" else args
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).embedding, name)(*args)
