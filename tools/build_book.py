"""Build the book strictly and say where to look: `python tools/build_book.py [folder] [--output folder]`.

`--only 04_gradient_descent` builds that chapter alone, for whoever writes it: links to other pages are let go.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from dlbook.site import execution  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    parser.add_argument("--output", type=Path, help="put _build there instead of into the book's folder")
    parser.add_argument("--only", metavar="NOTEBOOK", help="build this chapter alone; needs --output")
    args = parser.parse_args()
    if args.only and not args.output:
        parser.error("--only needs --output: a part must not take the book's place")
    if args.only and args.output.resolve() == args.root.resolve():
        parser.error("--output must be another folder: its _toc.yml would be written over")
    root, html = args.root.resolve(), (args.output or args.root).resolve() / "_build" / "html"
    began = time.monotonic()
    # -n: a reference to nothing is a warning; -W: a warning fails; --keep-going: all are shown, not only the first.
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(root)]
    if args.output:
        command += ["--path-output", str(args.output)]
    if args.only:
        args.output.mkdir(parents=True, exist_ok=True)
        contents = args.output / "_toc.yml"
        contents.write_text(f"format: jb-book\nroot: chapters/{args.only}\n", encoding="utf-8")
        command += ["--toc", str(contents)]
    else:
        command += ["-n", "-W", "--keep-going"]
        execution.run_ahead(root, sorted(root.glob("chapters/*.ipynb")))
    code = subprocess.run(command).returncode
    if code:
        for report in sorted((html / "reports").rglob("*.err.log")):
            print(f"\n── {report.relative_to(root)} ──\n{report.read_text(encoding='utf-8')}", file=sys.stderr)
        print("The book was not built: the messages above say why.", file=sys.stderr)
        return code
    pages = sum(1 for page in html.rglob("*.html") if page.relative_to(html).parts[0] != "_static")
    print(f"\nBuilt {pages} pages in {time.monotonic() - began:.0f} s in {html}. Read them with `make serve`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
