"""Chapter 25: torch's own GRUs with the same weights write the same words, and softmax(q kᵀ) says where they look."""

from functools import cache

import numpy as np
import torch
from torch import nn

from dlbook.data import numbers
from dlbook.data.translators import translator_weights
from dlbook.experiments import attention_looks as looks
from dlbook.experiments.attention import vocabulary

RTOL = 2e-4  # the nets are float32
NETS = {"German": "de_dot", "French": "fr_dot"}


@cache
def parts(language):
    weights = {name: torch.tensor(w) for name, w in translator_weights(NETS[language]).items()}
    own = lambda part: {name.removeprefix(f"{part}."): w for name, w in weights.items() if name.startswith(part)}
    found = {}
    for part in ("encoder", "decoder"):
        state = own(part)
        found[part] = nn.GRU(state["weight_ih_l0"].shape[1], 64)
        found[part].load_state_dict(state)
    found["out"] = nn.Linear(128, own("out")["bias"].shape[0])
    found["out"].load_state_dict(own("out"))
    return found


@cache
@torch.no_grad()
def told(n, language):
    """Words read and written, and at each step the weights (S,), the context (H,) and P (V,)."""
    net, words = parts(language), vocabulary(NETS[language][:2])
    read = numbers.words(int(n.replace(",", "")), "en")
    hot = lambda word, known: torch.eye(len(known))[known.index(word)][None]
    states, h = net["encoder"](torch.cat([hot(word, vocabulary("en")) for word in read]))
    word, steps = "<start>", []
    while word != "<stop>":
        output, h = net["decoder"](hot(word, words), h)
        p = (states @ output[0]).softmax(dim=0)
        chances = net["out"](torch.cat([p @ states, output[0]])).double().softmax(dim=0)
        word = words[int(chances.argmax())]
        steps.append((word, p.double().numpy(), (p @ states).double().numpy(), chances.numpy()))
    return read, steps


def oracle(n, language, step):
    read, steps = told(n, language)
    t = min(int(step), len(steps))
    _, p, c, chances = steps[t - 1]
    spread = torch.distributions.Categorical(torch.tensor(p)).entropy().exp().item()
    return {"t": t, "most": p.max(), "spread": spread, "chance": chances.max(), "length": np.linalg.norm(c)}


def scratch(n, language, step):
    shown = looks.translation(looks.translator(NETS[language]), int(n.replace(",", "")))
    t = min(int(step), len(shown.written))
    return {"most": shown.weights[t - 1].max()}


def check_drawing(shown, values):
    """Weights, map, context and the words that compete; what is still to come is empty."""
    read, steps = told(values["n"], values["language"])
    t, S = int(shown["t"]), len(read)
    word, p, c, chances = steps[t - 1]
    np.testing.assert_allclose(shown["weight"][:S], p, atol=1e-4)
    assert np.isnan(shown["weight"][S:]).all() and shown["read"][:S] == tuple(
        f"{s + 1} {name}" for s, name in enumerate(read)
    )
    np.testing.assert_allclose(shown["map"][:S, :t], np.transpose([step[1] for step in steps[:t]]), atol=6e-3)
    assert np.isnan(shown["map"][S:]).all() and np.isnan(shown["map"][:, t:]).all()
    np.testing.assert_allclose(shown["context"].ravel(), c, atol=6e-3)
    words = vocabulary(NETS[values["language"]][:2])
    np.testing.assert_allclose(shown["p"], np.sort(chances)[::-1][:5], rtol=1e-2, atol=1e-6)
    assert shown["nexts"][0] == shown["next"] == word and shown["looked"] == read[int(p.argmax())]
    np.testing.assert_allclose(
        [chances[words.index(name)] for name in shown["nexts"]], shown["p"], rtol=1e-2, atol=1e-6
    )
    assert shown["before"] == (" ".join(step[0] for step in steps[: t - 1]) or "nothing")
