"""The book's wheel, the same bytes from the same sources: `make wheel`, and what a build puts into the site.

It holds the package and the chapters' notebooks. It is built in a copy, so that the checkout stays clean.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dlbook.site import address

ROOT = Path(__file__).parents[2]
EPOCH = "315532800"  # 1980-01-01, the first date that a zip can hold
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "tmp*", ".*")
# For who builds the book. Where it is only installed, myst-nb would load it for any site, and all that builds the book.
OF_BUILDERS = '[project.entry-points."myst_nb.mime_renderers"]\ndlbook = "dlbook.site.mime:DlbookRenderer"\n'
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


def build(target: Path) -> Path:
    """Puts the wheel into the folder `target` and gives its path; needs no network."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "source", Path(folder) / "made"
        copy_sources(source)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
        environment["SOURCE_DATE_EPOCH"] = EPOCH
        command = [sys.executable, "-c", BUILD, str(made)]
        made.mkdir()
        ran = subprocess.run(command, cwd=source, env=environment, umask=0o022, capture_output=True, text=True)
        if ran.returncode:
            raise RuntimeError(f"The wheel was not built:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        (wheel,) = made.glob("*.whl")
        return Path(shutil.copy(wheel, target))


def sha256(path: Path) -> str:
    """The digest that pip takes after `#sha256=`."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy_sources(target: Path) -> None:
    """What the wheel is made of: the package with the chapters inside, and what describes it."""
    shutil.copytree(ROOT / "dlbook", target / "dlbook", ignore=LEFT_OUT)
    shutil.copytree(ROOT / "chapters", target / "dlbook" / "chapters", ignore=LEFT_OUT)
    shutil.copy(ROOT / "LICENSE", target)
    named = address.named(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (target / "README.md").write_text(without_relative(readme, named["dlbook_repository"]), encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = project.replace(OF_BUILDERS, "")
    (target / "pyproject.toml").write_text(project + urls(**named), encoding="utf-8")
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)  # whatever the checkout's are


def without_relative(readme: str, repository: str) -> str:
    """The README as a package index shows it: what is relative points into the repository, or is plain text."""

    def absolute(found: re.Match) -> str:
        picture, text, place = found.groups()
        if not repository:
            return "" if picture else text
        return f"{picture}[{text}]({repository}/{'raw' if picture else 'blob'}/main/{place})"

    return re.sub(r"(!?)\[([^\]]*)\]\((?!https?://|#)([^)]+)\)", absolute, readme)


def urls(dlbook_repository: str, dlbook_site: str) -> str:
    """The table of the project's addresses, of those that are named."""
    places = {"Book": dlbook_site, "Repository": dlbook_repository}
    lines = [f"{name} = {json.dumps(place)}\n" for name, place in places.items() if place]
    return "".join(["\n[project.urls]\n", *lines]) if lines else ""
