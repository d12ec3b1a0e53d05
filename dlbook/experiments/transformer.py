"""What chapter 26 measures beside its translators: looks, orders, depth, length, and the cache."""

from functools import cache
from time import perf_counter

import numpy as np

from dlbook.data import numbers
from dlbook.data.transformer import transformer_weights
from dlbook.experiments import transformer_nets as nets
from dlbook.scratch import attention, layers, transformer

# ─── The example by hand: three words of two features ────────────────────────────────────────────────────────────────

WORDS = ("the", "red", "ball")
X = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
W_Q = np.array([[2.0, 0.0], [0.0, 1.0]])
W_K = np.array([[1.0, -1.0], [0.0, 1.0]])
W_V = np.array([[1.0, 0.0], [0.0, 2.0]])

# ─── The net that comes with the book ────────────────────────────────────────────────────────────────────────────────


@cache
def translator(dtype=np.float32) -> nets.Translator:
    """A Transformer that has learned numbers up to 10¹², English to French."""
    return nets.Translator(dtype=dtype).load_state_dict(transformer_weights()).eval()


def translate(net, english: str) -> str:
    """English words into French ones: each step writes the likeliest next word, until it writes a stop."""
    source = nets.ids_of(english.lower().replace("-", " ").split(), "en")[None]
    if source.size == 0:
        raise ValueError("english must hold words: got none, need one such as 'seven'")
    before = np.array([[nets.START]])
    while before.shape[1] < 40:
        word = net(source, before)[0, -1].argmax()
        if word == nets.STOP:
            break
        before = np.append(before, [[word]], axis=1)
    return " ".join(nets.vocabulary("fr")[i] for i in before[0, 1:])


def looks(net, english: list[str], french: list[str]) -> dict[str, list]:
    """Every attention while it writes these words: "encoder", "decoder", "across", each a list with one of each layer.

    One has `weights` (1, H, T, S), `query` (1, H, T, E), `key` (1, H, S, E) and its `scale`.
    """
    source, target = nets.ids_of(english, "en")[None], nets.ids_of(french, "fr")[None]
    net(source, np.insert(target, 0, nets.START, axis=1))
    stacks = net.children["net"]
    of = lambda stack, name: [layer.children[name].x.look for layer in stack.layers]
    return {
        "encoder": of(stacks.encoder, "self_attn"),
        "decoder": of(stacks.decoder, "self_attn"),
        "across": of(stacks.decoder, "multihead_attn"),
    }


def both(n: int) -> tuple[list[str], list[str]]:
    """A number's English and French words."""
    return numbers.words(n, "en"), numbers.words(n, "fr")


# ─── Depth: what a residual and the place of the norm do to a stack that has learned nothing yet ─────────────────────


def fresh_stack(num_layers=12, width=32, norm_first=False, seed=0):
    """Encoder layers as torch starts them, and words for them (N, T, D)."""
    rng = np.random.default_rng(seed)
    options = {"norm_first": norm_first, "batch_first": True, "rng": rng}
    layer = transformer.TransformerEncoderLayer(width, 4, 4 * width, 0.0, **options)
    stack = transformer.TransformerEncoder(layer, num_layers, layers.LayerNorm(width) if norm_first else None)
    transformer.stacks.redraw(stack, rng)
    return stack, rng.normal(size=(8, 10, width)), rng


def gradients_by_layer(norm_first, seeds=20) -> np.ndarray:
    """The length of ∂L/∂W₂ in each of twelve layers before the first step: a mean over draws."""
    found = []
    for seed in range(seeds):
        stack, x, rng = fresh_stack(norm_first=norm_first, seed=seed)
        y = stack(x)
        stack.backward(rng.normal(size=y.shape) / y.size**0.5)
        found.append([np.linalg.norm(layer.children["linear2"].grads["weight"]) for layer in stack.layers])
    return np.mean(found, axis=0)


def likeness(x) -> float:
    """The mean cosine between two words of one sequence: 1 if all words have become the same."""
    unit = x / np.linalg.norm(x, axis=-1, keepdims=True)
    T = x.shape[1]
    return float(((unit @ unit.swapaxes(1, 2)).sum(axis=(1, 2)) - T).mean() / (T * (T - 1)))


def likeness_by_layer(residual, seed=0) -> np.ndarray:
    """How alike the words of a sequence are after each of twelve layers, with and without x + …."""
    stack, x, _ = fresh_stack(norm_first=True, seed=seed)
    found = [likeness(x)]
    for layer in stack.layers:
        own = layer.children
        attend = lambda u, own=own: own["self_attn"](u, u, u, need_weights=False)[0]
        think = lambda u, own=own: own["linear2"](np.maximum(own["linear1"](u), 0))
        for sub, norm in ((attend, own["norm1"]), (think, own["norm2"])):
            x = x + sub(norm(x)) if residual else sub(norm(x))
        found.append(likeness(x))
    return np.array(found)


# ─── Length: what attention costs, and what a cache saves ────────────────────────────────────────────────────────────


def seconds(f, times=3) -> float:
    """The shortest of several runs."""
    found = []
    for _ in range(times):
        start = perf_counter()
        f()
        found.append(perf_counter() - start)
    return min(found)


def attention_seconds(T, E=16) -> float:
    """One head looks over a sequence of T words."""
    q, k, v = np.random.default_rng(0).normal(size=(3, T, E)).astype(np.float32)
    return seconds(lambda: attention.scaled_dot_product(q, k, v))


@cache
def language_model() -> transformer.LanguageModel:
    """A decoder alone, with weights as they are drawn: what it writes means nothing, what it costs does."""
    return transformer.LanguageModel(64, 96, 4, 3, rng=0)


def write(T, cached) -> np.ndarray:
    """The scores of T words, written one by one: with a cache, or each time from the beginning. (T, V)."""
    model, ids, found, kept = language_model(), [[0]], [], None
    for _ in range(T):
        if cached:
            scores, kept = model.step(np.array([ids[0][-1:]]), kept)
        else:
            scores = model(np.array(ids))
        found.append(scores[0, -1])
        ids[0].append(int(scores[0, -1].argmax()))
    return np.array(found)
