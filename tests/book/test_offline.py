"""`make offline` without a build: what a page would fetch becomes a script, and a reader is told what to do."""

import base64
import json
import re
import sys
from pathlib import Path

import pytest

from dlbook.site import python

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import make_offline  # noqa: E402

FILES = {"pyodide/pyodide.js": b"load()", "pyodide/pyodide.asm.wasm": b"\0asm", "data/some.npz": b"PK\xff"}


@pytest.fixture
def site(tmp_path):
    html = tmp_path / "html"
    for name, content in FILES.items():
        path = html / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (html / "index.html").write_text("<!DOCTYPE html>", encoding="utf-8")
    return html


def test_what_is_fetched_becomes_a_script(site, tmp_path):
    folder = make_offline.offline(site, tmp_path / "Bücher und Hefte")
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(found) == {
        "index.html",
        "README.txt",
        "_static/pyodide/pyodide.js",
        "_static/pyodide/pyodide.asm.wasm.js",
        "_static/data/some.npz.js",
    }
    script = found["_static/data/some.npz.js"].read_text(encoding="utf-8")
    assert base64.b64decode(re.fullmatch(r'self\.dlbookFile="(.*)";\n', script)[1]) == FILES["data/some.npz"]
    assert "open index.html" in found["README.txt"].read_text(encoding="utf-8")


def test_a_site_without_its_own_python_is_refused(site, tmp_path):
    (site / "_static" / "pyodide").rename(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="has no Pyodide of its own"):
        make_offline.offline(site, tmp_path / "copy")


def test_every_file_that_python_fetches_is_one_of_them():
    lock = json.loads((ROOT / "node_modules" / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))
    names = [*(entry["file_name"] for entry in python.needed(lock)), *(path.name for path in python.fetched())]
    names += [name for name in python.CORE if not name.endswith(".js")]  # a worker imports scripts as they are
    assert len(names) > 20 and {Path(name).suffix for name in names} <= make_offline.FETCHED
