"""What is installed is whole and describes itself: the wheel, as it is built."""

import os
import re
import subprocess
import sys
import zipfile
from email import message_from_bytes, policy
from pathlib import Path

import pytest

import dlbook
from dlbook.site import address, wheel

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    return wheel.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def described(built):
    with zipfile.ZipFile(built) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        return message_from_bytes(archive.read(name), policy=policy.default)


def test_the_wheel_has_every_file_of_the_package_and_every_chapter(built):
    files = [path.relative_to(ROOT) for path in (ROOT / "dlbook").rglob("*") if path.is_file()]
    owed = {str(path) for path in files if not any(part.startswith(("__pycache__", "tmp")) for part in path.parts)}
    chapters = {f"dlbook/chapters/{path.name}" for path in (ROOT / "chapters").glob("*.ipynb")}
    assert len(owed) > 100 and len(chapters) == 26
    with zipfile.ZipFile(built) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert held == owed | chapters
        assert all(archive.read(name) == (ROOT / name).read_bytes() for name in owed)


def test_the_same_sources_make_the_same_bytes_and_leave_nothing_behind(built, tmp_path, monkeypatch):
    before = sorted(os.listdir(ROOT))
    monkeypatch.setenv("PYTHONWARNINGS", "error")  # as in a build of the book
    mask = os.umask(0o077)
    try:
        again = wheel.build(tmp_path / "new")
    finally:
        os.umask(mask)
    assert again.name == built.name
    assert wheel.sha256(again) == wheel.sha256(built)
    assert sorted(os.listdir(ROOT)) == before


def test_the_command_is_all_that_it_adds_to_an_environment(built):
    with zipfile.ZipFile(built) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/entry_points.txt")]
        assert archive.read(name).decode().split() == ["[console_scripts]", "dlbook", "=", "dlbook.cli.main:main"]


def test_a_package_index_shows_it_well(built, described):
    checked = [sys.executable, "-m", "twine", "check", "--strict", str(built)]
    ran = subprocess.run(checked, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    for field in ("Summary", "Author", "Keywords", "Classifier", "License-Expression", "License-File"):
        assert described[field], field
    assert described["Version"] == dlbook.__version__
    assert "# dlbook" in described.get_content()
    assert not re.findall(r"\]\((?!https?://|#).*?\)", described.get_content()), "relative: an index has no such file"
    named = [place for place in address.named(ROOT).values() if place]
    assert len(described.get_all("Project-URL", [])) == len(named)


def test_a_named_host_gives_the_addresses_of_the_project():
    owner = "https://github.com/owner/name"
    table = wheel.urls(dlbook_repository=owner, dlbook_site="")
    assert table == f'\n[project.urls]\nRepository = "{owner}"\n'
    assert 'Book = "https://book.example/"\n' in wheel.urls(owner, "https://book.example/")
    readme = "![a picture](docs/a.png) [how](CONTRIBUTING.md) [there](https://example.org)"
    assert wheel.without_relative(readme, "") == " how [there](https://example.org)"
    assert wheel.without_relative(readme, owner) == (
        f"![a picture]({owner}/raw/main/docs/a.png) [how]({owner}/blob/main/CONTRIBUTING.md) [there](https://example.org)"
    )
