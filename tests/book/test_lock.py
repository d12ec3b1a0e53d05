"""What the book is made with is held by hashes, and the lock names the versions of constraints.txt."""

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
UNHASHED = {"torch"}  # by version alone: the build for CPUs is another file of the same version
LOCKS = ("lock.txt", "tests/pyodide/requirements.txt")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(text: str) -> dict[str, Requirement]:
    lines = [line.split("--hash")[0] for line in text.replace("\\\n", " ").splitlines()]
    found = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


PINNED = pins(read("constraints.txt"))


def test_the_lock_names_the_versions_of_the_constraints():
    locked = pins(read("lock.txt"))
    wanted = {name: str(pin.specifier) for name, pin in PINNED.items() if name not in UNHASHED}
    assert {name: str(locked[name].specifier) for name in wanted if name in locked} == wanted


def test_what_else_is_locked_is_for_other_machines():
    """What one of them needs besides, and what lists of installed packages leave out."""
    more = {name: pin for name, pin in pins(read("lock.txt")).items() if name not in PINNED}
    assert {name for name, pin in more.items() if pin.marker is None} == {"setuptools", "wheel"}


def test_nothing_that_the_book_asks_for_is_missing():
    assert pins(read("requirements.txt")).keys() - pins(read("lock.txt")).keys() == UNHASHED


def test_the_pages_tests_have_the_same_versions():
    in_pyodide = {name: str(pin.specifier) for name, pin in pins(read(LOCKS[1])).items() if name != "hypothesis"}
    assert in_pyodide == {name: str(PINNED[name].specifier) for name in in_pyodide}


@pytest.mark.parametrize("name", LOCKS)
def test_every_file_has_its_hash_and_no_address(name):
    text = read(name)
    entries = [line for line in text.replace("\\\n", " ").splitlines() if not line.startswith("#")]
    assert [line for line in entries if not HASH.search(line) or "==" not in line] == []
    assert not re.search(r"//|index-url|find-links", text)


def test_every_part_of_the_front_end_has_its_hash_and_no_address():
    packages = json.loads(read("package-lock.json"))["packages"]
    parts = {path: part for path, part in packages.items() if path}
    assert len(parts) > 100
    assert [path for path, part in parts.items() if not part["integrity"].startswith("sha512-")] == []
    assert [path for path, part in parts.items() if "resolved" in part] == []
