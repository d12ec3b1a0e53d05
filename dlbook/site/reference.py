"""The pages that are rendered from the registry: cheat sheet, errata, notation, concept map.

Directives make docutils nodes, not HTML: formulas are rendered with all others of the book, and a link to a chapter or
to a concept is a reference that Sphinx resolves, so a strict build fails on an anchor that is not there.
"""

import re
from importlib.metadata import version
from itertools import groupby

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from dlbook import concepts
from dlbook.concepts import Chapter, Concept, Erratum
from dlbook.display import displayed

INLINE = re.compile(r"\$([^$]+)\$|`([^`]+)`|\*\*?([^*]+)\*\*?")
BADGES = {"content": "content", "reading": "perhaps a reading slip"}


# ── The four directives ──────────────────────────────────────────────────────────────────────────────────────────────


class Reference(SphinxDirective):
    """A directive that reads the registry: its page is built again when the registry changes."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(concepts.TOML))
        return self.render()


class CheatSheet(Reference):
    """Every concept of the finished chapters in the sheet's order; then, by name, what is to come."""

    def render(self) -> list[nodes.Node]:
        done = [chapter for chapter in concepts.chapters() if chapter.done]
        coming = [chapter for chapter in concepts.chapters() if not chapter.done]
        sheet = nodes.container(classes=["dl-reference", "dl-sheet"])
        sheet += [self.chapter(chapter) for chapter in done]
        if coming:
            sheet += section(f"To come: {len(coming)} chapters", "sheet-to-come")
            sheet[-1] += nodes.bullet_list("", *[self.coming(chapter) for chapter in coming], classes=["dl-coming"])
        sheet += self.imprint()
        return [sheet]

    def imprint(self) -> nodes.paragraph:
        """Where a printed sheet comes from and what one may do with it."""
        source = f"From dlbook {version('dlbook')}, “Deep learning, three times over”"
        address = f", {self.config.html_baseurl}" if self.config.html_baseurl else ""
        rights = ". Text under CC BY 4.0, code under the MIT licence."
        return nodes.paragraph("", f"{source}{address}{rights}", classes=["dl-imprint"])

    def chapter(self, chapter: Chapter) -> nodes.section:
        box = section(f"{chapter.number:02d} {chapter.title}", f"sheet-{chapter.slug}")
        box += nodes.bullet_list("", *[self.row(concept) for concept in chapter.concepts], classes=["dl-rows"])
        return box

    def row(self, concept: Concept) -> nodes.list_item:
        item = nodes.list_item("", nodes.paragraph("", "", concept_link(concept, self.env.docname)), classes=["dl-row"])
        for latex in filter(None, (concept.formula, concept.derivative)):
            item += nodes.paragraph("", "", math(rf"\displaystyle {latex}"), classes=["dl-formula"])
        item += nodes.paragraph("", "", *inline(concept.statement))
        if concept.added:
            item += nodes.paragraph("", "Added by the book: the sheet does not have it.", classes=["dl-added"])
        return item

    def coming(self, chapter: Chapter) -> nodes.list_item:
        names = "; ".join(concept.name for concept in chapter.concepts)
        title = nodes.strong("", f"{chapter.number:02d} {chapter.title}")
        return nodes.list_item("", nodes.paragraph("", "", title, nodes.Text(f": {names}" if names else "")))


class Errata(Reference):
    """What the sheet prints, what is right, and why: one card an erratum, chapter by chapter.

    What a reading may have torn stands there typeset, where it can be, and word for word as our copy has it.
    """

    def render(self) -> list[nodes.Node]:
        sections = []
        for chapter in concepts.chapters():
            if chapter.errata:
                sections.append(section(f"{chapter.number:02d} {chapter.title}", f"errata-{chapter.slug}", "dl-errata"))
                sections[-1] += [self.card(erratum, chapter) for erratum in chapter.errata]
        return sections

    def card(self, erratum: Erratum, chapter: Chapter) -> nodes.container:
        if not erratum.concept:
            where = nodes.Text("The section as a whole")
        elif chapter.done:
            where = concept_link(concepts.concept(erratum.concept), self.env.docname)
        else:
            where = nodes.Text(concepts.concept(erratum.concept).name)
        badge = nodes.inline("", BADGES[erratum.kind], classes=["dl-badge", f"dl-{erratum.kind}"])
        heading = nodes.paragraph("", "", nodes.strong("", "", where), nodes.Text(" "), badge)
        label = "The sheet prints" if erratum.kind == "content" else "Our copy of the sheet reads"
        prints = [labelled(label, *inline(displayed(erratum.typeset)))]
        if erratum.kind == "reading":
            verbatim = erratum.prints.strip("\n")
            prints.append(nodes.literal_block(verbatim, verbatim, language="none"))
        return nodes.container(
            "",
            heading,
            *prints,
            labelled("Right", *inline(displayed(erratum.right))),
            labelled("Why", *inline(erratum.why)),
            classes=["dl-card"],
        )


class Notation(Reference):
    """The symbols of the book, group by group; with the argument `layers`, the equations of a layer."""

    optional_arguments = 1

    def render(self) -> list[nodes.Node]:
        return [self.layers()] if self.arguments == ["layers"] else self.symbols()

    def symbols(self) -> list[nodes.Node]:
        sections = []
        for group, symbols in groupby(concepts.symbols(), key=lambda symbol: symbol.group):
            rows = [
                [
                    [math(s.symbol)],
                    inline(s.meaning),
                    inline(s.where),
                    [nodes.literal(s.code, s.code)] if s.code else [],
                    [math(s.sheet)] if s.sheet else [],
                ]
                for s in symbols
            ]
            sections.append(section(group, f"notation-{group}", "dl-symbols"))
            head = {"symbol": 15, "meaning": 40, "where": 20, "in code": 10, "on the sheet": 15}
            sections[-1] += table(head, rows)
        return sections

    def layers(self) -> nodes.Node:
        rows = [
            [inline(form.quantity), [math(rf"\displaystyle {form.rows}")], [math(rf"\displaystyle {form.columns}")]]
            for form in concepts.forms()
        ]
        head = {"equation": 30, "the book: a sample is a row": 35, "the sheet: a sample is a column": 35}
        return nodes.container("", table(head, rows), classes=["dl-reference", "dl-layers"])


class ConceptMap(Reference):
    """All chapters in reading order, part by part, and an arc from each to the chapters that build on it."""

    def render(self) -> list[nodes.Node]:
        chapters = concepts.chapters()
        names = {chapter.slug: f"{chapter.number:02d}" for chapter in chapters}
        rows = nodes.container(classes=["dl-map-rows"])
        for part, members in groupby(chapters, key=lambda chapter: chapter.part):
            rows += nodes.paragraph("", f"{part}", classes=["dl-map-part"])
            items = [self.row(chapter, [names[slug] for slug in chapter.prerequisites]) for chapter in members]
            rows += nodes.bullet_list("", *items, classes=["dl-map-chapters"])
        drawing = nodes.raw("", arcs(chapters), format="html")
        return [nodes.container("", drawing, rows, classes=["dl-reference", "dl-map"])]

    def row(self, chapter: Chapter, needs: list[str]) -> nodes.list_item:
        title = f"{chapter.number:02d} {chapter.title}"
        name = chapter_link(chapter, title, self.env.docname) if chapter.done else nodes.inline("", title)
        note = f"needs {', '.join(needs)}" if needs else "a place to start"
        note += "" if chapter.done else "; to come"
        small = nodes.inline("", note, classes=["dl-map-note"])
        return nodes.list_item(
            "",
            nodes.paragraph("", "", name, nodes.Text(" "), small),
            classes=["dl-map-done" if chapter.done else "dl-map-coming"],
        )


# ── The drawing of the map ───────────────────────────────────────────────────────────────────────────────────────────

ROW, WIDTH, LINE, DOT = 40, 96, 88, 5  # a row is as high as in reference.css (2.5rem); the dots stand at x = LINE


def arcs(chapters: tuple[Chapter, ...]) -> str:
    """An SVG as high as the list: a dot for each chapter, and on its left an arc from each prerequisite."""
    parts = list(dict.fromkeys(chapter.part for chapter in chapters))
    # Above each dot stand the chapters before it and the names of the parts so far.
    y = {c.slug: ROW * (i + parts.index(c.part) + 1) + ROW // 2 for i, c in enumerate(chapters)}
    height = ROW * (len(chapters) + len(parts))
    shapes = []
    for chapter in chapters:
        end = y[chapter.slug]
        style = f'class="dl-map-{"done" if chapter.done else "coming"} dl-c{parts.index(chapter.part)}"'
        for start in (y[slug] for slug in chapter.prerequisites):
            x = LINE - bow((end - start) / height)
            shapes.append(f'<path {style} d="M{LINE} {start}C{x} {start} {x} {end} {LINE} {end}"/>')
        shapes.append(f'<circle {style} cx="{LINE}" cy="{end}" r="{DOT}"/>')
    label = f"Arcs between {len(chapters)} chapters in reading order: each chapter is joined to those it builds on."
    box = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return f'<svg class="dl-map-arcs" role="img" aria-label="{label}" {box}>{"".join(shapes)}</svg>'


def bow(share: float) -> int:
    """How far the handles of an arc lie to the left (the curve gets ¾ as far), from its share of the height."""
    return round(16 + 4 / 3 * (LINE - 20) * share**0.5)


# ── Nodes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def inline(text: str) -> list[nodes.Node]:
    """Text with $formulas$, `code` and *emphasis* as nodes."""
    parts, end = [], 0
    for match in INLINE.finditer(text):
        latex, code, stressed = match.groups()
        parts.append(nodes.Text(text[end : match.start()]))
        parts.append(math(latex) if latex else nodes.literal(code, code) if code else nodes.emphasis("", stressed))
        end = match.end()
    return [part for part in [*parts, nodes.Text(text[end:])] if part != ""]


def math(latex: str) -> nodes.math:
    return nodes.math(latex, latex)


def labelled(label: str, *content: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.strong("", label), nodes.Text(" "), *content, classes=["dl-labelled"])


def section(title: str, name: str, *classes: str) -> nodes.section:
    name = nodes.make_id(name)
    return nodes.section("", nodes.title("", title), ids=[name], names=[name], classes=["dl-reference", *classes])


def table(head: dict[str, int], rows: list[list[list[nodes.Node]]]) -> nodes.table:
    """A table with a name and a width in percent for each column; a cell is a list of inline nodes."""

    def row(cells: list[list[nodes.Node]]) -> nodes.row:
        return nodes.row("", *[nodes.entry("", *([nodes.paragraph("", "", *cell)] if cell else [])) for cell in cells])

    group = nodes.tgroup("", *[nodes.colspec(colwidth=width) for width in head.values()], cols=len(head))
    group += nodes.thead("", row([[nodes.Text(name)] for name in head]))
    group += nodes.tbody("", *[row(cells) for cells in rows])
    return nodes.table("", group, classes=["dl-table", "colwidths-given"])


def concept_link(concept: Concept, docname: str) -> addnodes.pending_xref:
    """A link to the anchor of the concept in its chapter; a strict build fails where there is none."""
    return reference("ref", concept.id, concept.name, docname)


def chapter_link(chapter: Chapter, title: str, docname: str) -> addnodes.pending_xref:
    return reference("doc", f"/chapters/{chapter.notebook}", title, docname)


def reference(kind: str, target: str, text: str, docname: str) -> addnodes.pending_xref:
    options = {"refdoc": docname, "refdomain": "std", "refexplicit": True, "refwarn": True}
    label = nodes.inline("", text, classes=["std", f"std-{kind}"])
    return addnodes.pending_xref("", label, reftype=kind, reftarget=target, **options)


# ── Sphinx ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def setup(app) -> dict:
    """The directives; their stylesheet `reference.css` is part of the site's one stylesheet."""
    app.add_directive("cheat-sheet", CheatSheet)
    app.add_directive("errata", Errata)
    app.add_directive("notation", Notation)
    app.add_directive("concept-map", ConceptMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
