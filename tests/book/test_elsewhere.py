"""Open in Colab and Open in Binder: only where both addresses are named, and only of a repository on GitHub."""

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from dlbook.site import elsewhere

ROOT = Path(__file__).parents[2]
SITE, REPOSITORY = "https://example.org/book/", "https://github.com/owner/name"


def config(repository="", site=""):
    return SimpleNamespace(dlbook_repository=repository, dlbook_site=site)


def test_colab_opens_the_copy_and_binder_the_repositorys_notebook():
    assert elsewhere.buttons(config(REPOSITORY, SITE), "04_gradient_descent") == {
        "Open in Colab": "https://colab.research.google.com/github/owner/name/blob/notebooks/04_gradient_descent.ipynb",
        "Open in Binder": "https://mybinder.org/v2/gh/owner/name/main?labpath=chapters%2F04_gradient_descent.ipynb",
    }
    assert elsewhere.said(config(REPOSITORY, SITE)) == ""


@pytest.mark.parametrize(
    "repository, site, reason",
    [
        ("", "", ""),
        (REPOSITORY, "", "one is not named"),
        ("", SITE, "one is not named"),
        ("https://codeberg.org/owner/name", SITE, "https://codeberg.org/owner/name is no repository on github.com"),
    ],
)
def test_otherwise_there_are_no_buttons_and_the_build_says_why(repository, site, reason):
    assert elsewhere.buttons(config(repository, site), "04_gradient_descent") == {}
    said = elsewhere.said(config(repository, site))
    assert reason in said and bool(reason) == bool(said)


def test_binder_installs_what_the_package_offers_at_the_versions_of_the_book():
    """As far as this can be told without a host: the extras, the versions and the Python that it asks for are there."""
    lines = (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (asked,) = [re.fullmatch(r"\.\[(.*)\]", line)[1].split(",") for line in lines if line.startswith(".")]
    assert set(asked) <= extras.keys() and {"book", "keras"} <= set(asked)
    (constraints,) = [line.removeprefix("-c ") for line in lines if line.startswith("-c ")]
    pinned = (ROOT / ".binder" / constraints).read_text(encoding="utf-8").replace("_", "-")
    for name in ("jupyterlab", "jupyterlab-myst"):
        assert name in lines and f"\n{name}==" in pinned
    python = (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert f'python-version: "{python}"' in (ROOT / ".github" / "workflows" / "publish.yml").read_text(encoding="utf-8")
