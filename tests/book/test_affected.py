"""A change asks for the tests that it can turn red, and what no rule knows for all of them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import affected  # noqa: E402
import chapter  # noqa: E402


@pytest.mark.parametrize(
    ("file", "asked"),
    [
        (
            "dlbook/scratch/optimizers.py",
            {"tests/panes/test_optimizers.py", "book"},
        ),
        (
            "dlbook/pytorch/metrics/rates.py",
            {"tests/concepts/test_metrics_laws.py", "browser"},
        ),
        ("dlbook/experiments/optimizers/digits.py", {"tests/experiments/test_optimizers.py", "book", "browser"}),
        ("dlbook/explorers/activations_recovery.py", {"tests/experiments/test_activations.py", "browser"}),
        ("chapters/04_gradient_descent.ipynb", {"tests/concepts/test_losses.py", "book"}),
        ("tests/book/test_links.py", {"tests/**/test_links.py"}),
        ("dlbook/practise/answers.js", {"node", "browser"}),
        ("dlbook/cli/lab.py", {"tests/book/test_cli.py"}),
    ],
)
def test_a_change_asks_for_its_tests(file, asked):
    found = affected.targets([file])
    assert asked <= set(found) and found != [affected.EVERYTHING]


@pytest.mark.parametrize("file", ["dlbook/concepts.toml", "dlbook/_validate/__init__.py", "new/thing.py"])
def test_what_no_rule_knows_asks_for_everything(file):
    assert affected.targets(["README.md", file, "tests/book/test_links.py"]) == [affected.EVERYTHING]


def test_what_is_only_read_asks_for_lint():
    assert affected.commands(affected.targets(["README.md"])) == ["make lint"]


def test_every_chapter_knows_its_tests():
    assert chapter.tests("gradient_descent") >= ["tests/concepts/test_gradcheck.py"]
    assert {"tests/concepts/test_losses.py", "tests/experiments/test_gradient_descent.py"} <= set(
        chapter.tests("gradient_descent")
    )


def test_the_targets_are_those_of_the_makefile():
    makefile = (affected.ROOT / "Makefile").read_text(encoding="utf-8")
    for name in ("book", "browser", "jupyterlab", "node", affected.EVERYTHING):
        assert f"\n{name}:" in makefile
