"""The build's side of Python in the page: where it comes from, what of dlbook goes with it, which cells run."""

import base64
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from dlbook.site import python

ROOT = Path(__file__).resolve().parents[2]
LOCK = json.loads((ROOT / "node_modules" / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))


def test_the_version_is_the_pinned_one():
    pinned = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]["pyodide"]
    assert python.VERSION == pinned == LOCK["info"]["version"]
    assert python.VERSION in python.CDN


@pytest.mark.parametrize(
    ("chosen", "address"),
    [
        (None, python.CDN),
        ("", python.CDN),
        ("https://example.org/pyodide", "https://example.org/pyodide/"),
        ("/pyodide/", "/pyodide/"),
        (str(ROOT), "_static/pyodide/"),
        ("tests", "_static/pyodide/"),
    ],
)
def test_where_python_comes_from(monkeypatch, chosen, address):
    monkeypatch.chdir(ROOT)
    if chosen is None:
        monkeypatch.delenv("DLBOOK_PYODIDE", raising=False)
    else:
        monkeypatch.setenv("DLBOOK_PYODIDE", chosen)
    assert python.address() == address


def test_what_is_counted_down_is_what_is_fetched():
    """The page says how much is left before NumPy's first result: the core without its scripts, and NumPy's wheel."""
    fetched = ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"]
    core = sum((ROOT / "node_modules" / "pyodide" / name).stat().st_size for name in fetched)
    assert python.FIRST_BYTES - core == 3_061_133, "NumPy's wheel"
    assert [entry["name"] for entry in python.needed(LOCK, ["numpy"])] == ["numpy"]


def test_matplotlib_brings_what_it_needs():
    names = {entry["name"] for entry in python.needed(LOCK)}
    assert {"numpy", "matplotlib", "kiwisolver", "Pillow", "python-dateutil", "six"} <= names
    assert "scipy" not in names


def test_a_folder_that_is_no_pyodide_is_refused(tmp_path):
    with pytest.raises(ValueError, match=f"DLBOOK_PYODIDE must name a folder with Pyodide {python.VERSION}: .* lacks"):
        python.copy_pyodide(tmp_path, tmp_path / "out")
    for name in python.CORE:
        (tmp_path / name).write_text('{"info": {"version": "0.1"}}', encoding="utf-8")
    with pytest.raises(ValueError, match=f"must hold Pyodide {python.VERSION}: got 0.1"):
        python.copy_pyodide(tmp_path, tmp_path / "out")


def test_the_books_package_for_the_page():
    """Everything that NumPy's side needs, nothing of PyTorch's or the site's; the same bytes at every build."""
    archive = python.archive()
    names = set(zipfile.ZipFile(io.BytesIO(archive)).namelist())
    assert {"dlbook/__init__.py", "dlbook/concepts.toml", "dlbook/live/live.py", "dlbook/scratch/__init__.py"} <= names
    assert {"dlbook/data/photos.npz", "dlbook/data/imagenet_classes.json"} <= names
    assert not [name for name in names if name.startswith(("dlbook/pytorch", "dlbook/site")) or "__pycache__" in name]
    assert archive == python.archive()


def test_large_data_lie_beside_the_package(tmp_path):
    """Together the package and the folder have all data but what is too large for a page, nothing twice."""
    python.copy_data(tmp_path / "data")
    beside = {path.name for path in (tmp_path / "data").iterdir()}
    assert {"squeezenet11_imagenet_int8.npz", "photos_227.npz", "NOTICES.txt", "APACHE-2.0.txt"} <= beside
    names = zipfile.ZipFile(io.BytesIO(python.archive())).namelist()
    inside = {name.rpartition("/")[2] for name in names if name.startswith("dlbook/data/")}
    assert not inside & beside
    whole = {path.name for path in (ROOT / "dlbook" / "data").iterdir() if path.is_file()}
    assert whole - inside - beside == python.TOO_LARGE


def test_the_settings_are_a_script(tmp_path, monkeypatch):
    monkeypatch.delenv("DLBOOK_PYODIDE", raising=False)
    (tmp_path / "worker.js").write_text("'worker'", encoding="utf-8")
    python.install(tmp_path)
    script = (tmp_path / "python.js").read_text(encoding="utf-8")
    settings = json.loads(re.fullmatch(r"window\.dlbookPython=(.*);\n", script, re.S)[1])
    assert settings["pyodide"] == python.CDN and settings["worker"] == "'worker'"
    assert base64.b64decode(settings["dlbook"]) == python.archive()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "python.js", "worker.js"]
