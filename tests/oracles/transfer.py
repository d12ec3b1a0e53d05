"""Chapter 19: the same numbers straight from the stored table, by sorting and counting."""

import statistics
import tomllib
from pathlib import Path

import numpy as np

import dlbook

RTOL = 1e-6
TABLE = tomllib.loads((Path(dlbook.__file__).parent / "data/measured/transfer.toml").read_text())["strategies"]
TASKS = {"four other clothes": "clothes", "digits": "digits"}
COUNTS = (3, 10, 30, 100)


def draws(task, count, frozen) -> list[float]:
    """The five numbers of a row."""
    wanted = {"task": TASKS[task], "count": count, "frozen": frozen}
    (row,) = [row for row in TABLE["rows"] if all(row[key] == value for key, value in wanted.items())]
    return row["accuracy"]


def nearest(values, at):
    return min(values, key=lambda value: abs(value - at))


def oracle(task, count, frozen, draw):
    count, frozen, draw = nearest(COUNTS, count), nearest(range(6), frozen), nearest(range(1, 6), draw)
    here, scratch = draws(task, count, frozen), draws(task, count, "scratch")
    every = [draws(task, count, k) for k in range(6)]
    return {
        "accuracy": statistics.fmean(here),
        "least": sorted(here)[0],
        "most": sorted(here)[-1],
        "scratch": statistics.fmean(scratch),
        "better": statistics.fmean(here) - statistics.fmean(scratch),
        "wins": sum(a > b for a, b in zip(here, scratch, strict=True)),
        "best": max(range(6), key=lambda k: sum(every[k])),
        "alone": max(range(6), key=lambda k: every[k][draw - 1]),
        "images": count,
        "pieces": frozen,
        "which": draw,
    }


def scratch(**values):
    return {}


def check_drawing(shown, values):
    """The curves are the rows of the table, and the words name the choice."""
    task, count, draw = values["task"], nearest(COUNTS, values["count"]), nearest(range(1, 6), values["draw"])
    frozen = nearest(range(6), values["frozen"])
    every = [draws(task, count, k) for k in range(6)]
    np.testing.assert_allclose(shown["mean"], [sum(row) / 5 for row in every], atol=1e-5)
    np.testing.assert_allclose(shown["one"], [row[draw - 1] for row in every], atol=1e-5)
    np.testing.assert_allclose(shown["low"], [min(row) for row in every], atol=1e-5)
    np.testing.assert_allclose(shown["high"], [max(row) for row in every], atol=1e-5)
    np.testing.assert_allclose(shown["chosen_x"], [frozen])
    np.testing.assert_allclose(shown["chosen_y"], shown["mean"][[frozen]], atol=1e-5)
    gains = [[a - b for a, b in zip(draws(task, n, frozen), draws(task, n, "scratch"), strict=True)] for n in COUNTS]
    np.testing.assert_allclose(shown["gain"], [sum(row) / 5 for row in gains], atol=2e-5)
    np.testing.assert_allclose(shown["gains"], np.ravel(gains), atol=2e-5)
    np.testing.assert_allclose(10 ** shown["log_count"], COUNTS, rtol=1e-3)
    found = oracle(**values)
    assert shown["verdict"] == ("the same choice" if found["best"] == found["alone"] else "another choice")
