"""What a reader asks of a word: the glossary, who uses a concept, and the files that answer in the page itself.

A page marks no symbol and no term: `words.js`, which comes with the first sign of a reader, finds them with the page's
file in `_static/words` (each formula's LaTeX and the rows of the notation that explain it; the page's terms). What it
then shows is in `_static/glossary.js`: the notation's rows, the glossary and the bibliography as their pages have them.
"""

import html
import json
import re
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes

from dlbook import concepts
from dlbook.concepts import Concept
from dlbook.site import citations, letters, terms
from dlbook.site.reference import Reference, chapter_link, concept_link, inline

FOLDER = "words"  # in `_static`
TEX = re.compile(r'<span class="katex">.*?<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL)


def setup(app) -> None:
    app.add_config_value("dlbook_used", {}, "html")  # when it changes, Sphinx writes every page again
    app.add_directive("terms", Glossary)
    app.connect("config-inited", configure)
    app.connect("doctree-resolved", citations.to_entries)
    app.connect("doctree-resolved", tell_who_uses)
    app.connect("html-page-context", keep_words, priority=905)  # before the formulas lose their LaTeX
    app.connect("build-finished", write, priority=950)


def configure(app, config) -> None:
    config.dlbook_used = {concept.id: terms.used(concept) for concept in concepts.concepts()}


# ── In plain HTML ────────────────────────────────────────────────────────────────────────────────────────────────────


class Glossary(Reference):
    """Every concept by its name: what it says, and the chapters that use it."""

    def render(self) -> list[nodes.Node]:
        self.env.note_dependency(__file__)
        found = sorted(concepts.concepts(), key=lambda concept: concept.name.casefold())
        items = [self.item(concept) for concept in found if concepts.chapter(concept.chapter).done]
        return [nodes.definition_list("", *items, classes=["dl-reference", "dl-terms"])]

    def item(self, concept: Concept) -> nodes.definition_list_item:
        home = concepts.chapter(concept.chapter)
        here = chapter_link(home, f"chapter {home.number}", self.env.docname)
        term = nodes.term("", "", concept_link(concept, self.env.docname), ids=[f"term-{concept.id}"])
        says = nodes.definition("", nodes.paragraph("", "", *inline(concept.statement)))
        users = [chapter for chapter in concepts.chapters() if chapter.number in terms.used(concept)]
        links = [chapter_link(chapter, str(chapter.number), self.env.docname) for chapter in users]
        tail = listed(links) if links else []
        says += nodes.paragraph("", "From ", here, nodes.Text("; used in " if tail else ""), *tail, classes=["used"])
        return nodes.definition_list_item("", term, says)


def listed(links: list[nodes.Node]) -> list[nodes.Node]:
    """ "chapters 3, 5 and 8" of three links."""
    found = [nodes.Text("chapter " if len(links) == 1 else "chapters ")]
    for place, link in enumerate(links):
        found += [nodes.Text("" if place == 0 else " and " if place == len(links) - 1 else ", "), link]
    return found


def tell_who_uses(app, doctree: nodes.document, docname: str) -> None:
    """Below the heading of a concept: the chapters that use it, each with a link."""
    ids = {concept.id: concept for concept in concepts.concepts()}
    pages = {chapter.number: f"chapters/{chapter.notebook}" for chapter in concepts.chapters()}
    for section in doctree.findall(nodes.section):
        numbers = sorted({n for id in section["ids"] if id in ids for n in terms.used(ids[id])})
        numbers = [number for number in numbers if pages[number] in app.env.found_docs]
        if docname.startswith("chapters/") and numbers:
            addresses = [app.builder.get_relative_uri(docname, pages[number]) for number in numbers]
            links = [nodes.reference("", str(n), refuri=uri) for n, uri in zip(numbers, addresses, strict=True)]
            section.insert(1, nodes.paragraph("", "Used in ", *listed(links), classes=["used"]))


# ── For the scripts ──────────────────────────────────────────────────────────────────────────────────────────────────


def keep_words(app, pagename, templatename, context, doctree) -> None:
    """The page's file: its formulas in their order, and its terms."""
    chapter = next((c for c in concepts.chapters() if pagename == f"chapters/{c.notebook}"), None)
    found = [html.unescape(latex) for latex in TEX.findall(context.get("body", ""))]
    context["dlbook"]["words"] = bool(found or chapter)
    if not context["dlbook"]["words"]:
        return
    page = {"tex": found}
    if chapter:
        page["rows"] = [letters.rows(latex, chapter.number) for latex in found]
        page["terms"] = terms.terms(chapter)
    file = path(app, pagename)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"window.dlbookPage={json.dumps(page, separators=(',', ':'))};\n", encoding="utf-8")


def path(app, pagename: str) -> Path:
    return Path(app.outdir) / "_static" / FOLDER / f"{pagename.replace('/', '-')}.js"


def write(app, exception) -> None:
    """What the popovers show; the files of pages that are there no more are removed."""
    if exception or app.builder.name != "html":
        return
    for file in path(app, "").parent.glob("*"):
        if file not in {path(app, name) for name in app.env.found_docs}:
            file.unlink()
    script = f"window.dlbookGlossary={json.dumps(glossary(Path(app.outdir)), separators=(',', ':'))};\n"
    (Path(app.outdir) / "_static" / "glossary.js").write_text(script, encoding="utf-8")


def glossary(site: Path) -> dict:
    """What stands on the pages of reference, as HTML: the rows of the notation, the terms, the sources."""
    pages = {name: soup(site / "reference" / f"{name}.html") for name in ("notation", "glossary", "bibliography")}
    return {
        "symbols": [symbol(row) for row in pages["notation"].select(".dl-symbols tbody tr")],
        "terms": {item["id"].removeprefix("term-"): term(item) for item in pages["glossary"].select(".dl-terms dt")},
        "sources": {entry["id"]: inner(entry.p) for entry in pages["bibliography"].select("div.citation")},
    }


def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8") if page.exists() else "", "html.parser")


def symbol(row) -> list[str]:
    """A row's symbol, its meaning, its name in code and the place of its table."""
    cells = row.find_all("td")
    return [inner(cells[0].p), inner(cells[1].p), inner(cells[3].p), row.find_parent("section")["id"]]


def term(item) -> list[str]:
    """A concept's name as a link, what it says, and who uses it."""
    says, used = item.find_next_sibling("dd").find_all("p")
    return [str(item.a), inner(says), inner(used)]


def inner(element) -> str:
    return element.decode_contents() if element else ""
