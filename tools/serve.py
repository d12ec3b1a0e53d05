"""Serve the built book on this machine, as `dlbook serve` does: `python tools/serve.py [--open] [--port 8000]`."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from dlbook.cli import main  # noqa: E402
from dlbook.cli.serve import serving  # noqa: E402, F401

HTML = Path(os.environ.get("DLBOOK_HTML") or ROOT / "_build" / "html")

if __name__ == "__main__":
    sys.exit(main.main(["serve", str(HTML), *sys.argv[1:]]))
