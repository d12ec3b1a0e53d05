"""The built explorers, read by the module that moves them: numbers, words and drawings of many states, no browser.

What the pages hold (`_static/explorers/<slug>.js`, the still picture) goes through `markup`, which also draws in the
browser; the truth is the Python state that `test_explorers.py` holds to its oracle.
"""

import json
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from explorer_words import check_sentence, read

from dlbook import explorers

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from serve import HTML  # noqa: E402

SLUGS = explorers.slugs()
STATES = 8  # of each explorer, beside its start and its presets


def payload(slug: str) -> dict:
    """What the built page loads."""
    script = (HTML / "_static" / "explorers" / f"{slug}.js").read_text(encoding="utf-8")
    return json.loads(script[script.index('{"') :].rstrip().removesuffix(";"))


@cache
def shown(slug: str) -> list[tuple[dict, dict]]:
    """Pairs of what the controls say and what the page shows then."""
    spec, rng = payload(slug), np.random.default_rng(2)
    start = [control["start"] for control in spec["controls"]]
    settings = [start, [len(control["values"]) - 1 for control in spec["controls"]]]
    for preset in spec["presets"]:
        settings.append([preset["places"].get(c["name"], k) for c, k in zip(spec["controls"], start, strict=True)])
    settings += [[int(rng.integers(len(c["values"]))) for c in spec["controls"]] for _ in range(STATES)]
    question = json.dumps({"payload": spec, "settings": settings})
    command = ["node", str(ROOT / "tests" / "node" / "states.mjs")]
    answer = subprocess.run(command, input=question, capture_output=True, text=True, check=True, encoding="utf-8")
    values = [{c["name"]: c["values"][k] for c, k in zip(spec["controls"], places, strict=True)} for places in settings]
    return list(zip(values, json.loads(answer.stdout), strict=True))


@cache
def truths(slug: str) -> list[dict]:
    """What Python computes for the same controls."""
    state = import_module(f"dlbook.explorers.{slug}").state
    return [values | state(**values) for values, _ in shown(slug)]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_numbers_are_those_of_the_numpy_room(slug):
    compared = 0
    for (_, page), truth in zip(shown(slug), truths(slug), strict=True):
        for key, value, text in page["numbers"]:
            exact = float(truth[key])
            if np.isfinite(exact):
                assert float(value) == pytest.approx(exact, rel=1e-12, abs=1e-300), key
                assert read(text) == pytest.approx(exact, rel=5.01e-3), key
            else:
                assert value in ("", "NaN", "Infinity", "-Infinity"), key
            compared += 1
    assert compared == len(payload(slug)["numbers"]) * len(shown(slug)) > 0


@pytest.mark.parametrize("slug", SLUGS)
def test_the_sentence_says_what_is_true(slug):
    says = payload(slug)["says"]
    for (_, page), truth in zip(shown(slug), truths(slug), strict=True):
        check_sentence(page["says"], says, truth)
        assert not any("{" in formula for formula in page["formulas"])


@pytest.mark.parametrize("slug", SLUGS)
def test_every_state_is_drawn(slug):
    for values, page in shown(slug):
        assert len(page["drawn"]) == len(payload(slug)["panels"]) and min(page["drawn"]) >= 4, values


@pytest.mark.parametrize("slug", SLUGS)
def test_the_still_picture_of_the_page_is_the_first_state(slug):
    """It is there before any script, and without one nothing pretends to work."""
    figure = re.compile(rf'<figure class="explorer" data-explorer="{slug}">.*?</figure>', re.S)
    stills = [found[0] for page in HTML.glob("chapters/*.html") for found in figure.finditer(page.read_text("utf-8"))]
    start = shown(slug)[0][1]
    assert len(stills) == 1 and "<script" not in stills[0]
    numbers = re.findall(r'data-number="([^"]*)" data-value="([^"]*)">([^<]*)<', stills[0])
    assert numbers == [tuple(number) for number in start["numbers"]]
    assert stills[0].count("data-panel=") == len(start["drawn"])
