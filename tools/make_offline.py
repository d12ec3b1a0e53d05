"""The book as a folder and a zip that open from disk, with its own Python inside: `make offline`.

A page on disk may fetch nothing, but it may load scripts: what Python and the cells fetch lies there in scripts, as
base64. `dlbook/live/worker.js` reads them.
"""

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

import dlbook

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".cache" / "folder-build"  # where the browser tests build the same book
OUT = ROOT / "_build" / "offline"
FETCHED = {".npz", ".wasm", ".zip", ".json", ".whl"}
README = f"""dlbook {dlbook.__version__}, to read without a network

Unpack this archive, then open index.html with a double click. Nothing has to be installed, and nothing is asked of
the network. Cells, explorers, exercises and the search work as they do on the web. The first cell that you run starts
Python, which takes some seconds.

- Unpack first: a page that is opened inside the archive does not find what lies beside it.
- Any browser of the last years will do: Firefox, Chrome, Edge.
- What you write and solve is kept by this browser. If you move the folder, it may not find that again.
- Cells that need PyTorch show what they printed when the book was built. To run them, download the chapter's notebook
  at the top of its page and open it in JupyterLab.

Text under CC BY 4.0, code under the MIT licence. Pyodide, which is inside, is under the Mozilla Public License 2.0.
The sources of the data stand in _static/data/NOTICES.txt.
"""


def main() -> int:
    subprocess.run([sys.executable, ROOT / "tools" / "fetch_pyodide.py"], check=True)
    command = [sys.executable, ROOT / "tools" / "build_book.py", ROOT, "--output", BUILD]
    subprocess.run(command, env=os.environ | {"DLBOOK_PYODIDE": str(ROOT / ".cache" / "pyodide")}, check=True)
    shutil.rmtree(OUT, ignore_errors=True)  # and what other versions have left there
    folder = offline(BUILD / "_build" / "html", OUT / f"dlbook-{dlbook.__version__}")
    archive = zipped(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{archive} has {archive.stat().st_size / 1e6:.0f} MB; unpacked, {size / 1e6:.0f} MB. Open index.html in it.")
    return 0


def offline(html: Path, target: Path) -> Path:
    """A copy in `target` of a site that carries its own Pyodide, with scripts for what cannot be fetched from disk."""
    if not (html / "_static" / "pyodide").is_dir():
        raise ValueError(f"{html} has no Pyodide of its own: build it with DLBOOK_PYODIDE=<folder>")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(html, target, ignore=shutil.ignore_patterns(".buildinfo", "objects.inv", "robots.txt", "404.html"))
    for folder in ("pyodide", "data"):
        for path in sorted((target / "_static" / folder).iterdir()):
            if path.suffix in FETCHED:
                text = base64.b64encode(path.read_bytes()).decode()
                path.with_name(f"{path.name}.js").write_text(f'self.dlbookFile="{text}";\n', encoding="utf-8")
                path.unlink()
    (target / "README.txt").write_text(README, encoding="utf-8")
    return target


def zipped(folder: Path) -> Path:
    """The folder as one zip beside it."""
    return Path(shutil.make_archive(str(folder), "zip", folder.parent, folder.name))


if __name__ == "__main__":
    sys.exit(main())
