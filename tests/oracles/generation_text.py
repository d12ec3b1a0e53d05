"""Chapter 24: the text by torch's LSTM that reads its own characters, each found by a walk along the shares."""

from functools import cache

import numpy as np
import torch
from oracles.generation import ALL, CUTS, drawn_from, net

from dlbook.explorers.generation_text import DRAWS
from dlbook.scratch import generation

CUTS |= {"top-k 5": (5, ALL)}
RTOL = 1e-7
SIGNS = {" ": "␣", "\n": "↵"}


@cache
def text(cut, T):
    """Of every step: what the net says, what is drawn from, and what is drawn."""
    characters, lstm, out = net()
    ids, found = [characters.index(c) for c in "\n\nBRUTUS.\n"], []
    for u in DRAWS:
        with torch.no_grad():  # the whole text again at every step: no state is kept
            output, _ = lstm(torch.nn.functional.one_hot(torch.tensor(ids), 75).double())
            p = out(output[-1]).softmax(dim=0).numpy()
        q = drawn_from(p, T, cut)
        passed, token = q[0], 0
        while passed <= u:
            token += 1
            passed += q[token]
        found.append((p, q, token))
        ids.append(token)
    return found


def oracle(cut, T, step) -> dict:
    found = text(cut, T)[: int(step)]
    _, q, token = found[-1]
    return {
        "u": DRAWS[int(step) - 1],
        "low": q[:token].sum(),
        "high": q[: token + 1].sum(),
        "bits": -sum(np.log2(p[token]) for p, _, token in found) / len(found),
    }


def scratch(cut, T, step) -> dict:
    found = text(cut, T)[: int(step)]
    said, _, token = found[-1]
    z = generation.temperature(np.log(said), T)
    k, share = CUTS[cut]
    z = generation.top_p(generation.top_k(z, k), min(share, 1))
    assert generation.sample(z, DRAWS[int(step) - 1]) == token
    return {"bits": generation.bits_per_character(np.log([p[token] for p, _, token in found]))}


def check_drawing(shown: dict, controls: dict) -> None:
    found, characters = text(controls["cut"], controls["T"])[: int(controls["step"])], net()[0]
    written = "".join(SIGNS.get(characters[token], characters[token]) for _, _, token in found)
    assert (shown["line_1"] + shown["line_2"] + shown["line_3"]).rstrip() == written.rstrip()
    np.testing.assert_allclose(shown["surprise"][: len(found)], [-np.log2(p[k]) for p, _, k in found], rtol=1e-6)
    assert np.isnan(shown["surprise"][len(found) :]).all() and shown["place"].tolist() == list(range(1, 85))
    _, q, token = found[-1]
    order = sorted(range(75), key=lambda i: -q[i])[:10]
    np.testing.assert_allclose(shown["q"], q[order], atol=1e-9)
    assert shown["character"] == SIGNS.get(characters[token], characters[token])
    assert shown["low"] <= shown["u"] < shown["high"]
    if token in order:
        np.testing.assert_allclose([shown["drawn_x"][0], shown["drawn_y"][0]], [q[token], 10 - order.index(token)])
    else:
        assert np.isnan(shown["drawn_x"]).all()
    np.testing.assert_allclose(shown["bar_x"].reshape(10, 3)[:, 1], q[order], atol=1e-9)
