"""The pictures of explorers that a saved notebook keeps are what the explorers draw now, each a picture of its own."""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from dlbook import explorers
from dlbook.explore import still

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from stills import pictures  # noqa: E402

SLUGS = explorers.slugs()


@pytest.fixture(scope="module")
def drawn():
    return pictures(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_picture_is_drawn_by_the_explorer_as_it_is(slug, drawn):
    kept = (still.FOLDER / f"{slug}.svg").read_text(encoding="utf-8")
    assert kept == drawn[slug], f"{slug} draws another picture now: run python tools/stills.py"
    panels = ET.fromstring(kept).findall("{http://www.w3.org/2000/svg}svg")
    assert len(panels) == len(explorers_of(slug).spec["panels"])
    assert not re.search("var\\(|undefined|NaN|https?://(?!www.w3.org)", kept), "it must stand alone"


def test_there_is_no_picture_of_what_is_no_explorer():
    assert {path.stem for path in still.FOLDER.glob("*")} == set(SLUGS)


def explorers_of(slug):
    return getattr(explorers, slug).explorer()
