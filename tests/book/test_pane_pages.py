"""The built pages show every pane that the notebooks call for, with the very code that the tests run."""

import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from shown import shown

from dlbook import panes

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from serve import HTML  # noqa: E402


class Panes(HTMLParser):
    """The codes of a page's panes: {id: {room: text of the <pre>}}."""

    def __init__(self, text: str):
        super().__init__()
        self.panes, self.pane, self.room = {}, None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "data-pane" in attrs:
            self.pane = self.panes.setdefault(attrs["data-pane"], {})
        if tag == "pre":
            self.room = attrs.get("data-code")
            if self.room:
                self.pane[self.room] = ""

    def handle_data(self, data):
        if self.room:
            self.pane[self.room] += data

    def handle_endtag(self, tag):
        if tag == "pre":
            self.room = None


BUILT = {k: v for page in sorted(HTML.glob("chapters/*.html")) for k, v in Panes(page.read_text("utf-8")).panes.items()}


def test_the_pages_show_what_the_notebooks_call_for():
    assert sorted(BUILT) == sorted(shown())


@pytest.mark.parametrize("concept_id", shown())
def test_a_page_shows_the_code_that_is_tested(concept_id):
    assert {room: text.rstrip("\n") for room, text in BUILT[concept_id].items()} == panes.codes(concept_id)


def test_another_code_in_a_page_is_noticed():
    page = '<div data-pane="a.b"><pre data-code="numpy"><span>x</span> = 1\n</pre><pre>no code of a pane</pre></div>'
    assert Panes(page).panes == {"a.b": {"numpy": "x = 1\n"}}
