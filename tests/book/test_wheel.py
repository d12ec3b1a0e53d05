"""What is installed is whole: every file of the package is in the wheel."""

from pathlib import Path

import pytest
from setuptools import Distribution

ROOT = Path(__file__).parents[2]


@pytest.fixture
def packaged(monkeypatch) -> set[str]:
    """The files that a wheel takes, as setuptools reads `pyproject.toml`."""
    monkeypatch.chdir(ROOT)
    distribution = Distribution({"script_name": "setup.py", "src_root": str(ROOT)})
    distribution.parse_config_files()
    command = distribution.get_command_obj("build_py")
    command.ensure_finalized()
    data = {f"{folder}/{name}" for _, folder, _, names in command.get_data_files_without_manifest() for name in names}
    return data | {path for _, _, path in command.find_all_modules()}


def test_the_wheel_has_every_file_of_the_package(packaged):
    files = [path.relative_to(ROOT) for path in sorted((ROOT / "dlbook").rglob("*")) if path.is_file()]
    owed = [path for path in files if not any(part.startswith(("__pycache__", "tmp")) for part in path.parts)]
    assert len(owed) > 100
    assert not [str(path) for path in owed if str(ROOT / path) not in packaged]
