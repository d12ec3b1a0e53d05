"""Which tests a change can turn red: `make test ONLY=affected` runs them, `python tools/affected.py` only names them.

Changed is what differs from `main`, or on main from the last commit, untracked files included. A rule sends a file to
the targets of the Makefile or to test files; a file that no rule knows asks for everything.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
import chapter  # noqa: E402

from dlbook import concepts  # noqa: E402

EVERYTHING = "everything"  # a target of the Makefile
PAGES = ["book", "browser"]
BOOK = "tests/book/test_{registry,notebooks,border,figures,display,panes}.py"


def chapters_of(family: str) -> list[str]:
    """The finished chapters that teach a family."""
    done = [c for c in concepts.chapters() if c.done]
    return [c.slug for c in done if any(concept.family == family for concept in c.concepts)]


def of_family(family: str) -> list[str]:
    found = [target for slug in chapters_of(family) for target in chapter.tests(slug)]
    return found or [EVERYTHING]  # many stand on what is no chapter's own


def of_chapter(slug: str) -> list[str]:
    """A chapter's own file is seen by its tests, its notebook and its page."""
    slugs = [c.slug for c in concepts.chapters() if c.done]
    owner = max((s for s in slugs if slug == s or slug.startswith(f"{s}_")), key=len, default=None)
    return [*chapter.tests(owner), *PAGES] if owner else [EVERYTHING]


# A pattern, and what it asks for; the groups of the pattern go into the function. The first that fits counts.
RULES = [
    (r"(?:README|CHANGELOG|CONTRIBUTING|CITATION|LICENSE).*|docs/.*|benchmarks/.*|tools/bench.*", lambda: []),
    (r"tests/(?:concepts|experiments|panes|book)/(test_\w+\.py)", lambda name: [f"tests/**/{name}"]),
    (r"tools/make_offline\.py", lambda: ["tests/book/test_offline.py"]),
    (r"tests/browser/test_jupyterlab\.py", lambda: ["jupyterlab"]),
    (r"tests/browser/.*", lambda: PAGES),
    (r"tests/node/.*", lambda: ["node"]),
    (r"tests/oracles/(\w+)\.py", lambda slug: ["tests/book/test_explorers.py"]),
    (r"dlbook/(?:scratch|pytorch)/_.*", lambda: [EVERYTHING]),
    (r"dlbook/pytorch/typed/(\w+)\.py", lambda slug: ["tests/panes", "tests/book/test_panes.py", *PAGES]),
    (r"dlbook/(?:scratch|pytorch)/(\w+)(?:/|\.py).*", lambda family: [*of_family(family), *PAGES]),
    (r"dlbook/(?:experiments|figures|explorers|exercises)/(\w+)(?:/|\.py).*", of_chapter),
    (r"chapters/\d\d_(\w+)\.ipynb", of_chapter),
    (r"dlbook/cli/.*", lambda: ["tests/book/test_cli.py"]),
    (r"reference/.*|intro\.md|references\.bib|_toc\.yml", lambda: PAGES),
    (r"dlbook/(?:explore|practise|live|site)/.*\.(?:js|mjs|css|html|toml)", lambda: ["node", *PAGES]),
]


def changed() -> list[str]:
    """The files that differ, as paths from the root."""
    git = lambda *args: subprocess.run(["git", *args], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    base = "HEAD" if git("branch", "--show-current").strip() == "main" else git("merge-base", "HEAD", "main").strip()
    listed = git("diff", "--name-only", "-z", base) + git("ls-files", "--others", "--exclude-standard", "-z")
    return sorted(filter(None, listed.split("\0")))


def targets(files: list[str]) -> list[str]:
    """What to run, each once: targets of the Makefile by name, test files by path."""
    found = []
    for file in files:
        for pattern, ask in RULES:
            if match := re.fullmatch(pattern, file):
                found += ask(*match.groups())
                break
        else:
            found.append(EVERYTHING)
    return [EVERYTHING] if EVERYTHING in found else list(dict.fromkeys(found))


def commands(wanted: list[str]) -> list[str]:
    """Lint always; then the test files in one go, then the targets."""
    if wanted == [EVERYTHING]:
        return [f"make {EVERYTHING}"]
    paths = sorted({str(p.relative_to(ROOT)) for w in wanted if w.startswith("tests/") for p in ROOT.glob(w)})
    named = [w for w in wanted if not w.startswith("tests/")]
    unit = [f"pytest -q -n 2 {' '.join(paths)} {BOOK}"] if paths else []
    return ["make lint", *unit, *(f"make {name}" for name in named)]


def main() -> int:
    files = changed()
    print("Changed:", *files, sep="\n  ")
    for command in commands(targets(files)):
        print("$", command, flush=True)
        if "--run" in sys.argv and (code := subprocess.run(["bash", "-c", command], cwd=ROOT).returncode):
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
