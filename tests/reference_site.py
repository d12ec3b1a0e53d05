"""A small site of the reference pages alone: chapters with nothing but the anchors they owe. Built in seconds."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from dlbook import concepts, exercises

ROOT = Path(__file__).parents[1]
PAGES = ("cheat_sheet", "errata", "notation", "concept_map", "syllabus")
CONF = f"""
from dlbook.site import patient_katex
patient_katex()
extensions = ["myst_parser", "sphinxcontrib.katex", "dlbook.site.reference", "dlbook.site.syllabus"]
myst_enable_extensions = ["dollarmath"]
html_theme = "sphinx_book_theme"
html_math_renderer = "katex"
katex_prerender = True
html_static_path = ["{ROOT}/dlbook/site/reference.css"]
html_css_files = ["reference.css"]
project = "reference"
"""


def write(folder: Path, without: str = "") -> Path:
    """The sources of the site; the anchor of the concept `without` is left out."""
    (folder / "chapters").mkdir(parents=True)
    (folder / "reference").mkdir()
    (folder / "conf.py").write_text(CONF)
    pages = [f"chapters/{chapter.notebook}" for chapter in concepts.chapters() if chapter.done]
    for name in PAGES:
        page = ROOT / "reference" / f"{name}.md"
        pages.append(f"reference/{page.stem}")
        (folder / "reference" / page.name).write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    for chapter in concepts.chapters():
        if chapter.done:
            sections = [f"({c.id})=\n## {c.name}\n" for c in chapter.concepts if c.id != without]
            sections += [f"({e.anchor})=\n## {e.title}\n" for e in exercises.of_chapter(chapter.slug)]
            (folder / "chapters" / f"{chapter.notebook}.md").write_text(f"# {chapter.title}\n\n" + "\n".join(sections))
    (folder / "index.md").write_text("# Reference\n\n```{toctree}\n" + "\n".join(sorted(pages)) + "\n```\n")
    return folder


def build(source: Path, out: Path) -> tuple[int, str]:
    """A strict build: every warning is an error, and all are shown. Returns the exit status and what was said."""
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", str(source), str(out)]
    log = source.with_suffix(".log")
    # To a file and in a session of its own: KaTeX's server may outlive a build that fails, and would hold a pipe open.
    with log.open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=ROOT, start_new_session=True)
        try:
            status = process.wait(timeout=120)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
    return status, log.read_text(encoding="utf-8")
