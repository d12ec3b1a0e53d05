"""Generation: the twins agree, draws fall as often as they should, search and n-grams are those of the definition."""

import itertools
import math
import re
from collections import Counter, defaultdict

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax
from twins import assert_twins_agree, to_torch

import dlbook
from dlbook.data import texts
from dlbook.scratch import generation, text

rng = np.random.default_rng(0)
Z = np.array([2.0, 1.0, 0.0, 1.0, -3.0])
LOGITS = {
    "one row": Z,
    "rows": rng.normal(size=(4, 7)) * 3,
    "a grid of rows": rng.normal(size=(2, 3, 5)),
    "one token": np.array([[0.5], [-2.0]]),
    "ties": np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 2.0, 2.0, 0.0]]),
    "large": np.array([[1000.0, -1000.0, 999.0], [0.0, 1e-300, -1e-300]]),
    "forbidden": np.array([[-np.inf, 0.0, 1.0, -np.inf], [3.0, -np.inf, -np.inf, -np.inf]]),
    "strided": rng.normal(size=(6, 9))[::2, ::-1],
    "integers": np.array([[3, 1, 2]]),
    "float32": (rng.normal(size=(4, 7)) * 3).astype(np.float32),
    "float16": (rng.normal(size=(4, 7)) * 3).astype(np.float16),
}
ROWS = arrays(float, st.tuples(st.integers(1, 3), st.integers(1, 8)), elements=st.floats(-30, 30))


# ─── From logits to a token ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", LOGITS)
def test_twins_of_logits(name):
    z = LOGITS[name]
    rtol = {np.dtype(np.float32): 1e-6, np.dtype(np.float16): 2e-3}.get(z.dtype, 1e-10)
    previous = np.random.default_rng(1).integers(0, z.shape[-1], (*z.shape[:-1], 3))
    for T in (1, 0.3, 7.5, 1e-300):
        answer = assert_twins_agree("generation.temperature", z, T, rtol=rtol, atol=rtol)
        assert answer.dtype == (z.dtype if z.dtype.kind == "f" else np.float64)
    for k in (1, 2, 99):
        assert_twins_agree("generation.top_k", z, k)
    for p in (1, 0.9, 0.35, 1e-9):
        assert_twins_agree("generation.top_p", z, p)
    assert_twins_agree("generation.repetition_penalty", z, previous, 1.5, rtol=rtol)
    assert_twins_agree("generation.repetition_penalty", z, previous[..., :0], rtol=0)
    for seed in range(3):
        draw = np.random.default_rng(seed).random(z.shape[:-1])
        assert assert_twins_agree("generation.sample", z, draw).dtype == np.int64


@given(ROWS, st.floats(0.05, 20))
def test_temperature_divides_before_the_softmax(z, T):
    np.testing.assert_allclose(
        softmax(generation.temperature(z, T), axis=-1), softmax(z / T, axis=-1), rtol=1e-9, atol=1e-300
    )
    assert (generation.temperature(z, T).max(axis=-1) == 0).all()


@pytest.mark.parametrize(
    ("T", "expected"), [(1e-9, [1, 0, 0]), (1e9, [1 / 3, 1 / 3, 1 / 3]), (1, [0.665, 0.245, 0.09])]
)
def test_a_cold_and_a_hot_distribution(T, expected):
    np.testing.assert_allclose(softmax(generation.temperature([2.0, 1.0, 0.0], T)), expected, atol=5e-4)


@given(ROWS, st.integers(1, 9))
def test_top_k_keeps_what_no_k_others_exceed(z, k):
    for row, kept in zip(z, generation.top_k(z, k), strict=True):
        for i, value in enumerate(row):
            exceeded = (row > value).sum() >= k
            assert kept[i] == (-np.inf if exceeded else value)


def test_of_equal_logits_top_k_keeps_all():
    assert generation.top_k([3.0, 1.0, 1.0, 0.0], 2).tolist() == [3, 1, 1, -np.inf]


@given(ROWS, st.floats(0.01, 1))
def test_top_p_keeps_the_fewest_that_have_the_share(z, p):
    for row, kept in zip(z, generation.top_p(z, p), strict=True):
        share, nucleus = softmax(row), np.isfinite(kept)
        assert share[nucleus].sum() >= p - 1e-12
        assert share[nucleus].sum() - share[nucleus].min() < p + 1e-12  # without its least it would be too little
        assert share[~nucleus].max(initial=0) <= share[nucleus].min()
        np.testing.assert_array_equal(kept[nucleus], row[nucleus])


def test_a_nucleus_by_hand():
    z = np.log([0.5, 0.3, 0.15, 0.05])
    for p, size in ((0.4, 1), (0.6, 2), (0.85, 3), (0.96, 4), (1, 4)):
        assert np.isfinite(generation.top_p(z, p)).sum() == size
    assert np.isfinite(generation.top_p([0.0, 0.0, 0.0, 0.0], 0.5)).tolist() == [True, True, False, False]


def test_what_was_said_is_held_back():
    z = generation.repetition_penalty([2.0, -1.0, 0.0, 3.0], [0, 1, 0, 2], penalty=2.0)
    assert z.tolist() == [1, -2, 0, 3]  # once, however often it was said
    np.testing.assert_array_equal(generation.repetition_penalty(Z, [0, 1], penalty=1.0), Z)


@given(ROWS)
def test_a_token_is_drawn_as_often_as_its_probability_says(z):
    """Draws that are spread evenly over [0, 1) hit a stretch of length p in p · n of n cases, give or take one."""
    n, p = 500, softmax(z[0])
    drawn = generation.sample(np.broadcast_to(z[0], (n, z.shape[1])), (np.arange(n) + 0.5) / n)
    assert (np.abs((drawn[:, None] == np.arange(z.shape[1])).sum(axis=0) - n * p) <= 1 + 1e-9).all()
    assert (np.diff(drawn) >= 0).all()


def test_what_is_forbidden_is_never_drawn():
    z = np.array([-np.inf, 0.0, 1.0, -np.inf])
    for draw in (0.0, 0.5, np.nextafter(1, 0)):
        assert generation.sample(z, draw) in (1, 2)
    last = np.array([-800.0, 0.0, -np.inf])
    assert generation.sample(last, 0.0) == 1 == generation.sample(last, np.nextafter(1, 0))


# ─── Text, token by token ───────────────────────────────────────────────────────────────────────────────────

CHAIN = np.log(np.array([[0.1, 0.6, 0.3], [0.5, 0.1, 0.4], [0.25, 0.25, 0.5]]))


def chain(ids, state):
    """A Markov chain; the state counts how many tokens have been read."""
    table = CHAIN if isinstance(ids, np.ndarray) else torch.from_numpy(CHAIN)
    return table[ids[-1]], (state or 0) + len(ids)


@pytest.mark.parametrize("options", [{}, {"temperature": 0.4}, {"top_k": 2}, {"top_p": 0.7}, {"penalty": 1.3}])
def test_twins_generate_the_same(options):
    prompt, draws = np.array([0, 2], np.int64), np.random.default_rng(3).random(12)
    ids = assert_twins_agree("generation.generate", chain, prompt, draws, **options)
    assert ids.shape == (14,) and ids[:2].tolist() == [0, 2]
    for t, draw in enumerate(draws, start=2):  # each token again, from the public functions one by one
        z = generation.repetition_penalty(CHAIN[ids[t - 1]], ids[:t], options.get("penalty", 1))
        z = generation.top_k(generation.temperature(z, options.get("temperature", 1)), options.get("top_k", 3))
        assert ids[t] == generation.sample(generation.top_p(z, options.get("top_p", 1)), draw)


def test_the_prompt_comes_first_and_then_each_token_alone():
    seen = []

    def step(ids, state):
        seen.append((ids.tolist(), state))
        return CHAIN[ids[-1]], len(seen)

    ids = generation.generate(step, [1, 0, 2], [0.2, 0.9, 0.4])
    assert seen == [([1, 0, 2], None), ([ids[3]], 1), ([ids[4]], 2)]


def test_a_chain_is_drawn_as_often_as_its_table_says():
    ids = generation.generate(chain, [0], np.random.default_rng(0).random(6000))
    pairs = np.zeros((3, 3))
    np.add.at(pairs, (ids[:-1], ids[1:]), 1)
    np.testing.assert_allclose(pairs / pairs.sum(axis=1, keepdims=True), np.exp(CHAIN), atol=0.03)
    greedy = generation.generate(chain, [0], np.random.default_rng(0).random(5), top_k=1)
    assert greedy.tolist() == [0, 1, 0, 1, 0, 1]


# ─── Measures ───────────────────────────────────────────────────────────────────────────────────────────────


def test_twins_of_the_measures():
    for log_prob in (np.log(rng.random(9)), np.log(rng.random((2, 3))), np.array([0.0]), np.array([-np.inf, -1.0])):
        assert_twins_agree("generation.perplexity", log_prob)
        assert_twins_agree("generation.bits_per_character", log_prob)
        assert_twins_agree("generation.bits_per_character", log_prob, 40)
    low = np.log(rng.random(9)).astype(np.float32)
    assert assert_twins_agree("generation.perplexity", low, rtol=1e-6).dtype == np.float32
    assert generation.perplexity([-1e6]) == np.inf == generation.bits_per_character([-np.inf])


def test_perplexity_is_e_to_torchs_cross_entropy():
    logits, y = rng.normal(size=(20, 6)), rng.integers(0, 6, 20)
    theirs = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(y)).exp().item()
    log_prob = np.log(softmax(logits, axis=1)[np.arange(20), y])
    assert generation.perplexity(log_prob) == pytest.approx(theirs, rel=1e-12)


@given(st.integers(1, 50), st.integers(1, 30))
def test_who_guesses_among_k_has_perplexity_k(k, T):
    log_prob = np.full(T, -math.log(k))
    assert generation.perplexity(log_prob) == pytest.approx(k, rel=1e-12)
    bits = generation.bits_per_character(log_prob)
    assert bits == pytest.approx(math.log2(k), abs=1e-12) and 2**bits == pytest.approx(generation.perplexity(log_prob))
    assert generation.bits_per_character(log_prob, 2 * T) == pytest.approx(bits / 2)


@given(st.text("ab", min_size=1, max_size=12), st.text("ab", min_size=1, max_size=12))
def test_the_longest_copy_is_the_longest_of_all_stretches(line, source):
    stretches = [line[i:j] for i in range(len(line)) for j in range(i, len(line) + 1) if line[i:j] in source]
    assert generation.longest_copy(line, source) == max(stretches, key=len)
    assert generation.longest_copy(source, source) == source


# ─── n-grams ────────────────────────────────────────────────────────────────────────────────────────────────


def by_definition(ids, order, V):
    """P(w | h) of Witten and Bell, one context at a time."""
    after = defaultdict(Counter)
    for n in range(order):
        for i in range(n, len(ids)):
            after[tuple(ids[i - n : i])][ids[i]] += 1

    def probability(w, h):
        shorter = probability(w, h[1:]) if h else 1 / V
        seen = after.get(tuple(h), {})
        total, kinds = sum(seen.values()), len(seen)
        return shorter if total == 0 else (seen.get(w, 0) + kinds * shorter) / (total + kinds)

    return probability


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_twins_and_the_definition_of_n_grams(order):
    four = np.array([0, 1, 3, 5], np.int64)  # tokens 2 and 4 never occur
    train, test = (four[np.random.default_rng(seed).integers(0, 4, T)] for seed, T in ((1, 60), (2, 25)))
    probability = by_definition(train.tolist(), order, 6)
    counts = assert_twins_agree("generation.ngram_counts", train, 6, order)
    assert [occurs.sum() for _, occurs in counts] == [60 - n for n in range(order)]
    test = np.append(test, [2, 4, 0, 5])
    for ids in (test, test[:1], test[:3]):
        p = assert_twins_agree("generation.witten_bell", ids, counts, 6)
        row = ids.tolist()
        expected = [probability(w, row[max(t - order + 1, 0) : t]) for t, w in enumerate(row)]
        np.testing.assert_allclose(p, expected, rtol=1e-12)
        following = assert_twins_agree("generation.witten_bell_next", ids, counts, 6)
        h = row[max(len(row) - order + 1, 0) :] if order > 1 else []
        np.testing.assert_allclose(following, [probability(w, h) for w in range(6)], rtol=1e-12)


@given(st.lists(st.integers(0, 3), min_size=4, max_size=40), st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_what_may_come_next_sums_to_one(train, context):
    counts = generation.ngram_counts(train, 5, 4)
    p = generation.witten_bell_next(context, counts, 5)
    assert p.sum() == pytest.approx(1, abs=1e-12) and p.min() > 0
    for w in range(5):  # the two functions say the same
        assert generation.witten_bell([*context, w], counts, 5)[-1] == pytest.approx(p[w], rel=1e-12)


def test_five_characters_of_shakespeare():
    """2.234 bits a character on the last twentieth: the number that a network has to beat."""
    play = texts.shakespeare()
    ids = text.encode(play, text.vocabulary(play, special=()))
    train, test = ids[: len(ids) * 19 // 20], ids[len(ids) * 19 // 20 :]
    bits = {}
    for order in (1, 3, 5):
        counts = generation.ngram_counts(train, 75, order)
        bits[order] = float(generation.bits_per_character(np.log(generation.witten_bell(test, counts, 75))))
    assert bits[1] == pytest.approx(4.92, abs=0.005) and bits[3] == pytest.approx(2.875, abs=0.005)
    assert bits[5] == pytest.approx(2.234, abs=0.001)


# ─── Beam search ────────────────────────────────────────────────────────────────────────────────────────────


def tree(V, seed):
    """A language with a random distribution after every beginning: step for a beam, in the reader's arrays."""

    def step(beams):
        rows = []
        for beam in beams.tolist():
            z = np.random.default_rng([seed, V, *beam]).normal(size=V) * 2
            rows.append(z - np.log(np.exp(z).sum()))
        return np.array(rows) if isinstance(beams, np.ndarray) else torch.tensor(np.array(rows))

    return step


def all_sequences(step, V, max_length, end):
    """Every sequence that ends, or has the full length, and its log P."""
    found = []
    for length in range(1, max_length + 1):
        for added in itertools.product(range(V), repeat=length):
            stops = added[-1] == end or length == max_length
            if stops and end not in added[:-1]:
                beams = [np.array([[0, *added[:t]]]) for t in range(length)]
                found.append(([0, *added], sum(step(beam)[0, w] for beam, w in zip(beams, added, strict=True))))
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("alpha", [0, 0.6, 1])
@pytest.mark.parametrize("end", [None, 2])
def test_a_wide_beam_finds_the_best_of_all(seed, alpha, end):
    step = tree(3, seed)
    every = all_sequences(step, 3, 4, end)
    scored = sorted(((y, total / (len(y) - 1) ** alpha) for y, total in every), key=lambda one: -one[1])
    found, scores = assert_twins_agree("generation.beam_search", step, np.array([0]), 81, 4, end, alpha)
    assert len(found) == len(scored) and [y.tolist() for y in found] == [y for y, _ in scored]
    np.testing.assert_allclose(scores, [score for _, score in scored], rtol=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_a_beam_of_one_is_greedy_and_wider_ones_hold_to_the_definition(seed):
    step, V = tree(4, seed), 4
    greedy = [0]
    while len(greedy) < 6 and greedy[-1] != 3:
        greedy.append(int(step(np.array([greedy])).argmax()))
    found, _ = assert_twins_agree("generation.beam_search", step, np.array([0]), 1, 5, 3)
    assert [y.tolist() for y in found] == [greedy]
    for width in (2, 3):  # by the definition, one beginning at a time
        live, done = [([0], 0.0)], []
        for _ in range(5):
            longer = [([*y, w], total + step(np.array([y]))[0, w]) for y, total in live for w in range(V)]
            longer = sorted(longer, key=lambda one: -one[1])[:width]
            done += [one for one in longer if one[0][-1] == 3]
            live = [one for one in longer if one[0][-1] != 3]
        best = sorted(((y, t / (len(y) - 1) ** 0.7) for y, t in done + live), key=lambda one: -one[1])[:width]
        found, scores = assert_twins_agree("generation.beam_search", step, np.array([0]), width, 5, 3, 0.7)
        assert [y.tolist() for y in found] == [y for y, _ in best]
        np.testing.assert_allclose(scores, [score for _, score in best], rtol=1e-12)


def test_a_beam_never_writes_what_is_impossible():
    def step(beams):
        row = np.log([1.0, 1.0, 2.0]) - np.log(4)
        row[1] = -np.inf
        return np.tile(row, (len(beams), 1))

    found, scores = generation.beam_search(step, [0], 9, 2)
    assert [y.tolist() for y in found] == [[0, 2, 2], [0, 2, 0], [0, 0, 2], [0, 0, 0]] and np.isfinite(scores).all()


# ─── Bad input ──────────────────────────────────────────────────────────────────────────────────────────────

IDS, COUNTS = np.array([0, 1, 2, 1], np.int64), [(np.array([0, 1]), np.array([1, 3]))]
BAD = [
    ("temperature", (Z, 0), "temperature must be above 0: got 0, need a number above 0"),
    ("temperature", (Z, -1), "temperature must be a number: got -1, need 0 to inf"),
    ("temperature", (Z, np.inf), "temperature must be finite: got inf, need a number above 0"),
    ("temperature", (np.array([np.nan, 1.0]), 1), "logits must be finite: got nan, need finite numbers or −∞"),
    ("temperature", (np.array([[0.0, 1.0], [-np.inf, -np.inf]]), 1), "logits must leave a token to every row: got −∞"),
    ("temperature", (np.float64(3), 1), "logits must have a number a token: got shape (), need shape (…, V)"),
    ("temperature", (np.zeros((2, 0)), 1), "logits must not be empty: got shape (2, 0), need at least one number"),
    ("top_k", (Z, 0), "k must be a whole number: got 0, need 1 or more"),
    ("top_k", (Z, 2.5), "k must be a whole number: got 2.5, need 1 or more"),
    ("top_p", (Z, 0), "p must leave a token: got 0, need a share above 0, at most 1"),
    ("top_p", (Z, 1.2), "p must be a number: got 1.2, need 0 to 1"),
    ("repetition_penalty", (Z, np.array([5]), 2), "previous must be ids of the vocabulary: got 5, need 0 to 4"),
    ("repetition_penalty", (Z, np.array([[0]]), 2), "previous must have a row a row of logits: got shape (1, 1), need"),
    ("repetition_penalty", (Z, np.array([0.5]), 2), "previous must be whole numbers: got dtype"),
    ("repetition_penalty", (Z, np.array([0]), 0), "penalty must be above 0: got 0, need a number above 0"),
    ("sample", (Z, 1.0), "draw must be uniform: got 1, need numbers from 0 to below 1"),
    ("sample", (Z, -0.1), "draw must be uniform: got -0.1, need numbers from 0 to below 1"),
    ("sample", (Z, np.array([0.1, 0.2])), "draw must be one number a row: got shape (2,), need shape ()"),
    ("generate", (chain, np.array([], np.int64), np.array([0.5])), "prompt must be a row of ids: got shape (0,), need"),
    ("generate", (chain, IDS, np.array([0.5]), 0), "temperature must be above 0: got 0"),
    ("generate", (chain, IDS, np.array([0.5]), 1, None, 0), "p must leave a token: got 0"),
    ("generate", (chain, IDS, np.array([1.5])), "draw must be uniform: got 1.5"),
    (
        "generate",
        (lambda ids, state: (np.ones((1, 3)), 0), IDS, np.array([0.5])),
        "step must give a number a token: got",
    ),
    ("perplexity", (np.array([]),), "log_prob must not be empty"),
    ("perplexity", (np.array([0.5]),), "log_prob must be logarithms of probabilities: got 0.5, need 0 or less"),
    ("bits_per_character", (np.array([-1.0]), 0), "num_characters must be a whole number: got 0, need 1 or more"),
    ("longest_copy", ("", "a"), "text must not be empty: got '', need at least one character"),
    ("ngram_counts", (np.array([0, 3]), 3, 1), "ids must be ids of the vocabulary: got 3, need 0 to 2"),
    ("ngram_counts", (IDS, 3, 5), "ids must hold an n-gram: got 4 tokens, need at least 5"),
    ("ngram_counts", (IDS, 3, 0), "order must be a whole number: got 0, need 1 or more"),
    ("ngram_counts", (IDS, 10**6, 4), "order must leave room to number n-grams: got 4, need num_words ** order below"),
    ("ngram_counts", (np.array([], np.int64), 3, 1), "ids must be a row of ids: got shape (0,), need shape (T,), T at"),
    ("witten_bell", (np.array([3]), COUNTS, 3), "ids must be ids of the vocabulary: got 3, need 0 to 2"),
    ("witten_bell", (IDS, [], 3), "order must be a whole number: got 0, need 1 or more"),
    ("witten_bell_next", (np.array([-1]), COUNTS, 3), "context must be ids of the vocabulary: got -1, need 0 to 2"),
    ("beam_search", (tree(3, 0), IDS, 0, 4), "width must be a whole number: got 0, need 1 or more"),
    ("beam_search", (tree(3, 0), IDS, 2, 0), "max_length must be a whole number: got 0, need 1 or more"),
    ("beam_search", (tree(3, 0), IDS, 2, 3, 7), "end must be a token of the vocabulary: got 7, need 0 to 2"),
    ("beam_search", (tree(3, 0), IDS, 2, 3, 2, -1), "length_penalty must be a number: got -1, need 0 to 10"),
    ("beam_search", (tree(3, 0), np.zeros((1, 2), np.int64), 2, 3), "prompt must be a row of ids: got shape (1, 2)"),
    (
        "beam_search",
        (lambda beams: np.zeros(3), IDS, 2, 3),
        "step must give a row of logarithms a beginning: got shape",
    ),
]


@pytest.mark.parametrize("room", ["scratch", "pytorch"])
@pytest.mark.parametrize(("name", "args", "message"), BAD, ids=[f"{name}{i}" for i, (name, *_) in enumerate(BAD)])
def test_bad_input_is_named(room, name, args, message):
    args = to_torch(args) if room == "pytorch" else args
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        getattr(getattr(dlbook, room).generation, name)(*args)
