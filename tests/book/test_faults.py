"""Every fault of `make faults` can still be planted: its file is there, and holds what it replaces."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from faults import FAULTS, replace  # noqa: E402

OF_SOURCES = [fault for fault in FAULTS if not fault.file.startswith("_build")]  # pages need not be built here


@pytest.mark.parametrize("fault", OF_SOURCES, ids=lambda fault: fault.name)
def test_a_fault_changes_its_file(fault):
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    assert fault.change(text) != text


def test_a_fault_that_has_nothing_to_replace_says_so():
    with pytest.raises(ValueError, match="nothing to replace: 'gone' is not there"):
        replace("gone", "here")("text")
