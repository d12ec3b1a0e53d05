"""What a page says about itself: navigation, description, where it stands in the book."""

import os
import re

from docutils import nodes

from dlbook import concepts
from dlbook.site import elsewhere, report

DESCRIPTION = 155  # characters that a search engine shows
UNSEEN = "stretchy|separator|scriptlevel|displaystyle|rowspacing|columnalign|columnspacing"  # of KaTeX's MathML


def page_context(app, pagename, templatename, context, doctree) -> None:
    """All that `templates/layout.html` needs beyond Sphinx's own context."""
    chapter = next((c for c in concepts.chapters() if pagename == f"chapters/{c.notebook}"), None)
    context["dlbook"] = {
        "parts": navigation(app, pagename),
        "sections": sections(doctree) if doctree else [],
        "description": chapter.question if chapter else description(doctree, context["about"]),
        "chapter": chapter,
        "prerequisites": [concepts.chapter(slug) for slug in chapter.prerequisites] if chapter else [],
        "elsewhere": elsewhere.buttons(app.config, chapter.notebook) if chapter else {},
        "live": 'id="cell-' in context.get("body", ""),
        "exercises": context.get("body", "").count('<section class="exercise '),
        "explorer": 'data-explorer="' in context.get("body", ""),
        "pathto_doc": lambda name: context["pathto"](name) if name in app.env.found_docs else None,
        "report": report.address(app.config.dlbook_repository, pagename),
        # A host answers every unknown address with the same 404 page: its links start at the site's root.
        "root": os.environ.get("DLBOOK_ROOT", "/") if pagename == "404" else None,
    }
    if 'class="katex-error"' in context.get("body", ""):
        raise ValueError(f"{pagename}: KaTeX cannot read a formula")


def navigation(app, pagename: str) -> list[dict]:
    """The parts of `_toc.yml` with their pages: caption, and for each page its name, title and chapter number."""
    numbers = {f"chapters/{c.notebook}": c.number for c in concepts.chapters()}
    parts = []
    for tree in app.config.external_site_map.root.subtrees:
        names = [str(item).removesuffix(".ipynb").removesuffix(".md") for item in tree.items]
        pages = [
            {
                "name": name,
                "title": app.env.titles[name].astext(),
                "number": numbers.get(name),
                "here": name == pagename,
            }
            for name in names
            if name in app.env.titles
        ]
        parts.append({"caption": tree.caption, "pages": pages})
    return parts


def sections(doctree: nodes.document) -> list[dict]:
    """The sections of a page and, one level down, theirs: for the list "On this page"."""
    page = next(doctree.findall(nodes.section), doctree)
    return [section_entry(section) | {"inner": [section_entry(s) for s in own(section)]} for section in own(page)]


def own(parent: nodes.Element) -> list[nodes.section]:
    """The sections directly inside, also through a container such as a directive's."""
    found = []
    for child in parent.children:
        if isinstance(child, nodes.section):
            found.append(child)
        elif isinstance(child, nodes.container):
            found += own(child)
    return found


def section_entry(section: nodes.section) -> dict:
    return {"id": section["ids"][0], "title": section.next_node(nodes.title).astext()}


def description(doctree: nodes.document | None, fallback: str) -> str:
    """The first paragraph, as far as a search engine shows it, cut between two words."""
    paragraph = next(doctree.findall(nodes.paragraph), None) if doctree else None
    text = " ".join(paragraph.astext().split()) if paragraph else fallback
    if len(text) <= DESCRIPTION:
        return text
    return text[:DESCRIPTION].rsplit(" ", 1)[0].rstrip(",;:. ") + " …"


def tidy_body(app, pagename, templatename, context, doctree) -> None:
    """Puts right what a screen reader is told of the # beside a heading, a table's empty corner, a list of sources."""
    body = context.get("body", "")
    body = re.sub(r'(<a class="headerlink" href="#[^"]*") title="([^"]*)"', r'\1 aria-label="\2"', body)
    body = re.sub(r"<th\b[^>]*>(<p></p>)?</th>", "<td></td>", body)
    body = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')
    body = body.replace(' role="doc-biblioentry"', "")
    context["body"] = light_formulas(body)


def light_formulas(body: str) -> str:
    """Formulas without their TeX, which comes when it is asked for, and without what sets their unseen MathML."""
    body = re.sub(r"<annotation\b.*?</annotation>", "", body, flags=re.DOTALL)
    body = re.sub(r'</?semantics>| xmlns="http://www.w3.org/1998/Math/MathML"', "", body)
    return re.sub(rf' (?:{UNSEEN})="[^"]*"', "", body)
