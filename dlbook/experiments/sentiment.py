"""What chapter 23 measures: bags, means and an LSTM on sentences of film reviews, and where each of them goes wrong."""

from functools import cache
from time import process_time

import numpy as np

from dlbook.data import sentiment, texts
from dlbook.experiments import measured
from dlbook.experiments.recurrent import train
from dlbook.scratch import activations, layers, recurrent, text

# ─── The sentences ───────────────────────────────────────────────────────────────────────────────────────────────────

UNSEEN = 2000  # sentences for judging


@cache
def reviews() -> tuple[list[list[str]], np.ndarray]:
    """All sentences as words, and 1 where readers found one good."""
    found = texts.movie_reviews()
    return [text.tokenize(sentence) for sentence in found.X], found.y


class Split:
    """8,043 sentences to learn from and 2,000 others for judging, and the vocabulary of the former.

    Words that come less than three times among the former are <unk>.
    """

    def __init__(self, seed=0):
        said, self.y = reviews()
        order = np.random.default_rng(seed).permutation(len(said))
        self.learn, self.judge = order[:-UNSEEN], order[-UNSEEN:]
        self.vocabulary = text.vocabulary([word for i in self.learn for word in said[i]], min_count=3)
        self.rows = [text.encode(words, self.vocabulary) for words in said]

    def of(self, which) -> tuple[list[np.ndarray], np.ndarray]:
        """Sentences as numbers of words, and their classes."""
        return [self.rows[i] for i in which], self.y[which]


@cache
def split(seed: int) -> Split:
    """The split of this seed, made once."""
    return Split(seed)


def encoded(sentence, vocabulary) -> np.ndarray:
    """The numbers of a sentence's words."""
    return text.encode(text.tokenize(sentence), vocabulary)


def share_right(scores, y) -> float:
    """How many scores are above 0 where the class is 1, and not where it is 0."""
    return float(((scores > 0) == y).mean())


# ─── A bag of words ──────────────────────────────────────────────────────────────────────────────────────────────────


def log_odds(rows, y, V) -> tuple[float, np.ndarray]:
    """Naive Bayes as one number a word (V,): log P(v | good) − log P(v | bad); and that of no word at all."""
    log_prior, log_likelihood = text.naive_bayes(text.class_counts(rows, y, V, 2), [(y == k).sum() for k in (0, 1)])
    return float(log_prior[1] - log_prior[0]), log_likelihood[1] - log_likelihood[0]


@cache
def bayes(seed=0) -> tuple[float, np.ndarray]:
    """Naive Bayes of the sentences to learn from."""
    return log_odds(*split(seed).of(split(seed).learn), len(split(seed).vocabulary))


def bayes_scores(rows, seed=0) -> np.ndarray:
    """The sum of the words' log odds: above 0 for good."""
    bias, weights = bayes(seed)
    return np.array([bias + weights[row].sum() for row in rows])


# ─── Nets: an embedding, then a mean or an LSTM, then one unit ───────────────────────────────────────────────────────

D, H, DROP = 48, 32, 0.8  # numbers of a word, of the state; the share of a word's numbers silenced in training


class Classifier:
    """Score above 0 for good. `masked` False: the padding is read as if it were words."""

    def __init__(self, num_words, rng, reads="LSTM", masked=True):
        self.masked, self.rng = masked, rng
        embedding = layers.Embedding(num_words, D, dtype=np.float32, rng=rng)
        embedding.params["weight"] *= 0.1  # a start at 1 learns the sentences by heart
        self.parts = {"embedding": embedding}
        if reads == "LSTM":
            self.parts["lstm"] = recurrent.LSTM(D, H, dtype=np.float32, rng=rng)
            self.parts["lstm"].params["bias_ih_l0"][H : 2 * H] = 1  # a forget gate that begins open
        self.parts["out"] = layers.Linear(H if reads == "LSTM" else D, 1, dtype=np.float32, rng=rng)

    def vectors(self, ids, keep=1.0) -> np.ndarray:
        """The words of N padded sentences (N, T) as vectors, time first: (T, N, D)."""
        return (self.parts["embedding"](ids) * keep).swapaxes(0, 1)

    def read(self, x, lengths) -> np.ndarray:
        """Vectors (T, N, D) -> scores (N,)."""
        self.filled = text.mask(lengths if self.masked else np.full_like(lengths, len(x)), len(x))
        if "lstm" in self.parts:
            summary = self.parts["lstm"](x, None, lengths if self.masked else None)[1][0][-1]
        else:
            summary = text.masked_mean(x.swapaxes(0, 1), self.filled)
        return self.parts["out"](summary)[:, 0]

    def back(self, x, score_grad) -> np.ndarray:
        """∂L/∂x for ∂L/∂scores (N,)."""
        summary_grad = self.parts["out"].backward(score_grad[:, None].astype(np.float32))
        if "lstm" in self.parts:
            return self.parts["lstm"].backward((None, (summary_grad[None], None)))
        return text.masked_mean_backward(summary_grad, x.swapaxes(0, 1), self.filled).swapaxes(0, 1)

    def backward(self, ids, lengths, y):
        """A pass forward, with words' numbers silenced by chance, and one back."""
        keep = (self.rng.random((*ids.shape, D), np.float32) >= DROP).astype(np.float32) / np.float32(1 - DROP)
        x = self.vectors(ids, keep)
        score = self.read(x, lengths)
        x_grad = self.back(x, (activations.sigmoid(score) - y) / len(y))
        self.parts["embedding"].backward(x_grad.swapaxes(0, 1) * keep)

    def scores(self, rows, longest=None) -> np.ndarray:
        """The scores of sentences (N,); padded up to `longest` words where that is given."""
        lengths = np.array([len(row) for row in rows])
        ids = text.pad(rows)
        if longest:
            ids = np.pad(ids, ((0, 0), (0, longest - ids.shape[1])))
        return self.read(self.vectors(ids), lengths)


def batches(rows, y, epochs, rng, N=64):
    """Sentences of about one length go together, which costs least; the batches come in an order of chance."""
    lengths = np.array([len(row) for row in rows])
    for _ in range(epochs):
        order = np.argsort(lengths + 4 * rng.random(len(rows)))
        groups = np.split(order, range(N, len(order), N))
        for i in rng.permutation(len(groups)):
            group = groups[i]
            yield text.pad([rows[k] for k in group]), lengths[group], y[group]


EPOCHS = {"mean": 5, "LSTM": 6}
RATES = {"mean": 0.01, "LSTM": 0.003}


def learn(reads="LSTM", seed=0, masked=True, wide=False) -> Classifier:
    """A net after all its passes; `wide` pads every batch to the longest sentence there is."""
    own, rng = split(seed), np.random.default_rng(seed)
    rows, y = own.of(own.learn)
    net = Classifier(len(own.vocabulary), rng, reads, masked)
    found = batches(rows, y, EPOCHS[reads], rng)
    if wide:
        found = ((np.pad(ids, ((0, 0), (0, longest() - ids.shape[1]))), n, good) for ids, n, good in found)
    return train(net, found, lr=RATES[reads])


@cache
def longest() -> int:
    """The words of the longest sentence."""
    return max(map(len, reviews()[0]))


MODELS = ("naive Bayes", "mean", "LSTM")


@measured.over(model=MODELS, seeds=range(5))
def judged(seed, model) -> dict:
    """The share of unseen sentences that a model puts right, and the seconds that it learned."""
    own = split(seed)
    rows, y = own.of(own.judge)
    start = process_time()
    if model == "naive Bayes":
        bayes.cache_clear()
        scores = bayes_scores(rows, seed)
    else:
        scores = learn(model, seed).scores(rows)
    return {"right": share_right(scores, y), "seconds": process_time() - start}


@measured.over(reads=("mean", "LSTM"), masked=(True, False), seeds=range(3))
def padded(seed, reads, masked) -> dict:
    """The share that is put right where every sentence is padded to the longest, with a mask or without."""
    own = split(seed)
    rows, y = own.of(own.judge)
    return {"right": share_right(learn(reads, seed, masked, wide=True).scores(rows, longest()), y)}


# ─── The order of words ──────────────────────────────────────────────────────────────────────────────────────────────

# Written down before they were tried: sixteen words of praise and sixteen of blame.
GOOD = (
    "good funny moving smart fresh beautiful wonderful great clever charming fun powerful honest touching brilliant"
    " enjoyable"
).split()
BAD = (
    "bad boring dull silly tired stupid terrible awful predictable bland lame flat pretentious tedious shallow ugly"
).split()
PLAIN, NOT = "the film is {} .", "the film is not {} ."
PAIRS = {"not": "{} , not {} .", "and": "{} and {} ."}  # "funny , not boring ." and "boring , not funny ."


def shifts(score) -> tuple[np.ndarray, np.ndarray]:
    """What "not" adds to the score before each word of praise and before each of blame: (16,), (16,)."""
    of = lambda words: score([NOT.format(w) for w in words]) - score([PLAIN.format(w) for w in words])
    return of(GOOD), of(BAD)


def leads(score, link) -> np.ndarray:
    """By how much a pair that begins with praise scores above the same words that begin with blame: (256,)."""
    both = [(a, b) for a in GOOD for b in BAD]
    first = score([PAIRS[link].format(a, b) for a, b in both])
    return first - score([PAIRS[link].format(b, a) for a, b in both])


def scorer(net, vocabulary):
    """A function from sentences to their scores."""
    return lambda sentences: net.scores([encoded(sentence, vocabulary) for sentence in sentences])


@measured.over(seeds=range(3))
def orders(seed) -> dict:
    """What an LSTM makes of "not", and of the order of two words."""
    score = scorer(learn("LSTM", seed), split(seed).vocabulary)
    good, bad = shifts(score)
    found = {"good": float(good.mean()), "bad": float(bad.mean())}
    for link in PAIRS:
        lead = leads(score, link)
        found |= {f"{link}_first": float((lead > 0).mean()), f"{link}_lead": float(lead.mean())}
    return found


# ─── What was learned once and kept ──────────────────────────────────────────────────────────────────────────────────


@cache
def kept() -> dict:
    """What dlbook/data keeps of split 0: words, weights of the two bags, the LSTM's arrays."""
    return sentiment.learned()


@cache
def kept_lstm() -> tuple[Classifier, dict[str, int]]:
    """The LSTM that is kept, and the numbers of its words."""
    found = kept()
    net = Classifier(len(found["words"]), np.random.default_rng(0))
    for name, array in found["state"].items():
        part, own = name.split(".")
        net.parts[part].params[own] = array
    return net, {word: i for i, word in enumerate(found["words"])}


def word_weights() -> tuple[tuple[str, ...], dict[str, tuple]]:
    """The words, and for each bag a weight a word, in thousandths, a bias, and whether it divides by the words."""
    found = kept()
    return found["words"], {
        "naive Bayes": (found["bayes"], int(found["bayes_bias"]), False),
        "mean embedding": (found["mean"], int(found["mean_bias"]), True),
    }


def as_weights(net) -> tuple[np.ndarray, float]:
    """A mean with one unit as one number a word (V,), w · x_v, and its bias."""
    out = net.parts["out"].params
    return net.parts["embedding"].params["weight"] @ out["weight"][0], float(out["bias"][0])


# ─── Each word's part ────────────────────────────────────────────────────────────────────────────────────────────────


def parts(sentence) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The words of a sentence, and the part of each in the score of the LSTM by occlusion and by the gradient."""
    net, vocabulary = kept_lstm()
    ids = encoded(sentence, vocabulary)
    x = net.vectors(ids[None])
    net.read(x, np.array([len(ids)]))
    grad = net.back(x, np.ones(1))
    return (
        text.tokenize(sentence),
        text.occlusion(net.scores, ids),
        text.gradient_times_input(grad.swapaxes(0, 1), x.swapaxes(0, 1))[0],
    )


@cache
def agreement(count=200) -> dict:
    """How the two parts of each word go together, over unseen sentences: correlation, same sign, same first word."""
    own, said = split(0), reviews()[0]
    found = [parts(" ".join(said[i])) for i in own.judge[:count] if len(said[i]) > 4]
    slopes = np.concatenate([by_slope for _, _, by_slope in found])
    taken = np.concatenate([by_occlusion for _, by_occlusion, _ in found])
    first = [np.abs(a).argmax() == np.abs(b).argmax() for _, a, b in found]
    strong = np.abs(taken) > 0.2
    return {
        "correlation": float(np.corrcoef(taken, slopes)[0, 1]),
        "sign": float((np.sign(taken) == np.sign(slopes))[strong].mean()),
        "first": float(np.mean(first)),
    }


# ─── Where all of them are wrong ─────────────────────────────────────────────────────────────────────────────────────

DENIED = {"not", "never", "no", "without", "nothing", "hardly"}


def denies(words) -> bool:
    """Whether a sentence has a word that turns others round."""
    return any(word in DENIED or word.endswith(("n't", "n’t")) for word in words)


@cache
def unseen_scores() -> np.ndarray:
    """Scores of the 2,000 unseen sentences by naive Bayes and by the LSTM that is kept: (2, 2000)."""
    own = split(0)
    rows, _ = own.of(own.judge)
    return np.stack([bayes_scores(rows), kept_lstm()[0].scores(rows)])


def wrong_by_far(good, count=4) -> list[str]:
    """The unseen sentences of this class that both are most sure of, and wrong."""
    own = split(0)
    surest = np.abs(unseen_scores()).min(axis=0)
    missed = ((unseen_scores() > 0) == (not good)).all(axis=0) & (own.y[own.judge] == good)
    order = np.flatnonzero(missed)[np.argsort(-surest[missed])]
    return [str(texts.movie_reviews().X[own.judge[i]]) for i in order[:count]]
