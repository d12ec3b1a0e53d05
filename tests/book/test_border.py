"""The border is a folder: nothing but dlbook.pytorch needs torch, and nothing in the book's NumPy side needs SciPy."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERAS = "dlbook.pytorch.with_keras"


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


OUTSIDE = ["dlbook"] + sorted(
    dotted(path)
    for path in (ROOT / "dlbook").rglob("*.py")
    if path.relative_to(ROOT).parts[1] not in ("pytorch", "site", "__init__.py")
)


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after running `code`."""
    report = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_numpy_side_loads_neither_torch_nor_scipy():
    assert len(OUTSIDE) > 15
    modules = loaded_by("import importlib\n" + "\n".join(f"importlib.import_module({name!r})" for name in OUTSIDE))
    assert modules & {"torch", "scipy", "sklearn", "pandas"} == set()


def test_the_border_can_be_seen_from_here():
    assert "torch" in loaded_by("import dlbook.pytorch.activations")


def test_no_module_but_one_loads_keras():
    """Keras is a dependency of its chapters alone: both rooms, and all that the reader sees, stand without it."""
    inside = [name for path in (ROOT / "dlbook" / "pytorch").rglob("*.py") for name in [dotted(path)]]
    modules = [*OUTSIDE, *inside]
    assert KERAS in modules
    code = "\n".join(f"import_module({name!r})" for name in modules if name != KERAS)
    assert "keras" not in loaded_by(f"from importlib import import_module\n{code}")


def test_keras_runs_on_torch_and_writes_into_the_project():
    code = f"""import warnings
warnings.simplefilter("error")  # as in the kernels of the notebooks
import torch
torch.cuda.is_available = lambda: True  # a graphics card, on which Keras would take its place unasked
from {KERAS} import keras
assert str(keras.ops.ones(2).device) == "cpu"
from keras.src.backend.config import keras_home  # has no public name
assert keras.backend.backend() == "torch"
assert keras_home() == {str(ROOT / ".cache" / "keras")!r}, keras_home()
keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).get_weights()"""
    found = loaded_by(code)
    assert {"keras", "torch"} <= found and "tensorflow" not in found


@pytest.mark.parametrize("heavy", ["numpy", "torch", "matplotlib", "anywidget", "IPython"])
def test_import_dlbook_is_light(heavy):
    assert heavy not in loaded_by("import dlbook")


def test_explorers_and_exercises_need_no_notebook():
    code = "from dlbook import exercises, explorers\nexplorers.metrics, exercises.metrics"
    assert loaded_by(code) & {"IPython", "anywidget", "ipywidgets", "matplotlib"} == set()
