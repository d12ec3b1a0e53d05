"""What the search looks in: sections, concepts and exercises of the built pages, as one script of the site.

A script, not a file to fetch: it also loads where the book is read from the reader's disk.
"""

import json
import re
import tomllib
from pathlib import Path

from lxml import html

from dlbook import concepts

SYNONYMS = Path(__file__).with_name("synonyms.toml")
# Nobody searches for these: hints and solutions would be told, and an explorer's numbers are those of one state.
LEFT_OUT = {"headerlink", "eyebrow", "katex-display", "katex-html", "hint", "solution", "exercise-facts", "explorer"}
LEFT_OUT |= {"your-work", "dlbook-fold"}
NO_TEXT = ("index.html", "404.html", "search.html")
BLOCKS = ("p", "li", "figcaption", "td", "dt", "dd")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NOT_PLAIN = ("mfrac", "munder", "mover", "munderover", "mtable", "msqrt", "msubsup")
WORD = re.compile(r"[A-Za-z_]\w{2,}")


def write(out: Path) -> None:
    """`_static/searchindex.js` of the site in the folder `out`."""
    entries = [entry for page in pages(out) for entry in of_page(out, page)]
    index = {"entries": entries, "same": tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))["same"]}
    script = f"window.dlbookSearch={json.dumps(index, ensure_ascii=False, separators=(',', ':'))};\n"
    (out / "_static" / "searchindex.js").write_text(script, encoding="utf-8")


def pages(out: Path) -> list[str]:
    """The pages that hold text; `index.html` is the first page once more."""
    found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.html"))
    return [page for page in found if not page.startswith("_") and page not in NO_TEXT]


def of_page(out: Path, page: str) -> list[dict]:
    """A page's sections and exercises, and the concepts that have their anchor there."""
    article = html.document_fromstring((out / page).read_text(encoding="utf-8")).find(".//article")
    shorten(article)
    blocks, found = blocks_of(article), []
    for section in article.iter("section"):
        exercise = "exercise" in section.classes
        about = {"kind": "exercise" if exercise else "section", "at": section.get("id"), "title": title_of(section)}
        found.append(about | {"in": section_of(section).get("id")} | texts(blocks.get(section, [])))
    for concept in concepts.concepts():
        places = article.xpath(".//*[@id=$id]", id=concept.id) if page == page_of(concept) else []
        found += [of_concept(concept) | {"in": section_of(place).get("id")} for place in places]
    top = title_of(article)
    return [{"page": page, "of": top} | entry for entry in found]


def shorten(article: html.HtmlElement) -> None:
    """Takes out what is not searched, and writes formulas as plain text."""
    for element in [*article.iter("script", "style", "svg")]:
        element.drop_tree()
    for element in [*article.iter()]:
        if LEFT_OUT & set(element.classes):
            element.drop_tree()
    for math in [*article.iter("math")]:
        text = plain(math)
        math.clear(keep_tail=True)
        math.text = text


def blocks_of(article: html.HtmlElement) -> dict:
    """The blocks of text and code by the section or the exercise that they stand in."""
    found = {}
    for block in article.iter("pre", *BLOCKS):
        if next(block.iterdescendants(*BLOCKS), None) is None:
            found.setdefault(next(block.iterancestors("section"), None), []).append(block)
    return found


def section_of(element: html.HtmlElement) -> html.HtmlElement:
    """The section that an element is or stands in; an exercise is none."""
    around = [element, *element.iterancestors("section")]
    return next(place for place in around if place.tag == "section" and "exercise" not in place.classes)


def page_of(concept: concepts.Concept) -> str:
    return f"chapters/{concepts.chapter(concept.chapter).notebook}.html"


def of_concept(concept: concepts.Concept) -> dict:
    text = without_markup(concept.statement)
    about = {"kind": "concept", "at": concept.id, "title": concept.name, "names": names_of(concept)}
    return about | {"text": "" if "…" in text else text}  # then its section speaks for it


def names_of(concept: concepts.Concept) -> list[str]:
    """ "Recall (sensitivity, TPR)" has three names, and the id is one, too."""
    name, _, others = concept.name.partition(" (")
    return [name, *(other.strip() for other in others.rstrip(")").split(",") if other), concept.id]


def title_of(element: html.HtmlElement) -> str:
    return words(next(element.iter(*HEADINGS)))


def texts(blocks: list[html.HtmlElement]) -> dict:
    """The sentences, a line for each block, and the words of the code."""
    lines = [words(block) for block in blocks if block.tag != "pre"]
    code = {word for block in blocks if block.tag == "pre" for word in WORD.findall(block.text_content())}
    lines.sort(key=lambda line: line.startswith("Practises "))  # an excerpt is rather of an exercise's task
    text = "\n".join(line for line in lines if line.count(" ") > 2)  # no lone numbers of a table
    return {"text": text, "code": " ".join(sorted(code))}


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def without_markup(markdown: str) -> str:
    """A statement of the registry as plain text; a formula of one letter stays."""
    text = re.sub(r"\$\\?(\w+)\$", r"\1", markdown)
    return re.sub(r"\$[^$]*\$", "…", text).replace("`", "").replace("*", "")


def plain(math: html.HtmlElement) -> str:
    """A formula as text where it reads as one, `x_i` or `σ^2`; else a dot-dot-dot."""
    if next(math.iter(*NOT_PLAIN), None) is None:
        for raised in math.iter("msub", "msup"):
            raised[0].tail = "_" if raised.tag == "msub" else "^"
        text = words(math)
        if len(text) <= 24:
            return text
    return "…"
