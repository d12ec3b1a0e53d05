"""Tables of what takes longer than a chapter's minute: when they are out of date, and what may be read off them."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import measure

from dlbook import sources
from dlbook.experiments import measured

RUN = """
from dlbook.scratch import sums, tables, looked_up


def run(seed):
    return sums.add(7, seed) + tables.KINDS["twice"](seed) + getattr(looked_up, "third")(seed) + by_name()


def by_name():
    return sums.Sum().of("late")


def other():
    return 1
"""
SUMS = """
def add(a, b):
    \"\"\"The sum.\"\"\"
    return a + b


def unused(a):
    return a


class Sum:
    def of(self, name):
        return globals()[name]()


def late():
    return 2


STEPS = []
for step in (1, 2):
    STEPS.append(step)
"""
SOURCE = {
    "__init__.py": "",
    "experiments/__init__.py": "",
    "experiments/toy.py": RUN,
    "scratch/__init__.py": "",
    "scratch/sums.py": SUMS,
    "scratch/tables.py": "from dlbook.scratch.inner import twice\n\nKINDS = {'twice': twice}\nOTHERS = {}\n",
    "scratch/inner/__init__.py": "from dlbook.scratch.inner.deep import twice\n",
    "scratch/inner/deep.py": "def twice(a):\n    return 2 * a\n\n\ndef thrice(a):\n    return 3 * a\n",
    "scratch/looked_up.py": "def third(a):\n    return a / 3\n",
    "scratch/other.py": "x = 1\n",
}


@measured.over(a=(1, 2), kind=("plus", "minus"), seeds=range(3))
def toy(seed, a, kind):
    return {"value": a + seed if kind == "plus" else a - seed, "square": a * a}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The table of `toy`, measured and written."""
    monkeypatch.setattr(measured, "FOLDER", tmp_path / "measured")
    monkeypatch.setattr(measured, "file", lambda run: measured.FOLDER / "toy.toml")
    monkeypatch.setattr(measure, "digest", lambda name: "0123")
    measure.write(toy, measure.measure(toy))
    return measured.stored(toy)


def test_a_table_holds_every_setting_and_seed_and_comes_back_as_it_was(kept):
    table = measured.table(toy)
    assert table.values["value"].tolist() == [[1, 2, 3], [1, 0, -1], [2, 3, 4], [2, 1, 0]]
    assert table.of("value", kind="minus").tolist() == [[1, 0, -1], [2, 1, 0]]
    assert table.of("square", a=2, kind="plus").tolist() == [4, 4, 4]
    measure.write(toy, kept)
    assert measured.stored(toy) == kept
    with pytest.raises(ValueError, match="setting must be one that was measured: got {'a': 3}"):
        table.of("value", a=3)


def test_a_run_once_more_lies_in_its_range_and_another_number_does_not(kept):
    table = measured.table(toy)
    assert table.again("value", a=1, kind="plus") == (1, 2, 3)
    moved = measured.Table(toy, {"value": table.values["value"] + 5})
    low, again, high = moved.again("value", a=1, kind="plus")
    assert not low <= again <= high


def test_other_settings_or_seeds_have_no_table(kept, monkeypatch):
    assert measure.out_of_date(toy, kept) == ""
    for name, value in (("seeds", [0, 1]), ("rows", toy.rows[:2])):
        with monkeypatch.context() as changed:
            changed.setattr(toy, name, value)
            assert measure.out_of_date(toy, kept).endswith("toy has no table of its settings and seeds")
            with pytest.raises(ValueError, match="toy has no table of its settings and seeds: `make measure` makes it"):
                measured.table(toy)


def test_other_code_makes_a_table_old(kept, monkeypatch):
    monkeypatch.setattr(measure, "digest", lambda name: "4567")
    assert measure.out_of_date(toy, kept).endswith("toy was measured with other code than there is now")


@pytest.fixture
def toy_book(tmp_path, monkeypatch):
    """A small book in place of this one: a function that puts another line into one of its files."""
    monkeypatch.setattr(sources, "ROOT", tmp_path)

    def write(file: str, source: str) -> None:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(source)
        sources.module.cache_clear()

    for name, source in SOURCE.items():
        write(name, source)
    yield lambda file, old, new: write(file, SOURCE[file].replace(old, new))
    sources.module.cache_clear()


@pytest.mark.parametrize(
    ("file", "old", "new", "same"),
    [
        ("experiments/toy.py", "7, seed)", "8, seed)", False),
        ("experiments/toy.py", "return 1", "return 2", True),
        ("scratch/sums.py", "a + b", "a - b", False),
        ("scratch/sums.py", "The sum.", "a + b.", True),
        ("scratch/sums.py", "    return a + b", "    # why\n\n    return a + b", True),
        ("scratch/sums.py", "    return a\n", "    return -a\n", False),  # globals() may mean it
        ("scratch/sums.py", "return 2", "return 3", False),
        ("scratch/sums.py", "(1, 2)", "(2, 1)", False),
        ("scratch/tables.py", "'twice': twice", "'twice': abs", False),
        ("scratch/tables.py", "OTHERS = {}", "OTHERS = {1: 2}", True),
        ("scratch/inner/deep.py", "2 * a", "4 * a", False),
        ("scratch/inner/deep.py", "3 * a", "4 * a", True),
        ("scratch/looked_up.py", "a / 3", "a / 4", False),
        ("scratch/other.py", "1", "2", True),
    ],
)
def test_the_digest_is_of_the_code_that_runs_and_of_no_other(toy_book, file, old, new, same):
    before = measure.digest("experiments.toy.run")
    toy_book(file, old, new)
    assert (measure.digest("experiments.toy.run") == before) is same


@pytest.mark.parametrize("run", measure.marked(), ids=lambda run: run.__name__)
def test_every_experiment_that_is_marked_has_its_table(run):
    assert all(np.isfinite(numbers).all() for numbers in measured.table(run).values.values())


def test_a_digest_of_nothing_is_refused():
    with pytest.raises(ValueError, match="name must be that of an experiment: got 'dlbook.experiments.lstm'"):
        measure.digest("dlbook.experiments.lstm")
