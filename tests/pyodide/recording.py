"""On CPython: write down what the PyTorch room answers in each test, for Pyodide, where there is no PyTorch.

`make unit` runs under this pytest plugin; `make pyodide` alone runs first what it needs of it, the tests that ask for
twins (`--twins-only`). All tests are listed, so that none can get lost on the way.
"""

import functools
import inspect
import pickle
import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / ".cache" / "pyodide-twins"


def plain(value):
    """Tensors as arrays, sequences as tuples, functions as a word: what another Python can read."""
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    if isinstance(value, (list, tuple)):
        return tuple(plain(v) for v in value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return "a function" if callable(value) else value


def is_drawn(item):
    """Hypothesis draws the inputs of this test, in Pyodide an older one, and so perhaps other inputs."""
    return getattr(getattr(item, "obj", None), "is_hypothesis_test", False)


class Recorder:
    """Takes the place of `twins.resolve`; notes each question to the PyTorch room and its answer, test by test."""

    def __init__(self):
        self.resolve = self.test = None
        self.tests = []  # the ids of all that were collected
        self.signatures = {}  # of the concepts that were asked for
        self.calls = {}  # test -> [(concept, (args, kwargs), "returned" or "raised", answer)]
        self.busy = False  # what a recorded function calls in turn is its own affair

    def __call__(self, room, concept_id):
        f = self.resolve(room, concept_id)
        if room != "pytorch" or self.busy:
            return f
        self.signatures[concept_id] = inspect.signature(f)

        @functools.wraps(f)
        def recorded(*args, **kwargs):
            if self.busy:
                return f(*args, **kwargs)
            question = plain((args, kwargs))
            self.busy = True
            try:
                result = f(*args, **kwargs)
            except ValueError as error:
                self.note(concept_id, question, "raised", str(error))
                raise
            finally:
                self.busy = False
            self.note(concept_id, question, "returned", plain(result))
            return result

        return recorded

    def note(self, *call):
        self.calls.setdefault(self.test, []).append(call)


recorder = Recorder()


def pytest_addoption(parser):
    parser.addoption("--twins-only", action="store_true", help="run only the tests that ask the PyTorch room")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # once, not in each process of xdist
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)


def pytest_sessionstart(session):
    import twins  # tests/conftest.py has made it known

    recorder.resolve, twins.resolve = twins.resolve, recorder


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    recorder.tests = [item.nodeid for item in items]
    if not config.getoption("--twins-only"):
        return
    imported = lambda item: vars(getattr(item, "module", None) or object)
    items[:] = [i for i in items if imported(i).keys() & {"assert_twins_agree", "resolve"} and not is_drawn(i)]


def pytest_runtest_setup(item):
    recorder.test, recorder.busy = item.nodeid, is_drawn(item)


def pytest_sessionfinish(session):
    if recorder.calls:
        name = getattr(session.config, "workerinput", {}).get("workerid", "main")
        (FOLDER / f"{name}.pickle").write_bytes(pickle.dumps((recorder.tests, recorder.signatures, recorder.calls)))
