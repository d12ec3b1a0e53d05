"""The Python that runs in the page: which Pyodide, where it comes from, and the book's own package for it."""

import base64
import hashlib
import io
import json
import os
import shutil
import zipfile
from pathlib import Path

VERSION = "0.27.7"  # Python 3.12, NumPy 2.0.2, matplotlib 3.8.4
CDN = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
SCRIPTS = CORE[:2]
PACKAGES = ("numpy", "matplotlib")
FIRST_BYTES = 15_639_620  # fetched before NumPy's first result: the page counts them down
PACKAGE = Path(__file__).parents[1]
KNOWN = PACKAGE.parent / "node_modules" / "pyodide"  # the same files, as package-lock.json holds them to their hashes
LEFT_OUT = ("pytorch", "site", "cli", "teach")  # what cannot run in a page, what makes pages, what others run
TOO_LARGE = {"fashion_mnist.npz"}  # for a page
TRAVELS = 150_000  # bytes: a larger file of data is fetched when the first cell asks for it


def address() -> str:
    """Where pages load Pyodide from: `DLBOOK_PYODIDE` (a URL or a folder), or the public network."""
    chosen = os.environ.get("DLBOOK_PYODIDE", "").strip()
    if not chosen:
        return CDN
    if chosen.startswith(("https://", "http://", "/")) and not Path(chosen).is_dir():
        return chosen.rstrip("/") + "/"
    return "_static/pyodide/"  # a folder: copied into the site


def needed(lock: dict, names=PACKAGES) -> list[dict]:
    """The lock's entries of the packages called `names` and of all that they depend on."""
    found, waiting = {}, list(names)
    while waiting:
        name = waiting.pop().lower()
        if name not in found:
            found[name] = lock["packages"][name]
            waiting += found[name]["depends"]
    return [found[name] for name in sorted(found)]


def install(static: Path) -> None:
    """Put into `_static` what a page loads at its first run: the book's package, and Pyodide if it is to be ours."""
    if address() == "_static/pyodide/":
        copy_pyodide(Path(os.environ["DLBOOK_PYODIDE"]), static / "pyodide")
    copy_data(static / "data")
    worker = (static / "worker.js").read_text(encoding="utf-8")
    package = base64.b64encode(archive()).decode()
    held = integrity()
    first = FIRST_BYTES + sum((KNOWN / name).stat().st_size for name in held and SCRIPTS or ())
    settings = {"pyodide": address(), "integrity": held, "bytes": first, "dlbook": package, "worker": worker}
    # A script, not a file to fetch: it also loads where the book is read from the reader's disk.
    (static / "python.js").write_text(f"window.dlbookPython={json.dumps(settings)};\n", encoding="utf-8")


def integrity() -> dict[str, str] | None:
    """What another site must send: the core's files by their hashes. Pyodide's lock, one of them, has the wheels'."""
    if address() == "_static/pyodide/":
        return None
    if json.loads((KNOWN / "package.json").read_text(encoding="utf-8"))["version"] != VERSION:
        raise ValueError(f"node_modules must hold Pyodide {VERSION}, whose hashes the pages know")
    digests = {name: hashlib.sha256((KNOWN / name).read_bytes()).digest() for name in CORE}
    return {name: f"sha256-{base64.b64encode(digest).decode()}" for name, digest in digests.items()}


def fetched() -> list[Path]:
    """The files of data that a page fetches by themselves, when a cell asks for one."""
    files = [path for path in sorted((PACKAGE / "data").iterdir()) if path.is_file() and path.name not in TOO_LARGE]
    return [path for path in files if path.stat().st_size > TRAVELS]


def copy_data(target: Path) -> None:
    """Those files, and the notices that must travel with them."""
    target.mkdir(exist_ok=True)
    for path in [*fetched(), *(PACKAGE / "data").glob("*.txt")]:
        shutil.copy(path, target)


def copy_pyodide(source: Path, target: Path) -> None:
    """The core, and the wheels that the book needs, from a folder that holds a Pyodide distribution."""
    missing = [name for name in CORE if not (source / name).is_file()]
    if missing:
        raise ValueError(f"DLBOOK_PYODIDE must name a folder with Pyodide {VERSION}: {source} lacks {missing}")
    lock = json.loads((source / "pyodide-lock.json").read_text(encoding="utf-8"))
    if lock["info"]["version"] != VERSION:
        raise ValueError(f"DLBOOK_PYODIDE must hold Pyodide {VERSION}: got {lock['info']['version']}")
    target.mkdir(parents=True, exist_ok=True)
    for name in [*CORE, *(entry["file_name"] for entry in needed(lock))]:
        shutil.copy(source / name, target)


def archive() -> bytes:
    """`dlbook` as a zip for the page's import path, the same bytes from the same sources."""
    file, apart = io.BytesIO(), set(fetched())
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as folder:
        for path in sorted(PACKAGE.rglob("*")):
            inside = path.relative_to(PACKAGE)
            left_out = inside.parts[0] in LEFT_OUT or inside.name in TOO_LARGE or path in apart
            if path.is_file() and path.suffix in {".py", ".toml", ".npz", ".json"} and not left_out:
                entry = zipfile.ZipInfo(f"dlbook/{inside.as_posix()}", (1980, 1, 1, 0, 0, 0))
                folder.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return file.getvalue()
