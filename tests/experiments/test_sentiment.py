"""What chapter 23 measures: its splits, its bags against scikit-learn, its net against torch, its tests of order."""

import numpy as np
import pytest
import torch
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from dlbook.data import texts
from dlbook.experiments import measured
from dlbook.experiments import sentiment as lab
from dlbook.scratch import text


@pytest.mark.parametrize("seed", [0, 3])
def test_a_split_judges_on_what_it_has_not_learned(seed):
    own = lab.split(seed)
    assert len(own.learn) == 8043 and len(own.judge) == 2000 and not set(own.learn) & set(own.judge)
    said = lab.reviews()[0]
    often = {word: 0 for word in own.vocabulary}
    for i in own.learn:
        for word in said[i]:
            if word in often:
                often[word] += 1
    assert min(n for word, n in often.items() if word[0] != "<") == 3
    i = own.judge[0]
    assert [w if w in own.vocabulary else "<unk>" for w in said[i]] == text.decode(own.rows[i], own.vocabulary)
    assert (own.y == texts.movie_reviews().y).all()


def test_naive_bayes_is_scikit_learns_with_all_rare_words_as_one():
    own, found = lab.split(1), texts.movie_reviews()
    vectorizer = CountVectorizer(analyzer=lambda row: [str(i) for i in row])
    rows, y = own.of(own.learn)
    model = MultinomialNB().fit(vectorizer.fit_transform(rows), y)
    unseen, truth = own.of(own.judge)
    theirs = model.predict_log_proba(vectorizer.transform(unseen))
    # the padding's number counts among the words, too: one more in each class's sum
    ours = lab.bayes_scores(unseen, 1)
    np.testing.assert_allclose(ours, theirs[:, 1] - theirs[:, 0], atol=0.01)
    assert lab.share_right(ours, truth) == pytest.approx(model.score(vectorizer.transform(unseen), truth), abs=0.001)
    assert len(found.y) == 10_043


def test_a_step_of_training_goes_the_way_of_torch(monkeypatch):
    """The same weights and the same silenced numbers, and Adam after a clipped gradient."""
    monkeypatch.setattr(lab, "DROP", 0.0)
    rng = np.random.default_rng(0)
    rows, y = [rng.integers(2, 30, T) for T in (4, 7, 2)], np.array([1, 0, 1])
    net = lab.Classifier(30, np.random.default_rng(1))
    start = {f"{p}.{n}": torch.tensor(a) for p, layer in net.parts.items() for n, a in layer.params.items()}
    model = torch.nn.ModuleDict(
        {
            "embedding": torch.nn.Embedding(30, lab.D),
            "lstm": torch.nn.LSTM(lab.D, lab.H),
            "out": torch.nn.Linear(lab.H, 1),
        }
    )
    model.load_state_dict(start)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    lengths = np.array([4, 7, 2])
    lab.train(net, [(text.pad(rows), lengths, y)], lr=0.003)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        model["embedding"](torch.tensor(text.pad(rows).T.copy())), lengths, enforce_sorted=False
    )
    scores = model["out"](model["lstm"](packed)[1][0][-1])[:, 0]
    torch.nn.functional.binary_cross_entropy_with_logits(scores, torch.tensor(y, dtype=torch.float32)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    for name, weight in model.state_dict().items():
        part, own = name.split(".")
        np.testing.assert_allclose(net.parts[part].params[own], weight.numpy(), atol=2e-5, err_msg=name)
        assert np.abs(weight.numpy() - start[name].numpy()).max() > 1e-4


def test_batches_hold_every_sentence_once_in_each_pass():
    own = lab.split(0)
    rows, y = own.of(own.learn[:500])
    seen = [(ids, lengths, good) for ids, lengths, good in lab.batches(rows, y, 2, np.random.default_rng(0))]
    assert sum(len(good) for _, _, good in seen) == 1000 and sum(good.sum() for _, _, good in seen) == 2 * y.sum()
    assert sum(lengths.sum() for _, lengths, _ in seen) == 2 * sum(map(len, rows))
    filled = sum(lengths.sum() for _, lengths, _ in seen) / sum(ids.size for ids, _, _ in seen)
    assert filled > 0.8 and all((text.mask(lengths, ids.shape[1]) == (ids != 0)).all() for ids, lengths, _ in seen)


def test_pairs_have_the_same_words_and_no_word_is_unknown():
    own = lab.split(0)
    for words in (lab.GOOD, lab.BAD):
        assert len(set(words)) == 16 and all(word in own.vocabulary for word in words)
    assert not set(lab.GOOD) & set(lab.BAD)
    seen = []
    lab.leads(lambda sentences: seen.append(sentences) or np.zeros(len(sentences)), "not")
    first, second = seen
    assert len(first) == len(second) == 256 and first[0] == "good , not bad ." and second[0] == "bad , not good ."
    assert all(sorted(a.split()) == sorted(b.split()) for a, b in zip(first, second, strict=True))


def test_leads_and_shifts_say_what_a_score_does():
    place = lambda sentences: np.array([-s.split().index("good") if "good" in s.split() else 0.0 for s in sentences])
    assert lab.leads(place, "not")[:16].tolist() == [3] * 16 and not lab.leads(place, "not")[16:].any()
    length = lambda sentences: np.array([float(len(s.split())) for s in sentences])
    good, bad = lab.shifts(length)
    assert good.tolist() == bad.tolist() == [1] * 16


def test_the_tables_say_what_the_prose_says():
    judged, padded, orders = (measured.table(run) for run in (lab.judged, lab.padded, lab.orders))
    assert all((judged.of("right", model=model) >= 0.78).all() for model in lab.MODELS)
    assert padded.of("right", reads="LSTM", masked=False).max() < 0.6
    assert (orders.of("not_first") > 0.98).all() and (orders.of("good") < orders.of("bad")).all()


def test_what_is_kept_is_what_the_models_learned():
    """All but the rounding; an LSTM's sums are not the same to the last digit on every machine."""
    found, own = lab.kept(), lab.split(0)
    assert found["words"] == tuple(own.vocabulary)
    bias, weights = lab.bayes(0)
    np.testing.assert_allclose(found["bayes"] / 1000, weights, atol=5.1e-4)
    assert found["bayes_bias"] / 1000 == pytest.approx(bias, abs=5.1e-4)
    unseen, truth = own.of(own.judge)
    table = measured.table(lab.judged)
    mean = np.array([found["mean_bias"] + found["mean"][row].mean() for row in unseen])
    assert lab.share_right(mean, truth) == pytest.approx(table.of("right", model="mean")[0], abs=0.003)
    right = lab.share_right(lab.unseen_scores()[1], truth)
    assert right == pytest.approx(table.of("right", model="LSTM")[0], abs=0.003)


def test_parts_are_those_of_torch():
    """Occlusion by scores of torch's LSTM, the slope by autograd."""
    net, numbers = lab.kept_lstm()
    sentence = "It is not a bad film, and never dull."
    words, taken, slopes = lab.parts(sentence)
    assert words == text.tokenize(sentence)
    state = {name: torch.tensor(a) for name, a in lab.kept()["state"].items()}
    lstm, out = torch.nn.LSTM(lab.D, lab.H), torch.nn.Linear(lab.H, 1)
    lstm.load_state_dict({n[5:]: a for n, a in state.items() if n.startswith("lstm.")})
    out.load_state_dict({n[4:]: a for n, a in state.items() if n.startswith("out.")})
    score = lambda x: out(lstm(x[:, None])[1][0][-1])[0, 0]
    ids = torch.tensor(lab.encoded(sentence, numbers))
    x = state["embedding.weight"][ids].requires_grad_()
    score(x).backward()
    np.testing.assert_allclose(slopes, (x.grad * x).sum(dim=1).detach().numpy(), atol=2e-5)
    with torch.no_grad():
        rest = [score(torch.cat([x[:t], x[t + 1 :]])) for t in range(len(ids))]
        np.testing.assert_allclose(taken, (score(x) - torch.stack(rest)).numpy(), atol=2e-5)


def test_sentences_that_are_called_wrong_are_wrong_and_the_surest_come_first():
    own, found = lab.split(0), texts.movie_reviews()
    for good in (0, 1):
        chosen = lab.wrong_by_far(good, 5)
        at = [int(np.flatnonzero(found.X == sentence)[0]) for sentence in chosen]
        assert (own.y[at] == good).all() and set(at) <= set(own.judge)
        places = [int(np.flatnonzero(own.judge == i)[0]) for i in at]
        scores = lab.unseen_scores()[:, places]
        assert ((scores > 0) != good).all()
        assert (np.diff(np.abs(scores).min(axis=0)) <= 0).all()


def test_what_denies():
    assert lab.denies(["it", "isn't", "bad"]) and lab.denies("never again".split())
    assert not lab.denies("a knotty film".split())
