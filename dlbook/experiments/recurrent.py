"""What chapter 20 measures: names, word ends and numbers, read and written by recurrent nets; and what these forget.

All in float64: gradients that vanish become so small in float32 that arithmetic with them is very slow.
"""

from functools import cache

import numpy as np

from dlbook.data import numbers, texts
from dlbook.experiments import measured
from dlbook.scratch import activations, clipping, layers, metrics, optimizers, recurrent, text

# ─── Sequences of different lengths: (T, N), padded with −1 ──────────────────────────────────────────────────────────


def rows(sequences, symbols) -> tuple[np.ndarray, np.ndarray]:
    """The places of symbols in their list: (T, N), −1 where a sequence is over; and the lengths (N,)."""
    place = {symbol: i for i, symbol in enumerate(symbols)}
    ids = text.pad([np.array([place[s] for s in sequence]) for sequence in sequences], padding_value=-1)
    return ids.T, np.array([len(sequence) for sequence in sequences])


def one_hot(ids, size) -> np.ndarray:
    """1 at the place of the symbol, all 0 in the padding: (…,) -> (…, size)."""
    return np.eye(size + 1, size)[ids]  # row −1 is the last, which has no 1


# ─── Two nets, and one loop that trains them ─────────────────────────────────────────────────────────────────────────


class Reader:
    """A recurrent layer and a linear one: it answers once, after the last step, or after `every` step."""

    def __init__(self, inputs, hidden, outputs, rng, every=False, kind=recurrent.RNN, **options):
        self.every, self.inputs = every, inputs
        rnn = kind(inputs, hidden, rng=rng, **options)
        self.parts = {"rnn": rnn, "out": layers.Linear(hidden * rnn.directions, outputs, rng=rng)}

    def scores(self, ids, lengths=None):
        """(T, N) -> (N, K), or (T, N, K)."""
        output, last = self.parts["rnn"](one_hot(ids, self.inputs), None, lengths)
        last = last[0] if isinstance(last, tuple) else last  # an LSTM has two states
        return self.parts["out"](output if self.every else last[-1])

    def backward(self, ids, lengths, targets):
        grad = self.parts["out"].backward(score_grad(self.scores(ids, lengths), targets))
        rnn = self.parts["rnn"]
        if self.every:
            rnn.backward(grad)
        else:
            rnn.backward((None, (grad[None], None) if isinstance(rnn, recurrent.LSTM) else grad[None]))


class Writer:
    """One word after the other, from a first state that a net makes of digits, or that is left after reading words."""

    def __init__(self, reads, writes, hidden, rng, sequence=False):
        self.reads, self.writes, self.sequence = reads, writes, sequence
        self.parts = {
            "first": (recurrent.RNN if sequence else layers.Linear)(reads, hidden, rng=rng),
            "rnn": recurrent.RNN(writes, hidden, rng=rng),
            "out": layers.Linear(hidden, writes, rng=rng),
        }

    def first_state(self, x, lengths=None):
        """The encoder's last state; or a linear layer's answer: (1, N, H)."""
        if self.sequence:
            return self.parts["first"](one_hot(x, self.reads), None, lengths)[1]
        return self.parts["first"](x)[None]

    def backward(self, x, lengths, targets):
        """Teacher forcing: in step t it reads the true word t − 1, whatever it would have written itself."""
        before = np.concatenate([np.full_like(targets[:1], START), targets[:-1]])
        output, _ = self.parts["rnn"](one_hot(before, self.writes), self.first_state(x, lengths))
        self.parts["rnn"].backward(self.parts["out"].backward(score_grad(self.parts["out"](output), targets)))
        state_grad = self.parts["rnn"].state_grad  # all that the encoder hears
        self.parts["first"].backward((None, state_grad) if self.sequence else state_grad[0])

    def write(self, x, lengths=None, most=20) -> np.ndarray:
        """On its own: each step reads the word that was likeliest in the step before. (most, N)."""
        h, found = self.first_state(x, lengths), []
        word = np.full(h.shape[1], START)
        for _ in range(most):
            output, h = self.parts["rnn"](one_hot(word[None], self.writes), h)
            word = self.parts["out"](output[0]).argmax(axis=1)
            found.append(word)
        return np.array(found)


def score_grad(scores, ids) -> np.ndarray:
    """∂L/∂scores of the mean cross-entropy: prediction minus truth, and 0 where the target is padding (−1)."""
    known = ids >= 0
    return (activations.softmax(scores) - one_hot(ids, scores.shape[-1])) * known[..., None] / known.sum()


def train(net, batches, lr=0.005, max_norm=1.0):
    """Adam with clipped gradients; `net.backward(*batch)` is a pass forward and one back."""
    optimizer = optimizers.Optimizer(optimizers.adam, weights_of(net, "params"), lr=lr)
    for batch in batches:
        net.backward(*batch)
        grads, _ = clipping.clip_by_global_norm(weights_of(net, "grads"), max_norm)
        for name, weight in optimizer.step(grads).items():
            part, _, own = name.partition(".")
            net.parts[part].params[own] = weight
    return net


def weights_of(net, kind) -> dict[str, np.ndarray]:
    """The arrays of all parts of a net by name, as "rnn.weight_hh_l0"."""
    return {f"{part}.{name}": a for part, layer in net.parts.items() for name, a in getattr(layer, kind).items()}


# ─── One to one, many to one: which language is a name from? ─────────────────────────────────────────────────────────

UNSEEN = 800  # names for judging


@cache
def names():
    """Letters, names (T, N) with their lengths and languages, in an order of chance: the last 800 are for judging."""
    found = texts.names()
    order = np.random.default_rng(0).permutation(len(found.X))
    letters = sorted(set("".join(found.X)))
    ids, lengths = rows(found.X[order], letters)
    return letters, ids, lengths, found.y[order]


def counted(grams) -> np.ndarray:
    """How often each run of so many letters stands in each name, ends included: (N, number of runs)."""
    letters, ids, lengths, _ = names()
    words = ["^" + "".join(letters[i] for i in ids[:k, n]) + "$" for n, k in enumerate(lengths)]
    runs = [[word[i : i + grams] for i in range(len(word) + 1 - grams)] for word in words]
    place = {run: i for i, run in enumerate(sorted({run for own in runs for run in own}))}
    found = np.zeros((len(words), len(place)))
    for row, own in zip(found, runs, strict=True):
        np.add.at(row, [place[run] for run in own], 1)
    return found


def naive_bayes(grams) -> float:
    """The share of unseen names that naive Bayes puts right, from runs of letters that it takes for independent."""
    counts, y = counted(grams), names()[3]
    k = np.arange(10)[:, None] == y[None, :-UNSEEN]  # (10, N), which names are of which language
    seen = k @ counts[:-UNSEEN] + 1  # each run once more than seen, so that none is impossible
    scores = counts[-UNSEEN:] @ np.log(seen / seen.sum(axis=1, keepdims=True)).T + np.log(k.mean(axis=1))
    return share_right(scores, y[-UNSEEN:])


def share_right(scores, y) -> float:
    """How many have their highest score at the right class."""
    return float((scores.argmax(axis=-1) == y).mean())


class Bag:
    """One input, one output: a linear layer over the letters of a name, counted."""

    def __init__(self, inputs, outputs, rng):
        self.parts = {"out": layers.Linear(inputs, outputs, rng=rng)}

    def backward(self, x, y):
        self.parts["out"].backward(score_grad(self.parts["out"](x), y))


def bag_of_letters(seed=0) -> float:
    """The share of unseen names that a softmax regression on their counted letters puts right."""
    rng, counts, y = np.random.default_rng(seed), counted(1), names()[3]
    picks = (rng.integers(len(y) - UNSEEN, size=64) for _ in range(1500))
    net = train(Bag(counts.shape[1], 10, rng), ((counts[k], y[k]) for k in picks))
    return share_right(net.parts["out"](counts[-UNSEEN:]), y[-UNSEEN:])


def name_batches(steps, rng, N=64):
    """Names of one batch are as long as its longest, which costs least."""
    _, ids, lengths, y = names()
    for _ in range(steps):
        k = rng.integers(len(y) - UNSEEN, size=N)
        yield ids[: lengths[k].max(), k], lengths[k], y[k]


NETS = {"RNN": recurrent.RNN, "GRU": recurrent.GRU, "LSTM": recurrent.LSTM}


def language_reader(seed=0, net="RNN") -> Reader:
    """A net that reads a name letter by letter, and says once, at its end, which language it is."""
    rng = np.random.default_rng(seed)
    return train(Reader(len(names()[0]), 64, 10, rng, kind=NETS[net]), name_batches(1500, rng), lr=0.003)


@measured.over(net=("RNN", "GRU", "LSTM"), seeds=range(3))
def languages_named(seed, net) -> dict:
    """The share of unseen names whose language is named."""
    _, ids, lengths, y = names()
    scores = language_reader(seed, net).scores(ids[:, -UNSEEN:], lengths[-UNSEEN:])
    return {"accuracy": share_right(scores, y[-UNSEEN:])}


def beliefs(net, name) -> np.ndarray:
    """What the net would say after each letter of a name, had it ended there: probabilities (T, 10)."""
    ids = rows([name], names()[0])[0]
    output, _ = net.parts["rnn"](one_hot(ids, net.inputs))
    return activations.softmax(net.parts["out"](output))[:, 0]


# ─── Many to many, aligned: where do words end, when nothing stands between them? ────────────────────────────────────

ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@cache
def run_together() -> tuple[np.ndarray, np.ndarray]:
    """Shakespeare's letters as ids (L,), without spaces or signs, and 1 where a word ends with this letter (L,)."""
    words = "".join(c if c in ALPHABET else " " for c in texts.shakespeare().lower().replace("'", "")).split()
    ends = np.zeros(sum(map(len, words)), int)
    ends[np.cumsum([len(word) for word in words]) - 1] = 1
    return np.array([ALPHABET.index(c) for c in "".join(words)]), ends


def pieces(starts, T=40) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of T letters that begin at `starts` (N,): letters and targets, (T, N) each."""
    letters, ends = run_together()
    at = starts + np.arange(T)[:, None]
    return letters[at], ends[at]


def end_batches(steps, rng, N=32, T=40):
    """Pieces of the first nine tenths of the plays."""
    most = int(0.9 * len(run_together()[0])) - T
    for _ in range(steps):
        letters, ends = pieces(rng.integers(most, size=N), T)
        yield letters, None, ends


def unseen_pieces(T=40, N=300) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of the last tenth."""
    return pieces(int(0.9 * len(run_together()[0])) + T * np.arange(N), T)


def end_finder(seed=0, directions=1, num_layers=1) -> Reader:
    """A net that says after every letter whether a word ends with it."""
    rng, options = np.random.default_rng(seed), {"bidirectional": directions == 2, "num_layers": num_layers}
    return train(Reader(26, 64, 2, rng, every=True, **options), end_batches(1500, rng))


def ends_of(net) -> dict:
    """F1 of the word ends in unseen pieces; and at the last letter of a piece, after which nothing can be read."""
    letters, ends = unseen_pieces()
    found = net.scores(letters).argmax(axis=-1)
    return {
        "f1": float(metrics.f1_score(ends.ravel(), found.ravel())),
        "f1_last": float(metrics.f1_score(ends[-1], found[-1])),
    }


def cut_up(net, piece=0) -> str:
    """An unseen piece, with a bar where the net sees a word's end."""
    letters, _ = unseen_pieces()
    found = net.scores(letters[:, [piece]]).argmax(axis=-1)[:, 0]
    return "".join(ALPHABET[i] + "|" * int(end) for i, end in zip(letters[:, piece], found, strict=True))


@measured.over(directions=(1, 2), num_layers=(1, 2), seeds=range(3))
def ends_found(seed, directions, num_layers) -> dict:
    """F1 of the word ends in pieces of plays that the net has not seen."""
    return ends_of(end_finder(seed, directions, num_layers))


# ─── One to many, and many to many by an encoder and a decoder: what is a number called? ─────────────────────────────

START, STOP = 0, "<stop>"


@cache
def spelled(language) -> tuple[list[str], np.ndarray]:
    """A language's words for numbers, start and stop first, and all numbers below 1,000 in them: (T, 1000)."""
    said = [numbers.words(n, language) + [STOP] for n in range(1000)]
    vocabulary = ["<start>", STOP, *sorted({word for words in said for word in words} - {STOP})]
    return vocabulary, rows(said, vocabulary)[0]


def halves() -> tuple[np.ndarray, np.ndarray]:
    """800 numbers to learn from, and 200 others for judging."""
    order = np.random.default_rng(0).permutation(1000)
    return order[:800], order[800:]


def question(source, n) -> tuple:
    """Numbers (N,) as a net reads them: three digits, one-hot; or their words in a language, with the lengths."""
    if source == "digits":
        return one_hot(np.stack([n // 100, n // 10 % 10, n % 10], axis=-1), 10).reshape(len(n), 30), None
    ids = spelled(source)[1][:, n]
    return ids, (ids >= 0).sum(axis=0)


def number_writer(source, seed=0, language="de") -> Writer:
    """A net that writes numbers in German words, from their digits or from English words ("en")."""
    rng, (known, _), vocabulary = np.random.default_rng(seed), halves(), spelled(language)[0]
    reads = 30 if source == "digits" else len(spelled(source)[0])
    net = Writer(reads, len(vocabulary), 64, rng, sequence=source != "digits")
    steps, lr = (1000, 0.005) if source == "digits" else (2500, 0.003)
    picks = (known[rng.integers(len(known), size=64)] for _ in range(steps))
    return train(net, ((*question(source, n), spelled(language)[1][:, n]) for n in picks), lr)


def share_written(net, source, n, language="de") -> float:
    """How many numbers are written right, every word of them and the stop."""
    truth = spelled(language)[1][:, n]
    found = net.write(*question(source, n), most=len(truth))
    return float((np.where(truth < 0, -1, found) == truth).all(axis=0).mean())


def written(net, source, n, language="de") -> str:
    """What the net writes of one number, up to its stop."""
    words = [spelled(language)[0][i] for i in net.write(*question(source, np.array([n])))[:, 0]]
    return " ".join(words[: words.index(STOP)] if STOP in words else words)


@measured.over(source=("digits", "en"), seeds=range(3))
def numbers_written(seed, source) -> dict:
    """The share of 200 unseen numbers that is written right in German, word for word."""
    return {"right": share_written(number_writer(source, seed), source, halves()[1])}


# ─── Vanishing over time ─────────────────────────────────────────────────────────────────────────────────────────────


def state_jacobians(x, weight_ih, weight_hh, bias) -> np.ndarray:
    """‖∂h_T/∂h_t‖, the largest factor by which a change of h_t reaches h_T, for t = T, T − 1, … 0. x is (T, D)."""
    h, slopes = np.zeros(len(weight_hh)), []
    for x_t in x:
        h = np.tanh(weight_ih @ x_t + weight_hh @ h + bias)
        slopes.append(1 - h * h)
    J, found = np.eye(len(h)), [1.0]
    for slope in reversed(slopes):
        J = J @ (slope[:, None] * weight_hh)  # one more factor, diag(1 − h²) W_hh
        found.append(float(np.linalg.norm(J, 2)))
    return np.array(found)


def jacobians_by_size(sizes, T=50, H=64, seed=0) -> dict[float, np.ndarray]:
    """The same for W_hh drawn with a spectral radius near each size, over random symbols of eight kinds."""
    rng = np.random.default_rng(seed)
    x, W = one_hot(rng.integers(8, size=T), 8), rng.normal(size=(H, H)) / np.sqrt(H)
    W_ih = rng.uniform(-1, 1, (H, 8)) / np.sqrt(H)
    return {size: state_jacobians(x, W_ih, size * W, np.zeros(H)) for size in sizes}


def recall_batches(T, steps, rng, N=32):
    """Symbols of eight kinds; what is asked after the last one is the first."""
    for _ in range(steps):
        x = rng.integers(8, size=(T, N))
        yield x, None, x[0]


@measured.over(T=(5, 10, 15, 20, 30), seeds=range(5))
def first_recalled(seed, T) -> dict:
    """How many of 500 new sequences of T symbols the net answers with their first symbol, after 1,000 steps."""
    rng = np.random.default_rng(seed)
    net = train(Reader(8, 32, 8, rng), recall_batches(T, 1000, rng), lr=0.003)
    x = rng.integers(8, size=(T, 500))
    return {"right": share_right(net.scores(x), x[0])}


# ─── Truncated: windows of a stream ──────────────────────────────────────────────────────────────────────────────────

DELAY = 8


class Stream(Reader):
    """Reads on where it has stopped: the state goes on from window to window, the gradient does not."""

    def __init__(self, rng, N=32):
        super().__init__(2, 32, 2, rng, every=True)
        self.state = np.zeros((1, N, 32))

    def scores(self, ids, lengths=None):
        output, self.state = self.parts["rnn"](one_hot(ids, 2), self.state)
        return self.parts["out"](output)


def windows(bits, window):
    """A stream of bits (L, N) in windows: after each bit, the one of eight steps before is asked for."""
    for start in range(DELAY, len(bits) - window + 1, window):
        yield bits[start : start + window], None, bits[start - DELAY : start - DELAY + window]


@measured.over(window=(4, 8, 12, 16, 32), seeds=range(5))
def echoed(seed, window) -> dict:
    """How many bits of 100 new windows come back eight steps later, after 1,500 windows of training."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(2, size=(DELAY + 1600 * window, 32))
    net, (*known, unseen) = Stream(rng), np.split(bits, [DELAY + 1500 * window])
    train(net, windows(known[0], window))
    right = [share_right(net.scores(x), asked) for x, _, asked in windows(unseen, window)]
    return {"right": float(np.mean(right))}
