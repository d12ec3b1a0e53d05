"""Chapters that run a long measurement again, as on a processor that rounds otherwise: with other kernels of OpenBLAS.

The oldest kernels, which any x86 processor can run, and those of AVX-512 where it has that. Where NumPy has another
BLAS, or the processor is an ARM, the chapters run as they always do.
"""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
CHAPTERS = [path for path in sorted((ROOT / "chapters").glob("*.ipynb")) if ".again(" in path.read_text("utf-8")]
CPU = Path("/proc/cpuinfo")
KERNELS = ["Prescott", "SkylakeX"] if CPU.exists() and "avx512f" in CPU.read_text() else ["Prescott"]


@pytest.mark.weekly
@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_runs_on_another_processor(path, kernels):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}})
    client.execute(env=os.environ | {"OPENBLAS_CORETYPE": kernels, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"})
