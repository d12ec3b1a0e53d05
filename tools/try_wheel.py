"""Install the book's wheel into a fresh environment, and try it there, outside the checkout.

    python tools/try_wheel.py                                     # this Python with the newest NumPy that it takes
    python tools/try_wheel.py --python python3.12 --numpy "2.0.*" --without-torch

Run are the unit tests of both rooms, and what `tests/installed.py` asks of the installed book. Without torch the
PyTorch room answers from what `make unit` has recorded, as for the page's Python. PIP_ARGS: more arguments for pip.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TESTS = ("pytest", "hypothesis", "scipy")
RECORDED = ROOT / ".cache" / "pyodide-twins"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--numpy", default="", help='as pip writes it after ==, such as "2.0.*"; else the newest')
    parser.add_argument("--wheel", type=Path, help="a wheel that is built already; else one is built here")
    parser.add_argument("--without-torch", action="store_true")
    args = parser.parse_args()
    if args.without_torch and not any(RECORDED.glob("*.pickle")):
        parser.error("the PyTorch room's answers are not recorded: run `make recorded` first")
    with tempfile.TemporaryDirectory(prefix="dlbook-wheel-") as folder:
        place, began = Path(folder), time.monotonic()
        book = args.wheel.resolve() if args.wheel else built(place)
        python = installed(place, book, args)
        print(f"installed in {time.monotonic() - began:.0f} s", flush=True)
        return tried(place, python, args.without_torch)


def built(place: Path) -> Path:
    from dlbook.site import wheel  # needs all that builds the book, and a wheel that is given does not

    return wheel.build(place)


def installed(place: Path, book: Path, args: argparse.Namespace) -> Path:
    """A new environment with the wheel and what its tests need; gives its Python."""
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    limits = [line for line in pinned if line.startswith("torch==")]
    limits += [f"numpy=={args.numpy}"] if args.numpy else []
    (place / "limits.txt").write_text("\n".join(limits), encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needs = [need for need in extras["book"] if need != "torch"] if args.without_torch else []
    subprocess.run([args.python, "-m", "venv", place / "environment"], check=True)
    own = place / "environment" / ("Scripts" if os.name == "nt" else "bin") / "python"
    more = shlex.split(os.environ.get("PIP_ARGS", ""))
    what = [str(book) if args.without_torch else f"{book}[book,keras]", *needs, *TESTS]
    command = [own, "-m", "pip", "install", "--quiet", *more, "-c", place / "limits.txt", *what]
    subprocess.run(command, check=True, cwd=place, env=environment())
    return own


def tried(place: Path, python: Path, without_torch: bool) -> int:
    """Runs the tests from a folder that has them and not the package; gives how pytest ended."""
    apart = place / "apart"
    for name in ("tests", "chapters"):
        shutil.copytree(ROOT / name, apart / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", apart)  # pytest's settings
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=3"]
    code = subprocess.run([*command, "tests/installed.py"], cwd=apart, env=environment()).returncode
    command.append("tests/concepts")
    if not without_torch:
        return subprocess.run(command, cwd=apart, env=environment()).returncode or code
    shutil.copytree(RECORDED, apart / RECORDED.relative_to(ROOT))
    plugin = environment() | {"PYTHONPATH": str(apart / "tests" / "pyodide")}
    return subprocess.run([*command, "-p", "without_torch"], cwd=apart, env=plugin).returncode or code


def environment() -> dict[str, str]:
    """This process's, without what leads back into the checkout."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONWARNINGS")}


if __name__ == "__main__":
    sys.exit(main())
