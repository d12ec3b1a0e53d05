"""Every page carries its Content-Security-Policy: nothing from elsewhere, and of what stands in it one script alone."""

import base64
import hashlib
import re
import sys
from pathlib import Path

import pytest

from dlbook.site import policy, python

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from serve import HTML  # noqa: E402

PAGES = [path for path in sorted(HTML.rglob("*.html")) if not path.relative_to(HTML).parts[0].startswith("_")]
PAGE = '<meta http-equiv="Content-Security-Policy" content=""><script>first()</script>'
# Data is no script: the browser does not run it.
RUN = re.compile(
    r"<script>(.*?)</script>|<script (?![^>]*(?:src=|type=\"application/json\"))[^>]*>(.*?)</script>", re.S
)


def allowed(text: str) -> dict[str, list[str]]:
    content = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    return {kind: sources for kind, *sources in (rule.split() for rule in content.split(";"))}


def test_there_are_pages():
    assert len(PAGES) > 26, f"There is no built book in {HTML}: run `make book` first."


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_a_page_carries_its_policy(page):
    text = page.read_text(encoding="utf-8")
    inline = [next(filter(None, found)) for found in RUN.findall(text)]
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline]
    rules = allowed(text)
    assert rules["default-src"] == ["'self'"] and rules["object-src"] == ["'none'"] and "'unsafe-eval'" not in text
    assert [source for source in rules["script-src"] if "sha256" in source] == [f"'sha256-{d}'" for d in digests]
    assert text.index("Content-Security-Policy") < text.index("<script")


def test_only_the_site_that_python_comes_from_is_another_one(monkeypatch, tmp_path):
    monkeypatch.delenv("DLBOOK_PYODIDE", raising=False)
    assert re.findall(r"\w+://[^ ;]+", policy.of(PAGE)) == ["https://cdn.jsdelivr.net"]
    monkeypatch.setenv("DLBOOK_PYODIDE", str(tmp_path))
    assert "://" not in policy.of(PAGE)


def test_a_policy_is_written_anew_over_the_last_one(monkeypatch, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    policy.write(tmp_path)
    first = page.read_text()
    monkeypatch.setenv("DLBOOK_PYODIDE", str(tmp_path))
    policy.write(tmp_path)
    assert "jsdelivr" in first and page.read_text() == first.replace(" https://cdn.jsdelivr.net", "")


def test_what_another_site_sends_is_held_to_its_hash(monkeypatch, tmp_path):
    """The hashes are of the very files that the tests run, and a site's own Python needs none."""
    monkeypatch.delenv("DLBOOK_PYODIDE", raising=False)
    known = python.integrity()
    assert set(known) == set(python.CORE)
    wasm = (python.KNOWN / "pyodide.asm.wasm").read_bytes()
    assert known["pyodide.asm.wasm"] == f"sha256-{base64.b64encode(hashlib.sha256(wasm).digest()).decode()}"
    monkeypatch.setenv("DLBOOK_PYODIDE", str(tmp_path))
    assert python.integrity() is None
