"""Every link and every anchor of the built book, read with the standard library."""

import re
import sys
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sphinx.util.inventory import InventoryFile

from dlbook import concepts

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from serve import HTML  # noqa: E402

PAGES = sorted(
    p.relative_to(HTML).as_posix() for p in HTML.rglob("*.html") if not p.relative_to(HTML).parts[0][0] == "_"
)
DONE = [chapter for chapter in concepts.chapters() if chapter.done]


class Page(HTMLParser):
    """What a page points at, and what it can be pointed at."""

    def __init__(self, text: str):
        super().__init__()
        self.ids, self.links, self.headings, self.attributes, self.meta = [], [], [], {}, {}
        self.base = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "base":
            self.base = attrs["href"]
        if tag == "html":
            self.attributes = attrs
        if tag == "meta" and "name" in attrs:
            self.meta[attrs["name"]] = attrs["content"]
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append(int(tag[1]))
        self.links += [attrs[name] for name in ("href", "src") if attrs.get(name) and tag != "base"]


@cache
def read(page: str) -> Page:
    return Page((HTML / page).read_text(encoding="utf-8"))


def broken(page: str) -> list[str]:
    """The links of a page that lead to no file or to no anchor of the book."""
    found = read(page)
    root = HTML if found.base == "/" else (HTML / page).parent
    wrong = []
    for link in found.links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (root / unquote(parts.path)).resolve() if parts.path else HTML / page
        if not target.is_file():
            wrong.append(f"{link}: no such file")
        elif parts.fragment and target.suffix == ".html":
            ids = read(target.relative_to(HTML.resolve()).as_posix() if parts.path else page).ids
            if unquote(parts.fragment) not in ids:
                wrong.append(f"{link}: no such anchor")
    return wrong


def test_there_is_a_book():
    assert PAGES, f"There is no built book in {HTML}: run `make book` first."
    assert {"index.html", "404.html", "search.html"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES or ["no built book"])
def test_links_lead_somewhere(page):
    assert read(page).links
    assert broken(page) == []


@pytest.mark.parametrize("page", PAGES or ["no built book"])
def test_page_says_what_it_is(page):
    found = read(page)
    assert [name for name, count in Counter(found.ids).items() if count > 1] == [], "ids that stand twice"
    assert found.attributes["lang"] == "en"
    assert 20 <= len(found.meta["description"]) <= 160
    assert found.headings.count(1) == 1
    steps = zip(found.headings, found.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps), f"a level of headings is left out: {found.headings}"


@pytest.mark.parametrize("chapter", DONE, ids=lambda chapter: chapter.slug)
def test_concept_ids_are_anchors(chapter):
    """The id of a concept is the id in the page, the label for references, and the anchor that the search gives."""
    page = f"chapters/{chapter.notebook}.html"
    ids = read(page).ids
    assert [c.id for c in chapter.concepts if c.id not in ids] == []
    with (HTML / "objects.inv").open("rb") as stream:
        labels = InventoryFile.load(stream, "", lambda base, uri: uri)["std:label"]
    assert {c.id: labels[c.id][2] for c in chapter.concepts} == {c.id: f"{page}#{c.id}" for c in chapter.concepts}


TORN = re.compile(r"(?<!b)egin\{|(?<!f)rac\{")  # LaTeX that the reading of a PDF has robbed of its backslashes


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_what_a_reading_has_torn(page):
    """But the errata page, which quotes it word for word beside the formula that was meant."""
    text = (HTML / page).read_text(encoding="utf-8")
    quoted = re.sub(r"<pre>.*?</pre>", "", text, flags=re.S)
    assert not TORN.search(quoted if page == "reference/errata.html" else text)
    assert bool(TORN.search(text)) == (page == "reference/errata.html")
