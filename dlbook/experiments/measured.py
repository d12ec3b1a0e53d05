"""What takes longer than a chapter's minute: measured by `make measure`, kept as a table, tried again by the chapter.

    @measured.over(lr=(0.001, 0.01), seeds=range(5))
    def accuracy(seed, lr):
        return {"test": …}

The table of `accuracy` lies in `dlbook/data/measured/<slug>.toml`, with a digest of the code that gave the numbers;
`make check` says when that code has changed.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[1] / "data" / "measured"


def over(*, seeds: Iterable[int], **settings: Iterable):
    """Marks an experiment that has a table: a row for every combination of the settings, a number for every seed."""

    def mark(run: Callable) -> Callable:
        run.seeds = list(seeds)
        run.rows = [dict(zip(settings, values, strict=True)) for values in product(*settings.values())]
        return run

    return mark


@dataclass(frozen=True)
class Table:
    """What an experiment gave: for each name an array (rows, seeds)."""

    run: Callable
    values: dict[str, np.ndarray]

    def of(self, name: str, **setting) -> np.ndarray:
        """The numbers at this setting: (seeds,), or (rows, seeds) where it leaves several rows."""
        found = [i for i, row in enumerate(self.run.rows) if setting.items() <= row.items()]
        if not found:
            raise ValueError(f"setting must be one that was measured: got {setting}, need one of {self.run.rows}")
        return self.values[name][found[0] if len(found) == 1 else found]

    def again(self, name: str, **setting) -> tuple[float, float, float]:
        """The least number of one row, what the seed in the middle gives when it runs once more, the greatest."""
        numbers = self.of(name, **setting)
        seed = self.run.seeds[np.argsort(numbers)[len(numbers) // 2]]
        return float(numbers.min()), float(self.run(seed=seed, **setting)[name]), float(numbers.max())


def table(run: Callable) -> Table:
    """The numbers that `make measure` keeps of an experiment."""
    kept = stored(run)
    if not matches(run, kept):
        raise ValueError(f"{run.__name__} has no table of its settings and seeds: `make measure` makes it")
    names = [name for name in kept["rows"][0] if name not in run.rows[0]]
    return Table(run, {name: np.array([row[name] for row in kept["rows"]]) for name in names})


def file(run: Callable) -> Path:
    """Where the tables of the chapter lie: dlbook.experiments.<slug> or a module in it."""
    return FOLDER / f"{run.__module__.split('.')[2]}.toml"


def stored(run: Callable) -> dict:
    """The table as it lies in the file: seeds, digest and rows; {} if there is none."""
    path = file(run)
    return tomllib.loads(path.read_text(encoding="utf-8")).get(run.__name__, {}) if path.exists() else {}


def matches(run: Callable, kept: dict) -> bool:
    """Whether a stored table is one of these settings and seeds."""
    rows = [{key: row[key] for key in run.rows[0] if key in row} for row in kept.get("rows", [])]
    return rows == run.rows and kept["seeds"] == run.seeds
