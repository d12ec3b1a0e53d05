"""In Pyodide: the tests as they are, where there is no PyTorch. A pytest plugin.

- `torch` and `dlbook.pytorch` can be imported and named; to use them raises `NeedsPyTorch`.
- `twins.resolve("pytorch", …)` gives the answers that `recording.py` wrote down on CPython: what NumPy computes here is
  compared with what PyTorch computed there, in dtype (to the bit width), shape and value, at the test's own tolerance.
- A test that raises `NeedsPyTorch` is left out and counted, if it says itself that it is about PyTorch; else it fails.
"""

import collections
import inspect
import pickle
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

import numpy as np
import pytest
from recording import FOLDER, is_drawn, plain

NEEDS_CPYTHON = {
    "tests/book/test_checker.py::test_exercises_need_only_numpy": "starts a process",
    "tests/book/test_checker.py::test_the_first_check_imports_one_chapter": "starts a process",
    "tests/concepts/test_parallel.py::test_from_a_shell_two_torch_processes_train_as_one": "starts a process",
    "tests/concepts/test_parallel.py::test_from_a_shell_a_killed_torch_worker_is_an_error": "starts a process",
    "tests/book/test_checker.py::test_a_mistake_may_be_an_exception": "WebAssembly has no floating-point flags",
    "tests/book/test_checker.py::test_a_warning_is_a_remark_and_no_error": "WebAssembly has no floating-point flags",
}


class NeedsPyTorch(Exception):
    """A test uses what only CPython has."""


class Tensor:
    """An array in the place of a tensor: it can be handed on and turned back, no more."""

    def __init__(self, array):
        self.array = array

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        return self.array

    def __getattr__(self, name):
        raise AttributeError(name) if name.startswith("__") else NeedsPyTorch(f"Tensor.{name}")


class Name:
    """Something of PyTorch's that has a name and no use."""

    def __init__(self, name):
        self.name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Name(f"{self.name}.{name}")

    def __call__(self, *args, **kwargs):
        raise NeedsPyTorch(self.name)


class NamesOnly(MetaPathFinder, Loader):
    """Finds `torch`, `dlbook.pytorch` and every module below them: modules that hold names."""

    def find_spec(self, name, path=None, target=None):
        if f"{name}.".startswith(("torch.", "dlbook.pytorch.")):
            return ModuleSpec(name, self, is_package=True)

    def exec_module(self, module):
        module.__getattr__ = Name(module.__name__).__getattr__
        if module.__name__ == "torch":
            module.Tensor = module.from_numpy = Tensor
            module.is_tensor = lambda value: isinstance(value, Tensor)


class Player:
    """Takes the place of `twins.resolve`: the PyTorch room answers from the recording."""

    def __init__(self, resolve):
        self.resolve = resolve
        self.tests, self.signatures, self.calls = [], {}, {}
        self.waiting = iter(())  # the answers of the test that runs; None if they were not recorded
        for file in FOLDER.glob("*.pickle"):
            self.tests, signatures, calls = pickle.loads(file.read_bytes())
            self.signatures |= signatures
            self.calls |= calls

    def __call__(self, room, concept_id):
        if room != "pytorch":
            return self.resolve(room, concept_id)
        if self.waiting is None:
            raise NeedsPyTorch(concept_id)

        def played(*args, **kwargs):
            concept, question, outcome, answer = next(self.waiting, ("nothing", None, None, None))
            assert concept == concept_id, f"{concept_id} is asked, but {concept} was recorded"
            assert_alike(plain((args, kwargs)), question)
            if outcome == "raised":
                raise ValueError(answer)
            return as_tensors(answer)

        played.__signature__ = self.signatures[concept_id]
        return played


def assert_alike(ours, recorded):
    """The test asks what it asked on CPython, but for the last digits of floats and the width of integers."""
    if isinstance(recorded, (tuple, dict)):
        assert len(ours) == len(recorded)
        for key in recorded if isinstance(recorded, dict) else range(len(recorded)):
            assert_alike(ours[key], recorded[key])
    elif isinstance(recorded, np.ndarray):
        assert (ours.shape, ours.dtype.kind) == (recorded.shape, recorded.dtype.kind)
        np.testing.assert_allclose(ours, recorded, rtol=1e-12, atol=1e-15)  # what cancels has fewer digits
    else:
        np.testing.assert_equal(ours, recorded)


def as_tensors(answer):
    if isinstance(answer, tuple):
        return tuple(as_tensors(v) for v in answer)
    if isinstance(answer, dict):
        return {k: as_tensors(v) for k, v in answer.items()}
    return Tensor(answer)


def is_about_pytorch(item):
    """A test may be left out if its room is "pytorch", or if it has none and its source names PyTorch or Keras."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    rooms = {"scratch", "pytorch"} & {v for v in values if isinstance(v, str)}
    words = ("torch", "keras", "assert_twins_agree") if is_drawn(item) else ("torch", "keras")
    return rooms == {"pytorch"} or (not rooms and any(w in inspect.getsource(item.function) for w in words))


sys.meta_path.insert(0, NamesOnly())
player, left_out, unable = None, collections.Counter(), {}


def pytest_sessionstart(session):
    global player
    import twins  # tests/conftest.py has made it known

    player = twins.resolve = Player(twins.resolve)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Here are the tests that CPython has, no more and no less; and what a browser cannot do is left out by name."""
    ids = {item.nodeid for item in items}
    files = {i.partition("::")[0] for i in ids}
    if odd := sorted(ids ^ {i for i in player.tests if i.partition("::")[0] in files}):
        raise pytest.UsageError(f"not the tests that were recorded, as {odd[0]}: run make pyodide, which records them")
    unable.update({i: why for i, why in NEEDS_CPYTHON.items() if i.partition("::")[0] in files})
    if not unable.keys() <= ids:
        raise pytest.UsageError(f"NEEDS_CPYTHON names what is no test: {sorted(unable.keys() - ids)}")
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in unable])
    items[:] = [item for item in items if item.nodeid not in unable]


def pytest_runtest_setup(item):
    player.waiting = None if is_drawn(item) else iter(player.calls.get(item.nodeid, ()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    yield
    assert not list(player.waiting or ()), "on CPython, this test asks the PyTorch room more"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.excinfo and call.excinfo.errisinstance(NeedsPyTorch):
        if is_about_pytorch(item):
            report.outcome, report.needs_pytorch = "skipped", True
            left_out[item.nodeid.partition("[")[0]] += 1
        else:
            report.longrepr = f"{item.nodeid} needs PyTorch ({call.excinfo.value}), but nothing in it says so"
    return report


def pytest_report_teststatus(report):
    if getattr(report, "needs_pytorch", False):
        return "need PyTorch", "t", "NEEDS PYTORCH"


def pytest_terminal_summary(terminalreporter):
    for title, tests in (("needs PyTorch", left_out), ("needs CPython", unable)):
        if tests:
            terminalreporter.section(title)
        for test, what in tests.items():
            terminalreporter.line(f"{test}: {what}")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    stats = config.pluginmanager.get_plugin("terminalreporter").stats
    if "passed" in stats and not stats.keys() & {"failed", "error"}:
        passed, pyodide = len(stats.get("passed", ())), sys.modules.get("pyodide")
        where = f"Pyodide {pyodide.__version__}" if pyodide else f"Python {sys.version.split()[0]}"
        print(
            f"{passed} tests of the NumPy room passed in {where} with NumPy {np.__version__}"
            f" ({left_out.total()} need PyTorch and ran on CPython only)"
        )
