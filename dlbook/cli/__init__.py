"""`dlbook` on the command line: open the chapters, serve a built book, check an answer."""

import difflib

RIGHT, WRONG, UNUSABLE = 0, 1, 2  # what the command ends with


class Unusable(SystemExit):
    """What was given cannot be used; the message says why and what could be."""


def nearest(given: str, names) -> list[str]:
    """The names most like the given one, as a whole or by what stands behind the dot."""
    ends = {name.rpartition(".")[2] for name in names}
    alike = difflib.get_close_matches(given.rpartition(".")[2], ends, 3, 0.7)
    found = [*(name for name in names if name.rpartition(".")[2] in alike), *difflib.get_close_matches(given, names)]
    return sorted(set(found), key=lambda name: -difflib.SequenceMatcher(None, given, name).ratio())[:3]


def chapter_named(given: str):
    """The chapter called so: by its number, its slug, or the name of its notebook."""
    from dlbook import concepts

    wanted = given.removesuffix(".ipynb")
    for chapter in concepts.chapters():
        if wanted in (str(chapter.number), f"{chapter.number:02d}", chapter.slug, chapter.notebook):
            return chapter
    like = nearest(given, [chapter.slug for chapter in concepts.chapters()])
    hint = f"Did you mean {', '.join(like)}?" if like else "`dlbook exercises` lists them."
    raise Unusable(f"There is no chapter {given!r}. {hint}")
