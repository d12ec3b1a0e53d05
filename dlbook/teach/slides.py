"""A deck of slides of a chapter: its concepts, figures and examples by hand, taken out of the built pages.

A deck needs no other site and no server: formulas are rendered, figures are SVG, and the stylesheet is the book's own.
"""

import html
import json
import re
import shutil
from pathlib import Path

from lxml import html as parser

from dlbook.concepts import Chapter

HERE = Path(__file__).parent
KEEP = re.compile(r"_static/pictures/(\w+\.webp)")
FRAME = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · slides</title>
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="_static/book.css">
<link rel="stylesheet" href="_static/slides.css">
<link rel="icon" type="image/svg+xml" href="_static/favicon.svg">
<script defer src="_static/slides.js"></script>
</head>
<body>
<main class="deck">
{slides}
</main>
<nav class="turn-slide" aria-label="Slides" hidden>
<button type="button" data-go="-1" aria-label="The slide before">‹</button>
<output>1 of {count}</output>
<button type="button" data-go="1" aria-label="The next slide">›</button>
</nav>
</body>
</html>
"""


def write(chapters: list[Chapter], site: Path, notebooks: Path, output: Path) -> None:
    """A deck a chapter, their list, and the files that they share."""
    output.mkdir(parents=True, exist_ok=True)
    rows = concept_rows(site)
    for chapter in chapters:
        deck = deck_of(chapter, site, notebooks / f"{chapter.notebook}.ipynb", rows)
        (output / f"{chapter.notebook}.html").write_text(deck, encoding="utf-8")
        for picture in set(KEEP.findall(deck)):
            keep(site / "_static" / "pictures" / picture, output / "_static" / "pictures")
    for path in [*(site / "_static").glob("*.woff2"), *(site / "_static" / n for n in ("book.css", "favicon.svg"))]:
        keep(path, output / "_static")
    for name in ("slides.css", "slides.js"):
        keep(HERE / name, output / "_static")


def keep(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, folder)


def deck_of(chapter: Chapter, site: Path, notebook: Path, rows: dict[str, str]) -> str:
    """The deck of a chapter as a page."""
    page = parser.parse(str(site / "chapters" / f"{chapter.notebook}.html"), parser.HTMLParser(encoding="utf-8"))
    article = page.find(".//article")
    name = html.escape(f"{chapter.number:02d} {chapter.title}")
    first = f"<h1>{name}</h1><p>{html.escape(chapter.question)}</p>"
    bodies = [first, *slides_of(article, examples(article, notebook), rows)]
    said = 'class="slide" tabindex="0" aria-label="Slide'
    slides = [
        f'<section id="slide-{i}" {said} {i} of {len(bodies)}"><div>\n{body}\n</div></section>'
        for i, body in enumerate(bodies, start=1)
    ]
    return FRAME.format(title=name, slides="\n".join(slides), count=len(slides))


def slides_of(article, examples: dict, rows: dict[str, str]) -> list[str]:
    """What a deck shows, in the order of the page."""
    found = []
    for element in article.iter():
        if element in examples:
            found.append(f"<h2>{heading(element)}</h2>{''.join(map(outer, examples[element]))}")
        elif element.get("id") in rows:
            found.append(rows[element.get("id")])
        elif element.tag == "figure" and "dlbook-figure" in element.get("class", "").split():
            found.append(f"<h2>{heading(element)}</h2>{outer(element)}")
    return found


def examples(article, notebook: Path) -> dict:
    """The first element of each example by hand, and all of its elements; a code cell of the notebook ends it."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    boxes = article.find_class("cell")
    code = [i for i, cell in enumerate(cells) if cell["cell_type"] == "code"]
    if len(boxes) != len(code):
        raise ValueError(f"{notebook.stem}: {len(code)} code cells, but the built page has {len(boxes)}: make book")
    found = {}
    for i, cell in enumerate(cells):
        if "by-hand" in cell["metadata"].get("tags", []):
            first, *rest = between("".join(cell["source"]), boxes[code.index(i + 1)])
            found[first] = [first, *rest]
    return found


def between(source: str, end) -> list:
    """The elements that a Markdown cell became: those before `end`, from the one that begins with its first words."""
    begin = letters(re.split(r"[$`\[(]", source.lstrip("#* \n").splitlines()[0])[0])
    elements = []
    for element in end.itersiblings(preceding=True):
        elements.insert(0, element)
        if letters(element.text_content()).startswith(begin):
            return elements
    raise ValueError(f"the page has no element that begins with {begin!r}")


def letters(text: str) -> str:
    """A text without its signs: the page has other quotation marks than the notebook."""
    return re.sub(r"\W", "", text)


def concept_rows(site: Path) -> dict[str, str]:
    """Of every concept its slide: name, formulas, statement, as the cheat sheet has them."""
    page = parser.parse(str(site / "reference" / "cheat_sheet.html"), parser.HTMLParser(encoding="utf-8"))
    found = {}
    for row in page.getroot().find_class("dl-row"):
        link, *rest = row
        target = link.find(".//a").get("href").partition("#")[2]
        found[target] = (
            f'<h2>{html.escape(link.text_content())}</h2><div class="concept">{"".join(map(outer, rest))}</div>'
        )
    return found


def heading(element) -> str:
    """The heading of the section in which an element stands."""
    section = next(e for e in element.iterancestors("section"))
    title = next(e for e in section if e.tag in ("h1", "h2", "h3", "h4"))
    return html.escape(title.text_content().rstrip("#"))


def outer(element) -> str:
    """The HTML of an element, without links: what they lead to is not in the deck."""
    text = parser.tostring(element, encoding="unicode", with_tail=False)
    text = re.sub(r"</?a\b[^>]*>", "", re.sub(r'<a class="headerlink".*?</a>', "", text))
    return text.replace("../_static/", "_static/").replace(' loading="lazy"', "")
