"""The bills of materials: valid, whole, and without a word of the machine that made them."""

import copy
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from dlbook.site import licences

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import make_sbom  # noqa: E402


@pytest.fixture(scope="module")
def python() -> dict:
    return make_sbom.of_python()


@pytest.fixture(scope="module")
def pages() -> dict:
    return make_sbom.of_pages()


def test_they_are_valid_and_a_wrong_one_is_not(python, pages):
    assert make_sbom.check(python) == make_sbom.check(pages) == ""
    wrong = copy.deepcopy(pages)
    wrong["components"][0]["scope"] = "perhaps"
    assert "perhaps" in make_sbom.check(wrong)


def test_every_pinned_package_is_named_in_its_version(python):
    pinned = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split())
    named = {canonicalize_name(part["name"]): part["version"] for part in python["components"]}
    assert {name: named.get(canonicalize_name(name)) for name in pinned} == pinned


def test_what_ships_is_told_from_the_tools(pages):
    scopes = {part["name"]: part["scope"] for part in pages["components"]}
    assert all(scopes[part.name] == "required" for part in [*licences.pages(), *licences.of_python()])
    assert scopes["eslint"] == scopes["lighthouse"] == "excluded"
    assert all(part["hashes"] for part in pages["components"] if "purl" in part)


def test_no_machine_and_no_index_stands_in_them(python, pages):
    text = f"{python}{pages}"
    assert str(ROOT) not in text and sys.prefix not in text and "file:" not in text
    assert "externalReferences" not in text
