"""What chapter 22 measures: its corpus, its training against torch, its questions and tests by other means."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import stats
from scipy.spatial.distance import cdist, pdist
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import cosine_similarity

from dlbook.data import texts
from dlbook.experiments import embedding as lab
from dlbook.experiments import measured
from dlbook.explorers import embedding_arithmetic
from dlbook.scratch import embedding

WORDS, ROWS, COUNTS = lab.plays()


def test_a_speech_is_what_is_said_and_neither_who_says_it_nor_what_is_done():
    said = lab.speeches()
    assert said[0] == "who's there".split() and said[1] == "nay answer me stand and unfold yourself".split()
    everything = {word for words in said for word in words}
    assert not everything & {"exeunt", "ber", "hor", "fran", "re-enter", "dramatis"} and "elsinore" in everything
    assert all(word[0].isalpha() for word in everything)
    assert texts.shakespeare().count("Exeunt") > 50


def test_numbers_of_words_count_what_is_there():
    assert len(WORDS) == len(set(WORDS)) == len(COUNTS) == 1553 and COUNTS.sum() == sum(map(len, ROWS))
    assert COUNTS.min() >= 9  # a speech of a single word has no neighbours, and is left out
    assert sorted(-COUNTS[:3]) == (-COUNTS[:3]).tolist()
    number = WORDS.index("juliet")
    assert COUNTS[number] == sum((row == number).sum() for row in ROWS)


def test_partners_are_found_where_they_are():
    words = [
        "day",
        "tree",
        "night",
        "war",
        "peace",
        "king",
    ]  # two pairs of the list, and two words without their partner
    vectors = np.array([[1, 0.0], [1, 0.2], [1, 0.3], [0, 1], [-0.1, 1], [-1, 0]])
    places = lab.partners(words, vectors)
    assert places.tolist() == [2, 1, 2, 1]  # night from day, peace from war; day from night, war from peace
    assert lab.found_among(places, k=1) == 0.5


def test_partners_of_random_vectors_are_found_by_chance():
    found = [lab.found_among(lab.partners(WORDS, np.random.default_rng(s).normal(size=(1553, 50)))) for s in range(5)]
    assert np.mean(found) == pytest.approx(10 / 1552, abs=0.015)


def test_all_partners_are_words_of_the_plays():
    assert all(word in WORDS for pair in lab.PAIRS for word in pair) and len(lab.PAIRS) == len(set(lab.PAIRS)) == 31


def torch_pass(model, W, C, rows, noise, rng, lr):
    """The same pass, its losses by torch's sigmoid and its gradients by autograd."""
    W, C = (torch.tensor(table, requires_grad=True) for table in (W, C))
    if model == "skip-gram":
        reach = rng.integers(1, lab.WINDOW + 1, sum(map(len, rows)))
        center, context = map(torch.from_numpy, embedding.pairs(rows, lab.WINDOW, reach))
        size = 1024
    else:
        contexts, mask, center = map(torch.from_numpy, embedding.cbow_windows(rows, lab.WINDOW))
        size = 256
    for at in lab.batches(len(center), size, rng):
        drawn = torch.from_numpy(embedding.draw_negatives(noise, rng.random((len(at), lab.NEGATIVES))))
        if model == "skip-gram":
            h, right = W[center[at]], C[context[at]]
        else:
            some = mask[at][:, :, None]
            h, right = (some * W[contexts[at]]).sum(dim=1) / some.sum(dim=1), C[center[at]]
        scores = torch.cat([(h * right).sum(dim=1)[:, None], torch.einsum("bd,bkd->bk", h, C[drawn])], dim=1)
        truth = torch.zeros_like(scores)
        truth[:, 0] = 1
        W.grad = C.grad = None
        F.binary_cross_entropy_with_logits(scores, truth, reduction="sum").backward()
        with torch.no_grad():
            W -= lr * W.grad
            C -= lr * C.grad
    return W.detach().numpy(), C.detach().numpy()


@pytest.mark.parametrize("model", ["skip-gram", "CBOW"])
def test_a_pass_goes_the_way_of_torch(model):
    rng = np.random.default_rng(0)
    W, C = rng.normal(size=(2, len(WORDS), 8)) / 3
    noise = embedding.noise_distribution(COUNTS)
    ours = lab.PASSES[model](W, C, ROWS[:80], noise, np.random.default_rng(1), 0.05)
    theirs = torch_pass(model, W, C, ROWS[:80], noise, np.random.default_rng(1), 0.05)
    for a, b, old in zip(ours, theirs, (W, C), strict=True):
        assert np.abs(a - old).max() > 0.01
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_the_table_says_what_the_prose_says():
    table = measured.table(lab.calls_up)
    for model in ("skip-gram", "CBOW"):  # every seed, not the mean alone
        few, some, many = (table.of("found", model=model, passes=n) for n in (1, 5, 20))
        assert (few < some).all() and (some < many).all()
    assert (table.of("found", model="skip-gram", passes=20) > table.of("found", model="CBOW", passes=20)).all()


@pytest.mark.weekly
def test_what_rounding_moves_is_no_more_than_the_chapter_allows():
    """A start that differs in its last digits, for a processor that rounds otherwise: one partner of 62 at most."""
    rng = np.random.default_rng(0)
    W = ((rng.random((len(WORDS), lab.D)) - 0.5) / lab.D).astype(np.float32)
    W, C = W * np.float32(1 + 1e-6), np.zeros_like(W)
    noise, keep = embedding.noise_distribution(COUNTS), embedding.keep_probability(COUNTS)
    for k in range(5):
        kept = embedding.subsample(ROWS, keep, rng.random(COUNTS.sum()))
        W, C = lab.skip_gram_pass(W, C, kept, noise, rng, lab.RATES["skip-gram"] * (1 - k / 5))
    found = (lab.partners(WORDS, W) <= 10).sum()
    assert abs(found - 62 * measured.table(lab.calls_up).of("found", model="skip-gram", passes=5)[0]) < 1.5


def test_vectors_by_counting_are_the_strongest_directions_of_the_positive_pmi():
    N, vectors = lab.counted().astype(float), lab.factored()
    assert N.sum() == len(embedding.pairs(ROWS, lab.WINDOW)[0])
    v, o = WORDS.index("romeo"), WORDS.index("banished")
    expected = np.log(N[v, o] * N.sum() / (N[v].sum() * N[o].sum()))
    positive = np.maximum(embedding.pmi(lab.counted()), 0)
    assert positive[v, o] == pytest.approx(expected) and expected > 2
    strengths = np.sqrt(np.linalg.eigvalsh(positive @ positive.T)[::-1][:50])
    np.testing.assert_allclose((vectors**2).sum(axis=0), strengths, rtol=1e-8)  # of U √s: columns of length √s


def test_the_power_of_the_negatives_lowers_the_pmi_of_rare_neighbours():
    N = lab.counted().astype(float)
    by_chance = N.sum(axis=1, keepdims=True) / N.sum() * embedding.noise_distribution(N.sum(axis=0))
    with np.errstate(divide="ignore"):
        positive = np.maximum(np.log(N / N.sum() / by_chance), 0)
    strengths = np.sqrt(np.linalg.eigvalsh(positive @ positive.T)[::-1][:50])
    np.testing.assert_allclose((lab.factored(power=0.75) ** 2).sum(axis=0), strengths, rtol=1e-8)


# ─── GloVe ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_pair_asks_every_other_one():
    for kind in lab.KINDS:
        pairs, asked = lab.pairs_of(kind), lab.questions(kind)
        assert len({tuple(row) for row in asked}) == len(asked) == len(pairs) * (len(pairs) - 1)
        assert len(np.unique(pairs[:, 0])) == len(pairs), kind
    with pytest.raises(ValueError, match="words must be among GloVe's 10,000: got 'rupee'"):
        lab.numbers(["king", "rupee"])


def test_the_score_is_that_of_scikit_learns_cosines():
    words, vectors, _ = lab.glove()
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = {"questions": 0, "excluded": 0, "open": 0, "nearest": 0, "itself": 0}
    for a, b, c, d in lab.questions("family"):
        cosines = cosine_similarity((unit[b] - unit[a] + unit[c])[None], unit)[0]
        near = cosine_similarity(unit[[c]], unit)[0]
        found["questions"] += 1
        found["open"] += int(cosines.argmax() == d)
        found["itself"] += int(cosines.argmax() == c)
        cosines[[a, b, c]] = near[[a, b, c]] = -1
        found["excluded"] += int(cosines.argmax() == d)
        found["nearest"] += int(near.argmax() == d)
    assert lab.score()["family"] == found
    assert lab.score()["all"]["questions"] == sum(len(lab.questions(kind)) for kind in lab.KINDS) == 2006


def test_what_the_famous_question_answers():
    assert lab.asked("man", "king", "woman", k=1) == ["queen"]
    assert lab.asked("man", "king", "woman", k=1, exclude=False) == ["king"]
    assert lab.asked("man", "doctor", "woman", k=1, exclude=False) == ["doctor"]
    assert lab.near("king", 2) == ["prince", "queen"]
    assert lab.near("b", 1, ["a", "b", "c"], np.array([[1, 0], [1, 1], [0.9, 1]])) == ["c"]


def test_the_effect_size_by_its_definition():
    words, vectors = texts.glove()
    of = lambda names: vectors[[words.index(name) for name in names]].astype(float)
    s = lambda names: (
        cosine_similarity(of(names), of(lab.MALE)).mean(axis=1)
        - cosine_similarity(of(names), of(lab.FEMALE)).mean(axis=1)
    )
    x, y = s(lab.CAREER), s(lab.FAMILY)
    d = (x.mean() - y.mean()) / np.std(np.concatenate([x, y]), ddof=1)
    assert lab.effect_size() == pytest.approx(d, rel=1e-9) and lab.effect_size(lab.FAMILY, lab.CAREER) == pytest.approx(
        -d
    )
    exact = stats.permutation_test((x, y), lambda a, b: a.mean() - b.mean(), alternative="greater", n_resamples=np.inf)
    assert lab.by_chance() == pytest.approx(exact.pvalue, abs=1e-3)
    assert lab.by_chance(X=lab.CAREER[:4], Y=lab.CAREER[4:]) > 0.05  # no difference within one list


def test_a_leaning_to_he_has_its_sign():
    he, nurse, captain = lab.he_or_she(["he", "nurse", "captain"])
    assert he > 0.2 and nurse < -0.2 and captain > 0.2
    assert lab.he_or_she(["she"])[0] == pytest.approx(-he)


def test_the_map_is_scikit_learns():
    unit, (places, share) = lab.unit(lab.on_map()), lab.flattened()
    pca = PCA(2, svd_solver="full").fit(unit)
    np.testing.assert_allclose(np.abs(places), np.abs(pca.transform(unit)), atol=1e-10)
    assert share == pytest.approx(pca.explained_variance_ratio_.sum()) and (places[0] > 0).all()
    assert (pdist(places) <= pdist(unit) + 1e-12).all()  # a shadow makes no distance longer
    assert len(set(lab.on_map())) == 216 and all(len(words.split()) == 18 for words in lab.SUBJECTS.values())


def test_neighbours_kept_by_the_map():
    unit, (places, _) = lab.unit(lab.on_map()), lab.flattened()
    ours = [np.argsort(cdist(x, x) + np.diag([np.inf] * len(x)), axis=1)[:, :8] for x in (unit, places)]
    shared = [len(set(a) & set(b)) / 8 for a, b in zip(*ours, strict=True)]
    np.testing.assert_allclose(lab.neighbours_kept(8), shared)


def test_the_answers_to_what_the_explorers_ask():
    words = lab.on_map()
    near = lambda word, how: [words[i] for i in how(8)[words.index(word)]]
    places = (lab.SUBJECTS["countries"] + " " + lab.SUBJECTS["cities"]).split()
    assert set(near("turkey", lab.nearest_by_number)) <= set(places)
    assert {"bank", "year", "loan"} < set(near("turkey", lab.nearest_on_map))
    kept = dict(zip(words, 8 * lab.neighbours_kept(8), strict=True))
    assert {kept[word] for word in "two three four five six seven eight nine".split()} == {5, 6, 7}
    assert kept["ten"] == 0 and kept["hundred"] == 2
    at = lambda t, question="man : woman = king": embedding_arithmetic.state(question, "allowed", t)
    assert [at(t)["first"] for t in (0, 1, 1.25, 1.5)] == ["king", "king", "king", "queen"]
    famous = at(1, "man : king = woman")
    assert famous["answers"][:2] == ("king", "queen") and round(famous["to_first"], 2) == 0.84
