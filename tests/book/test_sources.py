"""The sources that folds hold, read as text, and the files that a page fetches them from."""

import inspect
import json
import re
from pathlib import Path

import pytest

from dlbook import concepts, display, panes, pytorch, scratch, sources
from dlbook.experiments import backpropagation, optimizers
from dlbook.experiments.optimizers import digits
from dlbook.site import folds

CHAPTERS = Path(__file__).parents[2] / "chapters"
TWINS = [c.id for chapter in concepts.chapters() if chapter.done for c in chapter.concepts if c.kind == "twin"]


def held(key: str) -> str:
    return "\n".join(code for _, code in sources.sources(key))


@pytest.mark.parametrize("concept_id", TWINS)
def test_options_hold_the_whole_function_of_both_rooms(concept_id):
    codes = [code for _, code in sources.sources(f"options:{concept_id}")]
    for code, room in zip(codes, (scratch, pytorch), strict=True):
        function = room
        for name in concept_id.split("."):
            function = getattr(function, name)
        assert inspect.getsource(inspect.unwrap(function)).strip() in code
        assert function.__doc__.splitlines()[0] in code


SHOWN = sorted(
    shown
    for path in CHAPTERS.glob("*.ipynb")
    for shown in re.findall(r'show\(\\"([\w.]+)\\"\)', path.read_text("utf-8"))
    if panes.family("pytorch", shown)  # of what only a library does the book has no source
)


@pytest.mark.parametrize("name", SHOWN)
def test_options_hold_whatever_a_chapter_shows(name):
    assert len(SHOWN) > 50
    assert f"{name.rpartition('.')[2]}" in held(f"options:{name}")


def test_measured_holds_all_that_an_experiment_calls():
    code = held("measured:experiments.optimizers.sensitivity")
    for called in (optimizers.sensitivity, optimizers.train, digits.network_grads, digits.scores, digits.Training):
        assert inspect.getsource(called).strip() in code
    assert "STEPS = {" in code, "what it runs through stands in another module"
    assert "def with_schedules" not in code, "nothing that it does not call"


def test_measured_follows_a_module_under_another_name():
    codes = dict(sources.sources("measured:experiments.vanishing_gradients.learn"))
    assert (
        inspect.getsource(backpropagation.accuracy).strip() in codes["<code>dlbook.experiments.backpropagation</code>"]
    )


def test_several_experiments_share_what_they_both_call():
    code = held("measured:experiments.optimizers.sensitivity,experiments.optimizers.with_schedules")
    assert code.count("def train(") == 1 and "def with_schedules(" in code and "def sensitivity(" in code


def test_a_variable_of_the_same_name_is_no_call():
    tree = sources.ast.parse("def f(scores):\n    rates = scores\n    return rates, train")
    names = {name: f"experiments.optimizers.{name}" for name in ("scores", "rates", "train")}
    assert sources.used(tree, names) == ["experiments.optimizers.train"]


@pytest.mark.parametrize(
    "key",
    ["options:activations.sine", "measured:experiments.optimizers.nothing", "measured:scratch.losses.mse", "train"],
)
def test_what_is_not_there_is_named(key):
    with pytest.raises(ValueError, match=f"key must be options:<concept> or measured:.* got '{key}'"):
        display.fold(key, "All options")


def test_in_jupyterlab_the_fold_holds_its_source(monkeypatch):
    monkeypatch.delenv("DLBOOK_STATIC", raising=False)
    fold = display.fold("options:optimizers.adam", "All options")
    assert fold.startswith('<details class="dlbook-fold"><summary>All options</summary>') and "<pre>" in fold
    assert "data-source" not in fold


def test_a_page_fetches_what_its_folds_name_and_nothing_else(monkeypatch, tmp_path):
    monkeypatch.setenv("DLBOOK_STATIC", "1")
    fold = display.fold("options:optimizers.adam", "All options")
    assert 'data-source="options:optimizers.adam"' in fold and "<pre" not in fold
    for folder in ("chapters", "_static"):
        (tmp_path / folder).mkdir()
    page = tmp_path / "chapters" / "10.html"
    page.write_text(fold + fold, encoding="utf-8")
    folds.write(tmp_path)
    files = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "_static" / "sources").iterdir()}
    assert sorted(files) == ["options-optimizers.adam.html", "options-optimizers.adam.js"]
    (link,) = re.findall(r'href="([^"]+)"', fold)
    assert (page.parent / link).resolve().is_file(), "without JavaScript a link leads there"
    whole = sources.content("options:optimizers.adam")
    assert whole in files["options-optimizers.adam.html"]
    assert json.dumps(whole) in files["options-optimizers.adam.js"]
