"""The workflow files: what they run is there, and what they take from others is pinned."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import workflows  # noqa: E402
from workflows import Step  # noqa: E402

FILES = sorted(workflows.FOLDER.glob("*.yml"))


@pytest.mark.parametrize("step", workflows.steps(), ids=lambda step: f"{step.workflow}: {step.run.split()[1]}")
def test_a_step_names_what_is_there(step):
    assert workflows.complaints(step) == []


@pytest.mark.parametrize(
    ("run", "says"),
    [
        ("make nothing", "make has no target 'nothing'"),
        ("bash .ci/gone", "there is no file '.ci/gone'"),
        ("if true; then", "syntax error"),
        ("echo ${{ github.ref }}", "an expression of the host"),
    ],
)
def test_a_wrong_step_is_told_in_words(run, says):
    assert says in "".join(workflows.complaints(Step("test", run, {})))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_action_is_pinned_by_its_commit(file):
    used = re.findall(r"uses: (.*)", file.read_text(encoding="utf-8"))
    assert used and all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", action) for action in used)


def test_an_action_has_one_version_in_all_files():
    used = re.findall(r"uses: (\S+)@(\S+)", "".join(file.read_text(encoding="utf-8") for file in FILES))
    assert len(set(used)) == len({name for name, _ in used})
