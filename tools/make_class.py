"""Write what a teacher needs into _build/class: the students' edition, the teacher's, slides. `make class` calls it.

python tools/make_class.py                         # all chapters; slides need a built book
python tools/make_class.py --only 04_gradient_descent
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from dlbook import concepts  # noqa: E402
from dlbook.concepts import Chapter  # noqa: E402
from dlbook.teach import editions, slides  # noqa: E402

HTML = ROOT / "_build" / "html"
NBGRADER = """\
c = get_config()
c.CourseDirectory.course_id = "dlbook"
c.ClearSolutions.code_stub = {"python": "# Your answer goes in the place of the dots above."}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", metavar="NOTEBOOK", help="this chapter alone")
    parser.add_argument("--output", type=Path, default=ROOT / "_build" / "class")
    args = parser.parse_args()
    chapters = [c for c in concepts.chapters() if c.done and args.only in (None, c.notebook)]
    if not chapters:
        parser.error(f"there is no chapter {args.only!r}")
    if missing := [c.notebook for c in chapters if not (HTML / "chapters" / f"{c.notebook}.html").exists()]:
        parser.error(f"slides are made of the built pages, and {missing[0]} is not built: run `make book` first")
    for folder in ("students", "teacher", "slides", "nbgrader/source"):
        shutil.rmtree(args.output / folder, ignore_errors=True)
    for chapter in chapters:
        write_editions(chapter, args.output)
    slides.write(chapters, HTML, ROOT / "chapters", args.output / "slides")
    (args.output / "nbgrader" / "nbgrader_config.py").write_text(NBGRADER, encoding="utf-8")
    print(f"{len(chapters)} chapters for a class in {args.output}")
    return 0


def write_editions(chapter: Chapter, output: Path) -> None:
    """The notebooks of a chapter, and the teacher's text."""
    notebook = json.loads((ROOT / "chapters" / f"{chapter.notebook}.ipynb").read_text(encoding="utf-8"))
    name = f"{chapter.notebook}.ipynb"
    write_notebook(output / "students" / "chapters" / name, editions.students(notebook))
    write_notebook(output / "students" / "assignments" / name, editions.assignment(notebook, chapter))
    folder = output / "nbgrader" / "source" / chapter.notebook  # as nbgrader asks: a folder an assignment
    write_notebook(folder / name, editions.for_nbgrader(notebook, chapter))
    write_notebook(output / "teacher" / name, editions.teachers(notebook))
    (output / "teacher" / f"{chapter.notebook}.md").write_text(editions.handbook(chapter), encoding="utf-8")


def write_notebook(path: Path, notebook: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
