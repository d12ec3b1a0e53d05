"""What an author of a chapter runs: `python tools/chapter.py optimizers`.

Its twins, panes, experiments and exercises, its notebook, its page, and how the page reads; what fails ends it.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from dlbook import concepts  # noqa: E402


def tests(slug: str) -> list[str]:
    """The test files of a chapter: those of its families, and those that carry its name."""
    families = {concept.family for concept in concepts.chapter(slug).concepts}
    patterns = [f"tests/concepts/test_{family}*.py" for family in sorted(families)]
    patterns += [f"tests/{folder}/test_{slug}.py" for folder in ("panes", "experiments")]
    return sorted({str(path.relative_to(ROOT)) for pattern in patterns for path in ROOT.glob(pattern)})


def commands(slug: str, output: Path) -> list[list[str]]:
    """One after the other, the quickest first."""
    notebook = concepts.chapter(slug).notebook
    families = {slug, *(concept.family for concept in concepts.chapter(slug).concepts)}
    pytest = [sys.executable, "-m", "pytest", "-q", "-x"]
    return [
        [*pytest, "tests/book/test_notebooks.py", "-k", f"{slug} or {notebook}"],
        [*pytest, *tests(slug)],
        [*pytest, "tests/book/test_exercises.py", "tests/book/test_explorers.py", "-k", " or ".join(sorted(families))],
        [*pytest, "--nbval-lax", "--nbval-kernel-name=python3", f"chapters/{notebook}.ipynb"],
        [sys.executable, "tools/build_book.py", "--only", notebook, "--output", str(output)],
        [sys.executable, "tools/language.py", str(output / "_build" / "html" / "chapters" / f"{notebook}.html")],
    ]


def main() -> int:
    slugs = [chapter.slug for chapter in concepts.chapters() if chapter.done]
    if len(sys.argv) != 2 or sys.argv[1] not in slugs:
        print(f"SLUG must name a chapter: got {' '.join(sys.argv[1:]) or 'nothing'}, need one of {', '.join(slugs)}")
        return 2
    output = ROOT / ".cache" / "chapter"
    for command in commands(sys.argv[1], output):
        print("$", *command[1:], flush=True)
        if code := subprocess.run(command, cwd=ROOT).returncode:
            return code
    print(f"Look at it: {output / '_build' / 'html' / 'chapters'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
