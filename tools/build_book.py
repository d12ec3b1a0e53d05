"""Build the book strictly and say where to look: `python tools/build_book.py [folder]`."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(root: Path) -> int:
    began = time.monotonic()
    # -n: a reference to nothing is a warning; -W: a warning fails; --keep-going: all are shown, not only the first.
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(root), "-n", "-W", "--keep-going"]
    code = subprocess.run(command).returncode
    if code:
        for report in sorted((root / "_build" / "html" / "reports").rglob("*.err.log")):
            print(f"\n── {report.relative_to(root)} ──\n{report.read_text(encoding='utf-8')}", file=sys.stderr)
        print("The book was not built: the messages above say why.", file=sys.stderr)
        return code
    pages = len(list((root / "_build" / "html").rglob("*.html")))
    print(
        f"\nBuilt {pages} pages in {time.monotonic() - began:.0f} s. "
        "Read them with `make serve`, or open _build/html/index.html."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT))
