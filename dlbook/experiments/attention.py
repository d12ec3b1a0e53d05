"""What chapter 25 measures: number words from one language into another, with and without looking back.

The road back is chapter 20, whose encoder and decoder hand on one state and nothing else. In float32, for speed.
"""

from functools import cache

import numpy as np

from dlbook.data import numbers
from dlbook.experiments import measured
from dlbook.experiments.recurrent import START, STOP, one_hot, rows, score_grad, train
from dlbook.scratch import activations, attention, generation, layers, recurrent

# ─── Pairs of texts: a number in two languages ───────────────────────────────────────────────────────────────────────

DIGITS = 12  # numbers below 10¹²


@cache
def vocabulary(language) -> list[str]:
    """All words for numbers, start and stop first."""
    several = [scale * k for scale in (10**3, 10**6, 10**9) for k in (1, 2)]
    words = {word for n in [*range(1000), *several] for word in numbers.words(n, language)}
    return ["<start>", STOP, *sorted(words)]


def draw(rng, N, digits=DIGITS, unseen=False) -> np.ndarray:
    """N numbers of 1 to so many digits, each count equally likely. Those with the rest 3 by 7 are kept for judging."""
    count = rng.integers(1, digits + 1, size=N)
    n = np.array([rng.integers(10 ** (k - 1) * (k > 1), 10**k) for k in count])
    kept = n - n % 7 + 3
    return np.where(kept < 10**count, kept, 3) if unseen else n + (n % 7 == 3)


def pairs(n, source, target) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids of the words (S, N) with their lengths, and of the words to write, with a stop (T, N); −1 is padding."""
    x, lengths = rows([numbers.words(int(k), source) for k in n], vocabulary(source))
    y, _ = rows([numbers.words(int(k), target) + [STOP] for k in n], vocabulary(target))
    return x, lengths, y


@cache
def corpus(source, target, digits=DIGITS):
    """20,000 numbers to learn from, as `pairs` has them, and the words of each that have to be written (N,)."""
    x, lengths, y = pairs(draw(np.random.default_rng(0), 20_000, digits), source, target)
    return x, lengths, y, (y >= 0).sum(axis=0)


def batches(steps, rng, source, target, digits=DIGITS, N=64):
    """N pairs at a time; a batch is as long as its longest text, which costs least."""
    x, lengths, y, words = corpus(source, target, digits)
    for _ in range(steps):
        k = rng.integers(len(lengths), size=N)
        yield x[: lengths[k].max(), k], lengths[k], y[: words[k].max(), k]


# ─── A translator: one net reads, one writes, and it may look back ───────────────────────────────────────────────────


class Translator:
    """A GRU reads words and another one writes; with `look`, every word that is written looks at all that were read."""

    def __init__(self, source="en", target="fr", look="dot", hidden=64, rng=0):
        rng, self.source, self.target, self.look = np.random.default_rng(rng), source, target, look
        self.reads, self.writes = len(vocabulary(source)), len(vocabulary(target))
        seen = hidden if look == "none" else 2 * hidden
        self.parts = {
            "encoder": recurrent.GRU(self.reads, hidden, dtype=np.float32, rng=rng),
            "decoder": recurrent.GRU(self.writes, hidden, dtype=np.float32, rng=rng),
            "out": layers.Linear(seen, self.writes, dtype=np.float32, rng=rng),
        }
        if look == "additive":
            self.parts["look"] = Additive(hidden, rng)

    def read(self, x, lengths=None):
        """The states after each word (S, N, H), and the last one (1, N, H)."""
        return self.parts["encoder"](hot(x, self.reads), None, lengths)

    def step(self, words, h, states, lengths=None):
        """Scores after words (T, N) have been read from the state h: (T, N, V), and the state that is left."""
        output, h = self.parts["decoder"](hot(words, self.writes), h)
        return self.head(output, states, lengths), h

    def head(self, output, states, lengths=None):
        """The decoder's states (T, N, H) look back at the encoder's, and become scores; `weights` keeps the look."""
        if self.look == "none":
            return self.parts["out"](output)
        self.query, self.key = output.swapaxes(0, 1), states.swapaxes(0, 1)  # (N, T, H), (N, S, H)
        context, self.weights = self.attend(self.query, self.key, lengths)
        return self.parts["out"](np.concatenate([context.swapaxes(0, 1), output], axis=-1))

    def attend(self, query, key, lengths):
        """The keys are the values, too."""
        if self.look == "dot":
            return attention.dot_product(query, key, key, lengths=lengths)
        return attention.additive(query, key, key, *self.parts["look"].params.values(), lengths=lengths)

    def backward(self, x, lengths, targets):
        """Teacher forcing: in step t it reads the true word t − 1."""
        states, last = self.read(x, lengths)
        scores, _ = self.step(forced(targets), last, states, lengths)
        grad = self.parts["out"].backward(score_grad(scores, targets).astype(np.float32))
        state_grads = None
        if self.look != "none":
            context_grad, grad = np.split(grad, 2, axis=-1)
            query_grad, state_grads = self.look_backward(context_grad.swapaxes(0, 1), lengths)
            grad = grad + query_grad.swapaxes(0, 1)  # the decoder's state is used twice
        self.parts["decoder"].backward(grad)
        self.parts["encoder"].backward((state_grads, self.parts["decoder"].state_grad))

    def look_backward(self, upstream, lengths):
        """∂L/∂query (N, T, H), and the gradient that goes straight to the encoder's states (S, N, H)."""
        args = (upstream, self.query, self.key, self.key)
        if self.look == "dot":
            query_grad, key_grad, value_grad = attention.dot_product_backward(*args, lengths=lengths)
        else:
            own = self.parts["look"]
            found = attention.additive_backward(*args, *own.params.values(), lengths=lengths)
            query_grad, key_grad, value_grad = found[:3]
            own.grads = dict(zip(own.params, found[3:], strict=True))
        return query_grad, (key_grad + value_grad).swapaxes(0, 1)

    def write(self, x, lengths=None, most=30) -> np.ndarray:
        """On its own: each step reads the word that was likeliest in the step before. (most, N)."""
        (states, h), found = self.read(x, lengths), []
        word = np.full((1, x.shape[1]), START)
        for _ in range(most):
            scores, h = self.step(word, h, states, lengths)
            word = scores.argmax(axis=-1)
            found.append(word[0])
        return np.array(found)


class Additive:
    """The weights of Bahdanau's attention; starts uniform in ±1/√H."""

    def __init__(self, hidden, rng):
        A = hidden // 2  # the numbers that are compared
        shapes = {"weight_q": (A, hidden), "weight_k": (A, hidden), "weight_v": (A,)}
        bound = 1 / np.sqrt(hidden)
        self.params = {name: rng.uniform(-bound, bound, shape).astype(np.float32) for name, shape in shapes.items()}
        self.grads = {}


def hot(ids, size) -> np.ndarray:
    """1 at the place of the word, all 0 in the padding: (…,) -> (…, size), in float32."""
    return one_hot(ids, size).astype(np.float32)


def forced(targets) -> np.ndarray:
    """What a decoder reads while it is taught: the true words, one step later."""
    return np.concatenate([np.full_like(targets[:1], START), targets[:-1]])


def trained(seed=0, target="fr", look="dot", hidden=64, steps=1200, digits=DIGITS, lr=0.005) -> Translator:
    """A net that translates number words from English."""
    rng = np.random.default_rng(seed)
    net = Translator("en", target, look, hidden, rng)
    return train(net, batches(steps, rng, "en", target, digits), lr)


# ─── How well it translates ──────────────────────────────────────────────────────────────────────────────────────────

LENGTHS = {"short": (2, 9), "middle": (10, 14), "long": (15, 30)}  # words that are written, the stop included
STEPS = 1200


def judged(N=500, digits=DIGITS) -> np.ndarray:
    """Numbers that no net was trained on."""
    return draw(np.random.default_rng(1000), N, digits, unseen=True)


def right(net, n) -> tuple[np.ndarray, np.ndarray]:
    """Whether each number is written right, every word of it and the stop; and how many words that are. (N,), (N,)."""
    x, lengths, y = pairs(n, net.source, net.target)
    found = net.write(x, lengths, most=len(y))
    return (np.where(y < 0, -1, found) == y).all(axis=0), (y >= 0).sum(axis=0)


def shares(net, n) -> dict[str, float]:
    """The share of numbers that is right, in all and by how many words have to be written."""
    ok, words = right(net, n)
    found = {name: float(ok[(words >= low) & (words <= high)].mean()) for name, (low, high) in LENGTHS.items()}
    return {"right": float(ok.mean())} | found


@measured.over(look=("none", "dot", "additive"), seeds=range(3))
def translated(seed, look) -> dict:
    """Unseen numbers below 10¹² from English into French, H = 64, 1,200 steps."""
    return shares(trained(seed, look=look), judged())


@measured.over(digits=(3, 6), look=("none", "dot"), seeds=range(3))
def short_texts(seed, digits, look) -> dict:
    """The same nets where all numbers are short."""
    ok, words = right(trained(seed, look=look, digits=digits), judged(digits=digits))
    return {"right": float(ok.mean()), "words": float(words.mean())}


# ─── Where it looks: the English word that a German one translates ───────────────────────────────────────────────────


@cache
def dictionary() -> dict[str, str]:
    """The English word for each German one; `und` has none, for it stands where English has nothing."""
    found = dict(zip(numbers.DE_ONES + numbers.DE_TENS, numbers.EN_ONES + numbers.EN_TENS, strict=True))
    units = {"hundert": "hundred", "tausend": "thousand", "million": "million", "milliarde": "billion"}
    return found | units | {"eins": "one", "eine": "one", "millionen": "million", "milliarden": "billion"}


def counterparts(read, written) -> list[int]:
    """For each German word the place of the English one that it translates, −1 for `und` and the stop.

    Where a word comes several times, the first goes with the first: German turns round only a one and its ten.
    """
    met, found = {}, []
    for word in written:
        english = dictionary().get(word)
        places = [s for s, other in enumerate(read) if other == english]
        k = met[english] = met.get(english, -1) + 1
        found.append(places[k] if k < len(places) else -1)
    return found


def taught(net, n) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a net writes when each step reads the true word before it (T, N); the truth; where it looks (N, T, S)."""
    x, lengths, y = pairs(n, net.source, net.target)
    states, last = net.read(x, lengths)
    scores, _ = net.step(forced(y), last, states, lengths)
    return scores.argmax(axis=-1), y, net.weights


def aligned(net, n) -> float:
    """How many words that are translated right have the largest weight on the word that they translate."""
    found, y, weights = taught(net, n)
    hits = []
    for i, number in enumerate(n):
        read, write = (numbers.words(int(number), language) for language in (net.source, net.target))
        for t, s in enumerate(counterparts(read, write)):
            if s >= 0 and found[t, i] == y[t, i]:
                hits.append(weights[i, t].argmax() == s)
    return float(np.mean(hits))


# ─── Several beginnings at once ──────────────────────────────────────────────────────────────────────────────────────


def next_words(net, x):
    """log P of the next word after each of B beginnings, (B, t) -> (B, V), for one text x (S,) that has been read."""
    states, last = net.read(x[:, None])

    def step(beams):
        at = [np.repeat(a, len(beams), axis=1) for a in (last, states)]
        scores, _ = net.step(beams.T, *at)
        return activations.log_softmax(scores[-1].astype(float))

    return step


def searched(net, n, width, length_penalty=0.0) -> list[list[int]]:
    """The words that a beam finds for each number, without the start."""
    x, lengths, _ = pairs(n, net.source, net.target)
    end = vocabulary(net.target).index(STOP)
    options = {"width": width, "max_length": 26, "end": end, "length_penalty": length_penalty}
    found = [generation.beam_search(next_words(net, x[:k, i]), [START], **options) for i, k in enumerate(lengths)]
    return [texts[0][1:].tolist() for texts, _ in found]


@measured.over(steps=(200, 400, STEPS), seeds=range(3))
def searches(seed, steps) -> dict:
    """A translator into German after so many steps: where it looks, taught and on its own, and with a beam."""
    net, n = trained(seed, target="de", steps=steps), judged(150)
    found, y, _ = taught(net, n)
    x, lengths, _ = pairs(n, net.source, net.target)
    own, known = net.write(x, lengths, most=len(y)), y >= 0
    beams = {}
    for width, alpha in ((2, 0), (5, 0), (5, 1)):
        truth = [y[known[:, i], i].tolist() for i in range(len(n))]
        written = searched(net, n, width, alpha)
        beams[f"beam_{width}_{alpha}"] = float(np.mean([a == b for a, b in zip(written, truth, strict=True)]))
    words = {"forced": float((found == y)[known].mean()), "free": float((own == y)[known].mean())}
    return {"right": float(right(net, n)[0].mean()), "aligned": aligned(net, n)} | words | beams
