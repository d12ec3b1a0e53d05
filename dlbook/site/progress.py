"""The page of the reader's progress: every chapter with its sections and exercises, for `live/progress.js` to count.

What the reader has done is in the reader's browser alone; without a script the page is a list of all exercises.
"""

import html
import json
import re
from itertools import groupby
from pathlib import Path

from docutils import nodes

from dlbook import concepts, exercises
from dlbook.concepts import Chapter
from dlbook.practise.exercise import Exercise
from dlbook.practise.markdown import inline

PAGE = "reference/progress"
PLACE = '<div class="dl-progress"></div>'
CHECKED = re.compile(r'check\("([\w.]+)"')
STYLES = [Path(__file__).parents[1] / "live" / name for name in ("work.css", "progress.css")]
WITHOUT = (
    "With JavaScript, this page shows what you have read of each chapter, which exercises you have solved, how many "
    "minutes are left, and which exercises to repeat today. Without it, it is a list of all exercises."
)


def setup(app) -> None:
    app.connect("env-get-outdated", always)
    app.connect("html-page-context", filled, priority=905)


def always(app, env, added, changed, removed) -> list[str]:
    """The page is made again with every build: it tells of all chapters."""
    return [PAGE] if PAGE in env.found_docs else []


def filled(app, pagename, templatename, context, doctree) -> None:
    if pagename != PAGE:
        return
    parts = [
        f'<h2 class="dl-part">{part}</h2><ol class="dl-chapters">{"".join(chapter(app, c) for c in members)}</ol>'
        for part, members in groupby(concepts.chapters(), key=lambda c: c.part)
    ]
    head = f'<p class="dl-sums" role="status"><noscript>{WITHOUT}</noscript></p><div class="dl-today"></div>'
    work = '<div class="your-work" id="your-work"></div>'
    context["body"] = context["body"].replace(PLACE, f'<div class="dl-progress">{head}{"".join(parts)}{work}</div>')
    context["dlbook"]["progress"] = "".join(style.read_text(encoding="utf-8") for style in STYLES)


def chapter(app, chapter: Chapter) -> str:
    page = f"chapters/{chapter.notebook}"
    cells = answer_cells(Path(app.srcdir) / f"{page}.ipynb")
    rows = "".join(row(exercises.find(name), page, cell) for name, cell in cells.items())
    sections = " ".join(leaves(app.env.tocs[page]))
    title = html.escape(chapter.title)
    return (
        f'<li data-page="{page}" data-minutes="{chapter.minutes}" data-sections="{html.escape(sections)}">'
        f'<p class="dl-title"><span class="number">{chapter.number}</span> <a href="../{page}.html">{title}</a></p>'
        f'<progress max="{chapter.minutes}" value="0" aria-label="{title}"></progress>'
        f'<p class="dl-facts">{len(cells)} exercises · {chapter.minutes} minutes</p>'
        f"<details><summary>The {len(cells)} exercises</summary><ul>{rows}</ul></details></li>"
    )


def row(exercise: Exercise, page: str, cell: str) -> str:
    known = f'data-exercise="{exercise.id}" data-cell="{page}#{cell}" data-minutes="{exercise.minutes}"'
    link = f'<a href="../{page}.html#{exercise.anchor}">{inline(exercise.title)}</a>'
    return f"<li {known}>{link} <span>{exercise.level}, about {exercise.minutes} min</span></li>"


def answer_cells(notebook: Path) -> dict[str, str]:
    """The name of the cell in which each exercise is answered, in the order of the chapter."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    answers = [cell for cell in cells if "exercise" in cell["metadata"].get("tags", [])]
    return {CHECKED.search("".join(cell["source"]))[1]: cell["id"] for cell in answers}


def leaves(contents: nodes.bullet_list) -> list[str]:
    """The ids of a page's innermost sections, as far down as its list "On this page" goes: what `read.js` watches."""
    found = []
    for item in below(contents[0]):
        found += [anchor(inner) for inner in below(item)] or [anchor(item)]
    return found


def below(item: nodes.list_item) -> list[nodes.list_item]:
    return list(item[1].children) if len(item) > 1 else []


def anchor(item: nodes.list_item) -> str:
    return item.next_node(nodes.reference)["anchorname"].removeprefix("#")
