"""When notebooks must run again: jupyter-cache looks at their code only, so the cache's path knows about the rest."""

import hashlib
import shutil
from pathlib import Path

KEPT = 3  # caches of other states, so that changing a branch and back costs nothing


def digest(root: Path) -> str:
    """A digest of all that a chapter's output depends on besides the notebook: `dlbook` and the lock.

    Scripts, stylesheets and `dlbook/site` work on what the notebooks have put out; they are no input to it.
    """
    package = root / "dlbook"
    inputs = [root / "constraints.txt"]
    for path in package.rglob("*"):
        inside = path.relative_to(package)
        if path.is_file() and inside.parts[0] != "site" and path.suffix not in {".js", ".css", ".pyc"}:
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
