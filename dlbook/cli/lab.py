"""`dlbook lab`: the chapters as notebooks in a folder of the reader's, and JupyterLab there."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import dlbook
from dlbook.cli import Unusable, chapter_named

PACKAGE = Path(dlbook.__file__).parent


def run(args) -> int:
    chapter = chapter_named(args.chapter) if args.chapter else None
    folder = args.folder.resolve()
    copied, changed = copy_chapters(folder)
    print(f"{copied} chapters copied into {folder}" if copied else f"The chapters are in {folder}")
    if changed:
        print(f"Yours differ from the book's and stay as they are: {', '.join(changed)}")
    if not args.only_copy:
        start(folder, f"{chapter.notebook}.ipynb" if chapter else "", args.no_browser)
    return 0


def chapters_of_the_book() -> list[Path]:
    """The notebooks: an installed book carries them inside the package, a checkout beside it."""
    for folder in (PACKAGE / "chapters", PACKAGE.parent / "chapters"):
        if found := sorted(folder.glob("*.ipynb")):
            return found
    raise Unusable("This installation of dlbook has no chapters: install its wheel, or work in its checkout.")


def copy_chapters(folder: Path) -> tuple[int, list[str]]:
    """Copies the chapters that are not there; gives how many, and the names of those that are there and differ."""
    copied, changed = 0, []
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in chapters_of_the_book():
        own = folder / chapter.name
        if not own.exists():
            shutil.copyfile(chapter, own)
            copied += 1
        elif own.read_bytes() != chapter.read_bytes():
            changed.append(chapter.stem)
    return copied, changed


def start(folder: Path, notebook: str, no_browser: bool) -> None:
    """This process becomes JupyterLab, so that Ctrl-C and what it says are its own."""
    if importlib.util.find_spec("jupyterlab") is None:
        need = 'pip install "dlbook[lab]"' if PACKAGE.joinpath("chapters").exists() else "make lab"
        raise Unusable(f"JupyterLab is missing: `{need}` brings it, or open the folder in an editor of notebooks.")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    command += ["--no-browser"] if no_browser else []
    sys.stdout.flush()
    os.execv(sys.executable, [*command, str(folder / notebook)])
