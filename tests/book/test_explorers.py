"""The explorers of the finished chapters: every number against an oracle, every word and preset against its name.

The oracle of a chapter is `tests/oracles/<slug>.py`: `oracle(**controls)` gives every number by other means, to `RTOL`;
`scratch(**controls)` gives some of them again by dlbook's own functions; `check_drawing(shown, controls)` looks at the
arrays.
"""

import string
from functools import cache
from importlib import import_module

import numpy as np
import pytest

from dlbook import explorers
from dlbook.explore.grid import weight

SLUGS = explorers.slugs()
MOST_BYTES = 250_000  # gzipped


@cache
def explorer(slug):
    return import_module(f"dlbook.explorers.{slug}").explorer()


def settings(slug, count=24) -> list[dict]:
    """Where the explorer starts, every preset, and values drawn at random from its controls."""
    spec, rng = explorer(slug).spec, np.random.default_rng(1)
    start = {c["name"]: c["values"][c["start"]] for c in spec["controls"]}
    presets = [
        start | {c["name"]: c["values"][p["places"][c["name"]]] for c in spec["controls"] if c["name"] in p["places"]}
        for p in spec["presets"]
    ]
    drawn = [{c["name"]: c["values"][rng.integers(len(c["values"]))] for c in spec["controls"]} for _ in range(count)]
    return [start, *presets, *drawn]


def numbers(result: dict) -> dict:
    return {key: value for key, value in result.items() if not isinstance(value, str) and np.ndim(value) == 0}


def oracle_of(slug):
    return import_module(f"oracles.{slug}")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_number_is_right(slug):
    truth = oracle_of(slug)
    for values in settings(slug):
        shown = numbers(explorer(slug).state(**values))
        expected = truth.oracle(**values)
        assert shown.keys() == expected.keys()
        for key in shown:
            assert shown[key] == pytest.approx(expected[key], rel=truth.RTOL, abs=1e-15, nan_ok=True), (values, key)
        for key, value in truth.scratch(**values).items():
            assert shown[key] == pytest.approx(value, rel=1e-12, abs=1e-15), (values, key)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_drawing_is_right(slug):
    for values in settings(slug, count=8):
        oracle_of(slug).check_drawing(explorer(slug).state(**values), values)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_field_of_sentence_and_formulas_resolves(slug):
    spec = explorer(slug).spec
    assert fields(spec["says"]), "the sentence carries no number"
    fixed = [spec["title"], spec["alt"], *(n["label"] for n in spec["numbers"]), *(p["title"] for p in spec["panels"])]
    assert not [words for words in fixed if "{" in words], "these words are shown as they are"
    for values in settings(slug, count=8):
        state = explorer(slug).state(**values)
        known = values | numbers(state) | {key: value for key, value in state.items() if isinstance(value, str)}
        for template in [spec["says"], *(n["formula"] for n in spec["numbers"])]:
            assert fields(template) <= known.keys(), template
            assert "{" not in template.format(**{key: whole(value) for key, value in known.items()})


def whole(value):
    """Counts are floats on the grid; the page writes them without a point, as Python's "d" wants them to be."""
    return value if isinstance(value, str) or value % 1 else int(value)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_preset_is_a_state_of_its_own(slug):
    spec = explorer(slug).spec
    places = {c["name"]: c["start"] for c in spec["controls"]}
    reached = [tuple((places | p["places"]).items()) for p in spec["presets"]]
    assert len(set(reached)) == len(reached) >= 3
    labels = [p["label"] for p in spec["presets"]]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("slug", SLUGS)
def test_presets_mean_exactly_what_they_say(slug, monkeypatch):
    """A preset between two values of a slider would silently mean another one."""
    module, meant = import_module(f"dlbook.explorers.{slug}"), {}
    explore = module.explore
    monkeypatch.setattr(module, "explore", lambda *a, **k: meant.update(k["presets"]) or explore(*a, **k))
    spec = module.explorer().spec
    values = {c["name"]: c["values"] for c in spec["controls"]}
    for preset in spec["presets"]:
        assert {k: values[k][i] for k, i in preset["places"].items()} == meant[preset["label"]]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_payload_is_light(slug):
    gzipped = weight(explorer(slug).payload())
    states = np.prod([len(c["values"]) for c in explorer(slug).spec["controls"]])
    print(f"{slug}: {states:,} states in {gzipped:,} bytes gzipped")
    assert 1_000 < gzipped <= MOST_BYTES
