"""Tables of what takes longer than a chapter's minute: when they are out of date, and what may be read off them."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import measure

from dlbook.experiments import measured

SOURCE = {
    "dlbook/__init__.py": "",
    "dlbook/experiments/__init__.py": "",
    "dlbook/experiments/toy.py": "from dlbook.scratch import sums\n\n\ndef run(seed):\n    return sums.add(7, seed)\n",
    "dlbook/scratch/__init__.py": "",
    "dlbook/scratch/sums.py": 'def add(a, b):\n    """The sum."""\n    return a + b\n',
    "dlbook/scratch/other.py": "x = 1\n",
}


@measured.over(a=(1, 2), kind=("plus", "minus"), seeds=range(3))
def toy(seed, a, kind):
    return {"value": a + seed if kind == "plus" else a - seed, "square": a * a}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The table of `toy`, measured and written."""
    monkeypatch.setattr(measured, "FOLDER", tmp_path / "measured")
    monkeypatch.setattr(measured, "file", lambda run: measured.FOLDER / "toy.toml")
    monkeypatch.setattr(measure, "digest", lambda module: "0123")
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
    monkeypatch.setattr(measure, "digest", lambda module: "4567")
    assert measure.out_of_date(toy, kept).endswith("toy was measured with other code than there is now")


@pytest.mark.parametrize(
    ("file", "old", "new", "same"),
    [
        ("dlbook/experiments/toy.py", "7, seed)", "8, seed)", False),
        ("dlbook/scratch/sums.py", "a + b", "a - b", False),
        ("dlbook/scratch/sums.py", "The sum.", "a + b.", True),
        ("dlbook/scratch/sums.py", "    return", "    # why\n\n    return", True),
        ("dlbook/scratch/other.py", "1", "2", True),
    ],
)
def test_the_digest_is_of_the_code_that_runs_and_of_no_other(tmp_path, file, old, new, same):
    for name, source in SOURCE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)
    before = measure.digest("dlbook.experiments.toy", tmp_path)
    (tmp_path / file).write_text(SOURCE[file].replace(old, new))
    assert (measure.digest("dlbook.experiments.toy", tmp_path) == before) is same


@pytest.mark.parametrize("run", measure.marked(), ids=lambda run: run.__name__)
def test_every_experiment_that_is_marked_has_its_table(run):
    assert all(np.isfinite(numbers).all() for numbers in measured.table(run).values.values())
