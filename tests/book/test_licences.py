"""What really ships stands on the page of licences, and the texts that must travel travel with it."""

import html
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest

from dlbook.site import licences, python

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from serve import HTML  # noqa: E402

STATIC = HTML / "_static"
PAGE = HTML / "reference" / "licences.html"


@pytest.fixture(scope="module")
def listed() -> str:
    """The page's text, without its tags."""
    assert PAGE.exists(), f"There is no built book in {HTML}: run `make book` first."
    return html.unescape(re.sub(r"<[^>]+>", " ", PAGE.read_text(encoding="utf-8")))


def shipped() -> dict[str, Path]:
    """The npm packages whose own words or files stand in the built site: each by a line of its code, or by a font."""
    bundles = "".join(path.read_text(encoding="utf-8") for kind in ("js", "css") for path in STATIC.glob(f"*.{kind}"))
    fonts = {path.name for path in STATIC.glob("*.woff2")}
    return {name: folder for name, folder in packages().items() if fonts & fonts_of(folder) or speaks(folder, bundles)}


def packages() -> dict[str, Path]:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    names = [path.removeprefix("node_modules/") for path in lock if path.count("node_modules/") == 1]
    return {name: licences.MODULES / name for name in names if (licences.MODULES / name).is_dir()}


def fonts_of(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.woff2")}


def speaks(folder: Path, bundles: str) -> bool:
    """Whether five of the package's strings stand in the bundles: they survive being minified, and few are shared."""
    about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    entry = folder / str(about.get("module") or about.get("main") or "index.js")
    if not entry.is_file():
        return False
    said = set(re.findall(r'"([^"\\\n]{9,})"', entry.read_text(encoding="utf-8", errors="replace")))
    return sum(f'"{text}"' in bundles for text in said) >= 5


def test_every_package_in_the_bundles_is_listed(listed):
    found = shipped()
    assert {"katex", "@fontsource/source-serif-4", "@codemirror/view"} <= set(found)
    assert [name for name in found if f" {name} " not in listed] == []


def test_every_font_belongs_to_a_listed_package(listed):
    known = {font: name for name, folder in packages().items() for font in fonts_of(folder)}
    fonts = [path.name for path in STATIC.glob("*.woff2")]
    assert len(fonts) > 10 and [font for font in fonts if known.get(font, "?") not in listed] == []


def test_every_listed_package_travels_with_its_text(listed):
    for part in licences.pages():
        assert f" {part.version} " in listed and part.name in listed
        text = (STATIC / "licences" / part.file).read_text(encoding="utf-8")
        assert "opyright" in text and len(text) > 500


def test_every_wheel_of_the_page_is_listed(listed):
    lock = json.loads((python.KNOWN / "pyodide-lock.json").read_text(encoding="utf-8"))
    wheels = python.needed(lock)
    assert [w["name"] for w in wheels if not re.search(rf" {w['name']}\s+{re.escape(w['version'])} ", listed)] == []
    assert f"Pyodide   {python.VERSION}".split() == re.search(r"Pyodide\s+[\d.]+", listed)[0].split()


def test_every_file_of_data_is_listed(listed):
    provenance = tomllib.loads((ROOT / "dlbook" / "data" / "provenance.toml").read_text(encoding="utf-8"))
    files = {path.stem for path in (ROOT / "dlbook" / "data").iterdir() if path.suffix in (".npz", ".json")}
    assert files <= set(provenance) and [name for name in provenance if f" {name} " not in listed] == []
    travels = {path.name for path in (ROOT / "dlbook" / "data").glob("*.txt")}
    assert travels and all((STATIC / "data" / name).exists() for name in travels)


def test_a_package_without_its_text_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(licences, "MODULES", tmp_path)
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "package.json").write_text('{"version": "1.0", "license": "MIT"}')
    with pytest.raises(ValueError, match="bare ships without the text of its licence"):
        licences.of_npm("bare")
