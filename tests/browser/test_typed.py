"""What the reader writes into an explorer: answered as Python answers it, without Python where it can be, and kept."""

import json

import pytest
from live_cells import Cell

from dlbook.explorers import lstm, sentiment, transformer

PAGE = "chapters/23_sentiment.html"
OWN = "It isn't dull, but I hated the zorblax."


class Field:
    """The explorer, come alive."""

    def __init__(self, v, query="", page=PAGE, slug="sentiment", label="your sentence"):
        self.page = v.page
        v.goto(page + query)
        self.figure = v.page.locator(f"figure[data-explorer={slug}]")
        for _ in range(20):
            self.figure.evaluate("e => e.scrollIntoView({ block: 'start', behavior: 'instant' })")
            v.page.wait_for_timeout(100)
            if self.figure.get_attribute("data-ready"):
                break
        self.box = self.figure.get_by_role("textbox", name=label)

    def until(self, **values):
        script = "([figure, want]) => Object.entries(want).every(([k, v]) => JSON.parse(figure.dataset.state)[k] === v)"
        self.page.wait_for_function(script, arg=[self.figure.element_handle(), values], timeout=3_000)

    def number(self, key) -> float:
        return float(self.figure.locator(f"[data-number={key}]").get_attribute("data-value"))


@pytest.mark.parametrize("model", ["naive Bayes", "mean embedding"])
def test_a_sentence_is_answered_without_python_as_python_answers_it(visit, model):
    with visit() as v:
        field = Field(v)
        field.figure.get_by_role("combobox", name="model").select_option(label=model)
        field.box.fill("")
        field.box.press_sequentially(OWN)
        field.until(sentence=OWN, model=model)
        truth = sentiment.state(OWN, model)
        for key in ("score", "good", "read", "unknown"):
            assert field.number(key) == pytest.approx(truth[key], abs=1e-9)
        drawn = field.figure.locator("svg text.word").all_text_contents()
        assert drawn == list(truth["said"]) and "zorblax" in drawn
        assert field.figure.get_attribute("data-live") is None, "no Python has been asked"


def test_a_sentence_stands_in_the_address_and_reset_takes_it_back(visit):
    with visit() as v:
        field = Field(v)
        field.box.fill(OWN)
        v.page.wait_for_function("() => location.search.includes('zorblax')")
        again = Field(v, v.page.evaluate("location.search"))
        again.until(sentence=OWN)
        assert again.box.input_value() == OWN
        again.figure.get_by_role("button", name="Reset").click()
        again.until(sentence=sentiment.SENTENCES[0])
        assert json.loads(again.figure.get_attribute("data-state"))["model"] == "naive Bayes"


def test_a_sequence_is_answered_without_python(visit):
    with visit() as v:
        field = Field(v, page="chapters/21_lstm.html", slug="lstm", label="your sequence")
        field.box.fill("0.2 0.5* 0.1 -0.9*")
        field.until(written="0.2 0.5* 0.1 -0.9*")
        truth = lstm.state("0.2 0.5* 0.1 -0.9*", 0)
        for key in ("last", "wanted", "lowest", "closed", "left"):
            assert field.number(key) == pytest.approx(truth[key], abs=1e-9)


def test_a_number_is_translated_once_python_runs(visit, folder_site):
    """Before that the page says what is missing, and stays as it was."""
    with visit(site=folder_site) as v:
        field = Field(v, page="chapters/26_transformer.html", slug="transformer", label="a number in English words")
        field.box.fill("five hundred two thousand")
        field.figure.get_by_text("run a cell of this page first").wait_for()
        start = json.loads(field.figure.get_attribute("data-state"))
        assert start["sentence"] == "seventy one"
        Cell(v.page, "setup").run()
        field.box.fill("hundred hundred seventy")
        field.figure.get_by_text("The net reads “hundred hundred seventy”").wait_for()
        truth = transformer.state(**start | {"sentence": "hundred hundred seventy"})
        assert field.figure.get_by_text(f"and writes “{truth['writes']}”").is_visible()
        for key in ("score", "weight", "own"):
            assert field.number(key) == pytest.approx(truth[key], abs=1e-9)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_beside_a_sentence(visit, axe, scheme):
    with visit(scheme=scheme) as v:
        field = Field(v)
        field.box.fill(OWN)
        field.until(sentence=OWN)
        assert axe(v.page, within="figure[data-explorer=sentiment]") == []
