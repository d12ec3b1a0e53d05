"""The wheel in fresh environments: this Python with the oldest NumPy that the book takes there, and with the newest."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLDEST = "2.0.*" if sys.version_info < (3, 13) else "2.1.*"  # NumPy 2.0 has no wheels for Python 3.13


@pytest.mark.parametrize("numpy", [OLDEST, ""], ids=["oldest", "newest"])
def test_the_installed_book_passes_its_tests(numpy):
    command = [sys.executable, ROOT / "tools" / "try_wheel.py", "--numpy", numpy]
    assert subprocess.run(command).returncode == 0
