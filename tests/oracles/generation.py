"""Chapter 24: the distribution by torch's LSTM and SciPy's softmax, temperature as a power, truncation by sorting."""

from functools import cache

import numpy as np
import torch

from dlbook.data import nets
from dlbook.scratch import generation, language_model

RTOL = 1e-8
ALL = np.inf  # a share that is never reached
CUTS = {"no cut": (75, ALL), "top-k 3": (3, ALL), "top-k 10": (10, ALL), "top-p 0.5": (75, 0.5), "top-p 0.9": (75, 0.9)}


@cache
def net():
    """The characters, and the net as torch's modules."""
    characters, weights, _ = nets.shakespeare_lstm()
    lstm, out = torch.nn.LSTM(75, 256).double(), torch.nn.Linear(256, 75).double()
    for module, name in ((lstm, "rnn."), (out, "out.")):
        module.load_state_dict({k.removeprefix(name): torch.tensor(w) for k, w in weights.items() if name in k})
    return characters, lstm, out


@cache
def said(place: str) -> np.ndarray:
    """What torch's net says comes after these characters."""
    characters, lstm, out = net()
    ids = torch.tensor([characters.index(c) for c in "\n" + place.replace("↵", "\n")])
    with torch.no_grad():
        output, _ = lstm(torch.nn.functional.one_hot(ids, 75).double())
        return out(output[-1]).softmax(dim=0).numpy()


def drawn_from(p, T, cut) -> np.ndarray:
    """p to the power of 1/T, then the largest ones that k and the share allow, made a distribution again."""
    k, share = CUTS[cut]
    q = (p / p.max()) ** (1 / T)
    q /= q.sum()
    kept, together = [], 0.0
    for i in sorted(range(75), key=lambda i: -q[i])[:k]:
        if together >= share:
            break
        kept.append(i)
        together += q[i]
    return np.array([q[i] / together if i in kept else 0.0 for i in range(75)])


def oracle(place, cut, T) -> dict:
    p = said(place)
    q = drawn_from(p, T, cut)
    some = q[q > 0]
    return {
        "kept": len(some),
        "share": p[q > 0].sum(),
        "best": q.max(),
        "entropy": -sum(x * np.log2(x) for x in some),
    }


def scratch(place, cut, T) -> dict:
    characters, weights, _ = nets.shakespeare_lstm()
    ids = np.array([characters.index(c) for c in "\n" + place.replace("↵", "\n")])
    z = generation.temperature(language_model.character_model(ids, weights)[0][-1], T)
    k, share = CUTS[cut]
    z = generation.top_p(generation.top_k(z, k), min(share, 1))
    return {"kept": np.isfinite(z).sum(), "best": 1 / np.exp(z - z.max()).sum()}


def check_drawing(shown: dict, controls: dict) -> None:
    p = said(controls["place"])
    q, order = drawn_from(p, controls["T"], controls["cut"]), np.argsort(-p)[:12]
    np.testing.assert_allclose(shown["p"], p[order], atol=1e-9)
    np.testing.assert_allclose(shown["q"], q[order], atol=1e-9)
    signs = {" ": "␣", "\n": "↵"}
    assert shown["names"] == tuple(signs.get(net()[0][i], net()[0][i]) for i in order)
    bars = shown["bar_x"].reshape(12, 3)
    np.testing.assert_allclose(bars[:, 1], q[order], atol=1e-9)
    assert (bars[:, 0] == 0).all() and np.isnan(bars[:, 2]).all()
    assert shown["bar_y"].reshape(12, 3)[:, 0].tolist() == shown["height"].tolist() == list(range(12, 0, -1))
