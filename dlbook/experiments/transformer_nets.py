"""Nets that translate numbers from English into French: a Transformer, and beside it an LSTM with attention.

Numbers up to 10¹², of one digit as often as of twelve. Those that leave 5 when divided by 11 are kept for judging.
"""

from functools import cache

import numpy as np

from dlbook.data import numbers
from dlbook.experiments import measured
from dlbook.scratch import (
    activations,
    attention,
    clipping,
    layers,
    losses,
    optimizers,
    recurrent,
    schedules,
    text,
    transformer,
)
from dlbook.scratch.models import Model

PADDING, START, STOP = 0, 1, 2  # ids that are no words
LIMIT = 10**12


# ─── Numbers as ids ──────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def vocabulary(language) -> list[str]:
    """All words that numbers are made of, behind the three ids that are none."""
    some = [*range(102), *(k * 10**j for j in range(2, 12) for k in (1, 2))]
    return ["<padding>", "<start>", "<stop>", *sorted({word for n in some for word in numbers.words(n, language)})]


@cache
def _places(language) -> dict[str, int]:
    return {word: i for i, word in enumerate(vocabulary(language))}


def ids_of(words, language) -> np.ndarray:
    """Words as their places in the vocabulary; a word that it does not have is named."""
    if strange := [word for word in words if word not in _places(language)]:
        known = vocabulary(language)
        raise ValueError(f"words must be words of numbers: got {strange[0]!r}, need one such as {known[-1]!r}")
    return np.array([_places(language)[word] for word in words], int)


def pairs(found) -> tuple[np.ndarray, np.ndarray]:
    """Numbers as English ids (N, S) and French ids with a stop (N, T), padded."""
    english = [ids_of(numbers.words(int(n), "en"), "en") for n in found]
    french = [np.append(ids_of(numbers.words(int(n), "fr"), "fr"), STOP) for n in found]
    return text.pad(english, padding_value=PADDING), text.pad(french, padding_value=PADDING)


def drawn(rng, count, unseen=False, digits=12) -> np.ndarray:
    """Numbers with 1 … digits digits, all lengths alike; `unseen` are those that are kept for judging."""
    lengths = rng.integers(1, digits + 1, size=2 * count * (11 if unseen else 1))
    found = rng.integers(10 ** (lengths - 1) - (lengths == 1), 10**lengths)
    return found[(found % 11 == 5) == unseen][:count]


def batches(steps, rng, N=64, digits=12):
    """Pairs to learn from; those of one batch have about one length, which saves padding."""
    while steps > 0:
        found = sorted(drawn(rng, 8 * N, digits=digits), key=lambda n: len(numbers.words(int(n), "fr")))
        for k in rng.permutation(8)[:steps]:
            yield pairs(found[k * N : (k + 1) * N])
        steps -= 8


# ─── Two nets that translate, with one way of training ───────────────────────────────────────────────────────────────


class Translator(Model):
    """Embeddings and places, torch.nn.Transformer's net, and a linear layer that gives a score to each French word."""

    def __init__(self, width=64, heads=4, num_layers=2, inner=128, rng=None, places=True, dtype=np.float32, **options):
        rng, options = np.random.default_rng(rng), {"norm_first": True, "dropout": 0.0} | options
        sizes = (width, heads, num_layers, num_layers, inner)
        net = transformer.Transformer(*sizes, batch_first=True, dtype=dtype, rng=rng, **options)
        own = {lang: layers.Embedding(len(vocabulary(lang)), width, dtype=dtype, rng=rng) for lang in ("en", "fr")}
        for table in own.values():
            table.params["weight"] *= dtype(width**-0.5)
        out = layers.Linear(width, len(vocabulary("fr")), dtype=dtype, rng=rng)
        super().__init__(own | {"net": net, "out": out})
        self.width, self.places, self.dtype = width, places, dtype

    def placed(self, language, ids):
        """√D times the rows of the table, plus the places: (N, T, D)."""
        x = self.children[language](ids) * self.dtype(self.width**0.5)
        return x + attention.positional_encoding(ids.shape[1], self.width).astype(self.dtype) if self.places else x

    def forward(self, source, before):
        """Scores (N, T, V) of each next word, from the English ids and the French ones so far."""
        padding = source == PADDING
        options = {"src_key_padding_mask": padding, "memory_key_padding_mask": padding, "tgt_is_causal": True}
        x, y = self.placed("en", source), self.placed("fr", before)
        return self.children["out"](self.children["net"](x, y, **options))

    def backward(self, upstream):
        grads = self.children["net"].backward(self.children["out"].backward(upstream))
        for language, grad in zip(("en", "fr"), grads, strict=True):
            self.children[language].backward(grad * self.dtype(self.width**0.5))


class Recurrent(Model):
    """An LSTM reads, another one writes, and each of its states looks back at all states of the first: Luong 2015."""

    def __init__(self, hidden=64, rng=None, dtype=np.float32):
        rng = np.random.default_rng(rng)
        own = {lang: layers.Embedding(len(vocabulary(lang)), hidden, dtype=dtype, rng=rng) for lang in ("en", "fr")}
        own |= {f"lstm_{lang}": recurrent.LSTM(hidden, hidden, dtype=dtype, rng=rng) for lang in ("en", "fr")}
        own["mix"] = layers.Linear(2 * hidden, hidden, dtype=dtype, rng=rng)
        own["out"] = layers.Linear(hidden, len(vocabulary("fr")), dtype=dtype, rng=rng)
        super().__init__(own)
        self.hidden = hidden

    def forward(self, source, before):
        own = self.children
        self.lengths = (source != PADDING).sum(axis=1)
        read, last = own["lstm_en"](own["en"](source.T), None, self.lengths)
        written, _ = own["lstm_fr"](own["fr"](before.T), last)
        self.read, self.written = read.swapaxes(0, 1), written.swapaxes(0, 1)
        context, _ = attention.dot_product(self.written, self.read, self.read, lengths=self.lengths)
        self.mixed = np.tanh(own["mix"](np.concatenate([self.written, context], axis=-1)))
        return own["out"](self.mixed)

    def backward(self, upstream):
        own = self.children
        u = own["mix"].backward(own["out"].backward(upstream) * (1 - self.mixed**2))
        direct, context = np.split(u, 2, axis=-1)
        looks = attention.dot_product_backward(context, self.written, self.read, self.read, lengths=self.lengths)
        own["fr"].backward(own["lstm_fr"].backward(((direct + looks[0]).swapaxes(0, 1), None)))
        last = own["lstm_fr"].state_grad
        own["en"].backward(own["lstm_en"].backward(((looks[1] + looks[2]).swapaxes(0, 1), last)))


def shifted(targets) -> np.ndarray:
    """What the decoder reads while it is taught: a start, then the true words but the last."""
    return np.concatenate([np.full_like(targets[:, :1], START), targets[:, :-1]], axis=1)


def loss_and_grad(scores, targets, label_smoothing=0.0):
    """Mean cross-entropy over the words, and its gradient; padding does not count."""
    known = (targets != PADDING)[..., None] / (targets != PADDING).sum()
    shares = np.moveaxis(losses.smooth_labels(targets, scores.shape[-1], label_smoothing), 1, -1)
    p = activations.softmax(scores)
    loss = -(known * shares * np.log(p + 1e-30)).sum()
    return float(loss), ((p - shares) * known).astype(scores.dtype)


def rate(step, steps, peak=0.003, warmup=200) -> float:
    """The paper's schedule, scaled so that it is `peak` after the warm-up; over the last third it falls to 0."""
    paper = schedules.inverse_sqrt(step, peak * (64 * warmup) ** 0.5, 64, warmup)
    return float(paper * min(1, 3 * (1 - step / steps)))


def train(net, steps, rng, N=64, digits=12, watch=None, **options):
    """Adam, clipped; `watch(step, loss)` is told of every step, and options go to the rate."""
    optimizer = optimizers.Optimizer(optimizers.adam, net.parameters(), lr=1.0, betas=(0.9, 0.98))
    for step, (source, targets) in enumerate(batches(steps, rng, N, digits)):
        loss, grad = loss_and_grad(net(source, shifted(targets)), targets)
        net.backward(grad)
        grads, _ = clipping.clip_by_global_norm(net.gradients(), 1.0)
        optimizer.scale(rate(step, steps, **options))
        net.load_state_dict(optimizer.step(grads))
        if watch is not None:
            watch(step, loss)
    return net


def share_right(net, found) -> float:
    """The share of numbers that are right, every word and the stop.

    Written word by word, a net gets a number right just when each next word is right after the true words before it.
    So one pass with the true words tells it.
    """
    source, targets = pairs(found)
    best = net(source, shifted(targets)).argmax(axis=-1)
    return float(((best == targets) | (targets == PADDING)).all(axis=1).mean())


# ─── What is measured of them ────────────────────────────────────────────────────────────────────────────────────────

PACE = {"Transformer": 27, "LSTM": 72}  # steps in a second on one thread, about
LONG = {"Transformer": 810, "LSTM": 1080}  # 30 seconds, and 15


def long_run(net="Transformer", seed=0, steps=None, watch=None):
    """A net that has learned for half a minute, or for a quarter."""
    rng = np.random.default_rng(seed)
    own = Translator(rng=rng) if net == "Transformer" else Recurrent(rng=rng)
    return train(own, steps or LONG[net], rng, watch=watch)


def judged(digits=12, count=500) -> np.ndarray:
    """Numbers that no net has learned from."""
    return drawn(np.random.default_rng(99), count, unseen=True, digits=digits)


@measured.over(net=("Transformer", "LSTM"), seeds=range(3))
def translated(seed, net) -> dict:
    """The share of 500 unseen numbers up to 10¹² that is right: after 10 seconds of learning, and at the end."""
    rng, early, unseen = np.random.default_rng(seed), {}, judged()
    own = Translator(rng=rng) if net == "Transformer" else Recurrent(rng=rng)

    def watch(step, loss):
        if step + 1 == 10 * PACE[net]:
            early["after_10_s"] = share_right(own, unseen)

    train(own, LONG[net], rng, watch=watch)
    return early | {"at_the_end": share_right(own, unseen)}


# ─── A smaller task, with one part of the net changed at a time ──────────────────────────────────────────────────────


class Same(layers.Module):
    """What goes in comes out."""

    def forward(self, x):
        return x

    def backward(self, upstream):
        return upstream


def with_rms_norm(net):
    """Every layer norm becomes an RMS norm."""
    for stack in (net.children["net"].encoder, net.children["net"].decoder):
        stack.norm = stack.children["norm"] = layers.RMSNorm(net.width, dtype=net.dtype)
        for layer in stack.layers:
            for name in [name for name in layer.children if name.startswith("norm")]:
                layer.children[name] = layers.RMSNorm(net.width, dtype=net.dtype)
    return net


def with_swiglu(net, rng, inner):
    """Every feed-forward net becomes a gated one, with as many weights, that start as all others do."""
    for stack in (net.children["net"].encoder, net.children["net"].decoder):
        for layer in stack.layers:
            gated = transformer.SwiGLU(net.width, 2 * inner // 3, net.dtype, rng)
            transformer.stacks.redraw(gated, rng)
            layer.children["linear1"], layer.active, layer.children["linear2"] = gated, Same(), Same()
    return net


KINDS = ("pre-norm", "post-norm", "no positions", "one head", "RMS norm", "SwiGLU")


def small_net(kind="pre-norm", rng=None) -> Translator:
    """A translator with one part changed."""
    rng = np.random.default_rng(rng)
    options = {"post-norm": {"norm_first": False}, "no positions": {"places": False}, "one head": {"heads": 1}}
    net = Translator(rng=rng, **options.get(kind, {}))
    return with_rms_norm(net) if kind == "RMS norm" else with_swiglu(net, rng, 128) if kind == "SwiGLU" else net


SMALL = {"steps": 250, "N": 32, "digits": 6, "peak": 0.005, "warmup": 80}


def small_run(kind="pre-norm", seed=0, watch=None) -> Translator:
    """The translator that the chapter trains: numbers below a million, a few seconds."""
    rng = np.random.default_rng(seed)
    return train(small_net(kind, rng), rng=rng, watch=watch, **SMALL)


@measured.over(kind=KINDS, seeds=range(3))
def changed(seed, kind) -> dict:
    """The share of 500 unseen numbers below a million that is right, with one part of the net changed."""
    return {"right": share_right(small_run(kind, seed), judged(digits=6))}
