"""The border is a folder: nothing but dlbook.pytorch needs torch, and nothing in the book's NumPy side needs SciPy."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OUTSIDE = ["dlbook"] + sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
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


@pytest.mark.parametrize("heavy", ["numpy", "torch", "matplotlib", "anywidget", "IPython"])
def test_import_dlbook_is_light(heavy):
    assert heavy not in loaded_by("import dlbook")


def test_explorers_and_exercises_need_no_notebook():
    code = "from dlbook import exercises, explorers\nexplorers.metrics, exercises.metrics"
    assert loaded_by(code) & {"IPython", "anywidget", "ipywidgets", "matplotlib"} == set()
