"""A sentence of the reader's in chapter 23's explorer: answered without Python as Python answers it, and kept."""

import json

import pytest

from dlbook.explorers import sentiment

PAGE = "chapters/23_sentiment.html"
OWN = "It isn't dull, but I hated the zorblax."


class Field:
    """The explorer, come alive."""

    def __init__(self, v, query=""):
        self.page = v.page
        v.goto(PAGE + query)
        self.figure = v.page.locator("figure[data-explorer=sentiment]")
        for _ in range(20):
            self.figure.evaluate("e => e.scrollIntoView({ block: 'start', behavior: 'instant' })")
            v.page.wait_for_timeout(100)
            if self.figure.get_attribute("data-ready"):
                break
        self.box = self.figure.get_by_role("textbox", name="your sentence")

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
        v.page.wait_for_function("location.search.includes('zorblax')")
        again = Field(v, v.page.evaluate("location.search"))
        again.until(sentence=OWN)
        assert again.box.input_value() == OWN
        again.figure.get_by_role("button", name="Reset").click()
        again.until(sentence=sentiment.SENTENCES[0])
        assert json.loads(again.figure.get_attribute("data-state"))["model"] == "naive Bayes"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_beside_a_sentence(visit, axe, scheme):
    with visit(scheme=scheme) as v:
        field = Field(v)
        field.box.fill(OWN)
        field.until(sentence=OWN)
        assert axe(v.page, within="figure[data-explorer=sentiment]") == []
