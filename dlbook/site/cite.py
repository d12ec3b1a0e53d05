"""How to cite the book and how to report a mistake in it, from CITATION.cff, the version and the one public address."""

from importlib.metadata import version
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

FORM = "Found a mistake? The link “Report a mistake” at the foot of each page opens a form that knows page and version."
LETTER = (
    "Found a mistake? Tell whom you have the book from, with the page, the heading above the place, and the version, "
)


def bibtex(cff: dict, address: str) -> str:
    """The entry for a list of references."""
    authors = " and ".join(f"{{{author['name']}}}" for author in cff["authors"])
    fields = {
        "author": authors,
        "title": f"{{{cff['title']}}}",
        "year": str(cff["date-released"])[:4],
        "version": cff["version"],
        "note": f"Version {cff['version']}",
        "url": address,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join(["@misc{dlbook,", *lines, "}"])


class HowToCite(SphinxDirective):
    """BibTeX in a block that the page's Copy button copies, and a word on mistakes."""

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.srcdir) / "CITATION.cff"
        self.env.note_dependency(str(path))
        cff = yaml.safe_load(path.read_text(encoding="utf-8"))
        entry = bibtex(cff, self.config.dlbook_site or self.config.dlbook_repository)
        mistakes = FORM if self.config.dlbook_repository else f"{LETTER}{version('dlbook')}."
        return [nodes.literal_block(entry, entry, language="bibtex"), nodes.paragraph("", mistakes)]


def setup(app) -> None:
    app.add_directive("how-to-cite", HowToCite)
