"""What is installed is whole: every file of the package that git knows is in the wheel."""

import subprocess
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
    listed = subprocess.run(["git", "ls-files", "dlbook"], cwd=ROOT, capture_output=True, text=True, check=True)
    owed = [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]
    assert len(owed) > 100
    assert not [name for name in owed if str(ROOT / name) not in packaged]
