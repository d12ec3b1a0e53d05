"""Chapter 26: torch.nn.Transformer with the same weights, whose attentions are overheard."""

from functools import cache

import numpy as np
import torch
from torch import nn

from dlbook.data import numbers
from dlbook.data.transformer import transformer_weights
from dlbook.experiments import transformer_nets as nets
from dlbook.explorers import transformer as shown_by

RTOL = 1e-9
FRENCH = {" ".join(numbers.words(n, "en")): numbers.words(n, "fr") for n in (71, 93, 205, 280, 80_005, 200_005)}
NAMES = {label: key for key, label in shown_by.KINDS.items()}


@cache
def torchs() -> tuple[dict, nn.Transformer]:
    own = {name: torch.tensor(w, dtype=torch.float64) for name, w in transformer_weights().items()}
    options = {"dropout": 0.0, "batch_first": True, "norm_first": True}
    layer = nn.TransformerEncoderLayer(64, 4, 128, **options)
    reads = nn.TransformerEncoder(layer, 2, nn.LayerNorm(64), enable_nested_tensor=False)  # else it warns
    net = nn.Transformer(64, 4, 2, 2, 128, custom_encoder=reads, **options).double()
    net.load_state_dict({name.removeprefix("net."): w for name, w in own.items() if name.startswith("net.")})
    return own, net


def placed(own, language, words, start=False):
    ids = [nets.START] * start + [nets.vocabulary(language).index(word) for word in words]
    t = torch.arange(len(ids), dtype=torch.float64)[:, None]
    angle = t / 10000 ** (torch.arange(0, 64, 2, dtype=torch.float64) / 64)
    P = torch.stack((angle.sin(), angle.cos()), dim=-1).flatten(1)
    return (own[f"{language}.weight"][ids] * 8 + P)[None]


@cache
def overheard(sentence: str) -> dict[str, list]:
    """The query and the key that go into every attention, by kind and layer."""
    own, net = torchs()
    found, hooks = {}, []
    places = [("encoder", net.encoder, "self_attn"), ("decoder", net.decoder, "self_attn")]
    for kind, stack, name in [*places, ("across", net.decoder, "multihead_attn")]:
        for layer in stack.layers:
            listen = lambda module, args, kwargs, kind=kind: found.setdefault(kind, []).append((module, args[:2]))
            hooks.append(getattr(layer, name).register_forward_pre_hook(listen, with_kwargs=True))
    english, french = sentence.split(), FRENCH[sentence]
    causal = nn.Transformer.generate_square_subsequent_mask(len(french) + 1, dtype=torch.float64)
    with torch.no_grad():
        net.train()(placed(own, "en", english), placed(own, "fr", french, start=True), tgt_mask=causal)
    for hook in hooks:
        hook.remove()
    return found


def looked(sentence, kind, layer, head) -> tuple:
    """Queries, keys, scores and weights of one head."""
    name = NAMES[kind]
    module, (asks, asked) = overheard(sentence)["decoder" if name == "unmasked" else name][int(layer)]
    W_q, W_k, _ = module.in_proj_weight.chunk(3)
    b_q, b_k, _ = module.in_proj_bias.chunk(3)
    own = slice(16 * int(head), 16 * int(head) + 16)
    with torch.no_grad():
        query, key = (asks[0] @ W_q.T + b_q)[:, own], (asked[0] @ W_k.T + b_k)[:, own]
        scores = query @ key.T / 4
        hidden = torch.ones_like(scores).triu(1).bool() if name == "decoder" else torch.zeros_like(scores).bool()
        weights = scores.masked_fill(hidden, -torch.inf).softmax(dim=-1)
    return tuple(a.numpy() for a in (query, key, scores, weights))


def places(weights, row, column):
    return min(int(row), len(weights) - 1), min(int(column), weights.shape[1] - 1)


def oracle(sentence, kind, layer, head, row, column):
    *_, scores, weights = looked(sentence, kind, layer, head)
    t, s = places(weights, row, column)
    found = {"score": (scores[t, s], 3), "weight": (weights[t, s], 4), "own": (weights[t].max(), 4)}
    return {name: round(float(value), digits) for name, (value, digits) in found.items()}  # as many as are read


def scratch(sentence, kind, layer, head, row, column):
    return {}


def check_drawing(shown, values):
    """Both maps, the row of weights, query and key; the words are those of the number."""
    at = {name: values[name] for name in ("sentence", "kind")}
    query, key, _, weights = looked(**at, layer=values["layer"], head=values["head"])
    t, s = places(weights, values["row"], values["column"])
    T, S = weights.shape
    np.testing.assert_allclose(shown["map"][:T, :S], weights, atol=0.005001)
    assert np.isnan(shown["map"][T:]).all() and np.isnan(shown["map"][:, S:]).all()
    np.testing.assert_allclose(shown["weight_of"][:S], weights[t], atol=0.005001)
    assert np.isnan(shown["weight_of"][S:]).all()
    for layer, head in np.ndindex(2, 4):
        other = looked(**at, layer=layer, head=head)[-1]
        np.testing.assert_allclose(shown["overview"][layer, head], other[t].max(), atol=0.005001)
    np.testing.assert_allclose(shown["pair"], [query[t], key[s]], atol=0.05001)
    name, english, right = NAMES[values["kind"]], values["sentence"].split(), FRENCH[values["sentence"]]
    assert (shown["reads"], shown["writes"]) == (values["sentence"], " ".join(right))
    french = ["<start>", *right]
    asks = english if name == "encoder" else french
    asked = english if name in ("encoder", "across") else french
    assert (shown["asks"], shown["asked"], shown["most"]) == (asks[t], asked[s], asked[weights[t].argmax()])
    assert [word.partition(" ")[2] for word in shown["read"][:S]] == list(asked)
