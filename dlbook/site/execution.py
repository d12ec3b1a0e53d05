"""When notebooks must run again: jupyter-cache looks at their code only, so the cache's path knows about the rest."""

import hashlib
import shutil
from pathlib import Path

KEPT = 3  # caches of other states, so that changing a branch and back costs nothing


def digest(root: Path, rendering: bool = False) -> str:
    """A digest of all that a chapter's output depends on besides the notebook: `dlbook` and the lock.

    Scripts and `dlbook/site` work on what the notebooks have put out and count only for the `rendering` of the pages;
    stylesheets never do.
    """
    package = root / "dlbook"
    ignored = {".css", ".pyc"} if rendering else {".css", ".pyc", ".js", ".mjs"}
    inputs = [root / "constraints.txt"]
    for path in package.rglob("*"):
        if (
            path.is_file()
            and path.suffix not in ignored
            and (rendering or path.relative_to(package).parts[0] != "site")
        ):
            inputs.append(path)
    sha = hashlib.sha256()
    for path in sorted(inputs):
        sha.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
        sha.update(path.read_bytes())
    return sha.hexdigest()[:16]


def cache_path(root: Path) -> Path:
    """Where the outputs of this very state are kept; the oldest of the other states are removed."""
    path = root / ".cache" / "notebooks" / digest(root)
    path.mkdir(parents=True, exist_ok=True)
    path.touch()
    states = sorted(path.parent.iterdir(), key=lambda state: state.stat().st_mtime, reverse=True)
    for old in states[KEPT:]:
        shutil.rmtree(old)
    return path
