"""Which entry of the bibliography a citation means, from what it says: "Kingma and Ba 2015", "Shannon … in 1948"."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from docutils import nodes
from pybtex.database import parse_file

BIB = Path(__file__).parents[2] / "references.bib"
PAGE = "bibliography.html"


def to_entries(app, doctree: nodes.document, docname: str) -> None:
    """Each link to the bibliography leads to its entry there."""
    for link in doctree.findall(nodes.reference):
        if link.get("refuri", "").endswith(PAGE) and (found := key(link.astext(), before(link))):
            link["refuri"] += f"#{found}"


def before(link: nodes.Element) -> str:
    """What the paragraph says before a link."""
    parts = []
    while not isinstance(link.parent, nodes.document) and not isinstance(link, nodes.paragraph):
        parts = [child.astext() for child in link.parent.children[: link.parent.index(link)]] + parts
        link = link.parent
    return "".join(parts)


def key(said: str, before: str = "") -> str | None:
    """The key of the entry that a link means; what stands before it helps where it says a year alone.

    None where the link is to the bibliography as a whole; a ValueError where no entry fits, or more than one.
    """
    match = re.fullmatch(r"(.*?)\W*(\d{4})([ab]?)\)?", said, re.DOTALL)
    if not match:
        return None if said.startswith("the ") else only([k for k in entries() if said in entries()[k]["title"]], said)
    year = [key for key, entry in entries().items() if entry["year"] == match[2] and key.endswith(match[3])]
    if not match[1]:
        heard = {key: place(entries()[key]["authors"][0], before) for key in year}
        near = [key for key in year if heard[key] == max(heard.values()) >= 0]
        return only(sorted(near, key=lambda key: len(entries()[key]["authors"]))[:1], said)
    first, *more = re.split(r", | and ", re.sub(" et al.?", " and others", plain(match[1])))
    fit = [key for key in year if entries()[key]["authors"][0].replace(" ", "") == first.replace(" ", "")]
    rest = {key: entries()[key]["authors"][1:] for key in fit}
    return only([key for key in fit if rest[key] == more or (rest[key] and more == ["others"])], said)


def place(name: str, text: str) -> int:
    """Where a text last says a name, or -1."""
    return max((match.start() for match in re.finditer(rf"\b{re.escape(name)}\b", plain(text))), default=-1)


def only(fit: list[str], said: str) -> str:
    if len(fit) != 1:
        raise ValueError(f"the citation {said!r} must mean one entry of the bibliography: got {fit}")
    return fit[0]


@cache
def entries() -> dict[str, dict]:
    """Year, title and the surnames of the authors by key, in the order of the file."""
    found = {}
    for key, entry in parse_file(str(BIB)).entries.items():
        people = entry.persons.get("author", ())
        authors = [plain(" ".join([*person.prelast_names, *person.last_names])) for person in people]
        found[key] = {"year": entry.fields["year"], "title": entry.fields["title"], "authors": authors or [""]}
    return found


def plain(text: str) -> str:
    """Without accents, as a text or as LaTeX has them."""
    text = re.sub(r"\\[\"'`^~cv=]\s*|[{}]", "", text)
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
