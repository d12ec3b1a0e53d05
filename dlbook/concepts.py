"""The registry: every chapter, concept, erratum and symbol of the book, read from `concepts.toml`.

    >>> concept("metrics.precision").formula
    '\\\\mathrm{precision} = \\\\frac{TP}{TP + FP}'
    >>> [c.slug for c in chapters() if c.done][:3]
    ['metrics', 'activations', 'preprocessing']

It is the only list in the project: cards, cheat sheet, errata, notation, concept map and the completeness test read it.
"""

import re
import tomllib
from collections import Counter
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path

TOML = Path(__file__).with_name("concepts.toml")
KINDS = ("twin", "experiment", "framework")  # only a twin owes the same function in both rooms
STATUSES = ("done", "to come")
ERRATUM_KINDS = ("content", "reading")


class RegistryError(ValueError):
    """The registry contradicts itself; the message says which entry, what it got and what it needs."""


@dataclass(frozen=True)
class Concept:
    """One concept of the book; `id` is its function, its anchor, its exercise, its row and its test."""

    id: str
    name: str
    statement: str
    chapter: str  # the slug
    kind: str = "twin"
    reason: str = ""  # why it has no twin
    formula: str = ""  # LaTeX, as KaTeX reads it
    derivative: str = ""  # LaTeX: the derivative, the Jacobian, or the gradient in a sigmoid unit
    added: bool = False  # the book has it, the sheet has not

    @property
    def family(self) -> str:
        """The module that computes it: `metrics` of `metrics.precision`."""
        return self.id.split(".")[0]


@dataclass(frozen=True)
class Erratum:
    """What the sheet prints, what is right, and why."""

    prints: str  # verbatim, as our copy reads
    right: str  # Markdown with $…$
    why: str
    kind: str  # "content": wrong or incomplete as mathematics; "reading": may come from reading the PDF
    chapter: str  # the slug
    concept: str = ""  # the id; empty where the remark is about the chapter's section as a whole
    typeset: str = ""  # what the sheet prints, as Markdown with $…$; empty where a reading tore it beyond that


@dataclass(frozen=True)
class Chapter:
    """One chapter: what it asks, what it stands on, what it holds."""

    number: int
    slug: str
    title: str
    part: str
    notebook: str
    status: str
    question: str
    minutes: int = 0  # 0 while the chapter is to come
    prerequisites: tuple[str, ...] = ()
    concepts: tuple[Concept, ...] = ()
    errata: tuple[Erratum, ...] = ()

    @property
    def done(self) -> bool:
        return self.status == "done"


@dataclass(frozen=True)
class Symbol:
    """One symbol of the book, and the sheet's where that differs."""

    symbol: str  # LaTeX
    meaning: str
    where: str
    group: str
    code: str = ""  # the name in code
    sheet: str = ""  # LaTeX: the sheet's symbol, where it differs


@dataclass(frozen=True)
class Form:
    """One equation in the book's layout (rows are samples) and in the sheet's (columns are samples)."""

    quantity: str
    rows: str
    columns: str


@dataclass(frozen=True)
class Registry:
    """All of `concepts.toml`, checked."""

    chapters: tuple[Chapter, ...]
    symbols: tuple[Symbol, ...]
    forms: tuple[Form, ...]


def chapters() -> tuple[Chapter, ...]:
    """All chapters in the book's order."""
    return registry().chapters


def chapter(slug: str) -> Chapter:
    """The chapter called `slug`; a KeyError names the slugs there are."""
    return _find(slug, {c.slug: c for c in chapters()}, "chapter")


def concepts() -> tuple[Concept, ...]:
    """All concepts in the book's order."""
    return tuple(concept for chapter in chapters() for concept in chapter.concepts)


def concept(id: str) -> Concept:
    """The concept called `id`; a KeyError names its neighbours."""
    return _find(id, {c.id: c for c in concepts()}, "concept")


def errata(concept: str | None = None, kind: str | None = None) -> tuple[Erratum, ...]:
    """All errata in the book's order, or those of one concept, of one kind."""
    found = (e for c in chapters() for e in c.errata)
    return tuple(e for e in found if concept in (None, e.concept) and kind in (None, e.kind))


def symbols() -> tuple[Symbol, ...]:
    """The symbols of the book, group by group."""
    return registry().symbols


def forms() -> tuple[Form, ...]:
    """The equations of a layer, by rows (the book) and by columns (the sheet)."""
    return registry().forms


@cache
def registry() -> Registry:
    """The registry of this book, read once."""
    return parse(TOML.read_text(encoding="utf-8"))


def parse(text: str) -> Registry:
    """A checked registry from TOML text; raises RegistryError."""
    data = tomllib.loads(text)
    chapters = tuple(_chapter(entry) for entry in data.get("chapter", []))
    symbols = tuple(_make(Symbol, s, f"symbol {s.get('symbol')}") for s in data.get("symbol", []))
    forms = tuple(_make(Form, f, f"form {f.get('quantity')}") for f in data.get("form", []))
    _check(chapters)
    return Registry(chapters, symbols, forms)


def _chapter(entry: dict) -> Chapter:
    where = f"chapter {entry.get('slug')}"
    slug = {"chapter": entry.get("slug", "")}
    parts = {
        "prerequisites": tuple(entry.get("prerequisites", ())),
        "concepts": tuple(_make(Concept, c | slug, f"concept {c.get('id')}") for c in entry.get("concept", ())),
        "errata": tuple(_make(Erratum, e | slug, f"an erratum of {where}") for e in entry.get("erratum", ())),
    }
    return _make(Chapter, {k: v for k, v in entry.items() if k not in ("concept", "erratum")} | parts, where)


def _make(kind: type, entry: dict, where: str):
    """A dataclass from a table of the file: unknown keys, missing keys and wrong types are named."""
    known = {f.name: f for f in fields(kind)}
    if unknown := sorted(entry.keys() - known.keys()):
        raise RegistryError(f"{where} has an unknown key {unknown[0]!r}; the keys are {', '.join(known)}")
    for name, field in known.items():
        needed = field.default is MISSING
        if name not in entry:
            if needed:
                raise RegistryError(f"{where} needs {name!r}")
        elif field.type in (str, int, bool) and type(entry[name]) is not field.type:
            raise RegistryError(f"{where}: {name!r} must be {field.type.__name__}, got {entry[name]!r}")
        elif needed and entry[name] == "":
            raise RegistryError(f"{where}: {name!r} must not be empty")
    return kind(**entry)


def _check(chapters: tuple[Chapter, ...]) -> None:
    """What no single entry can know: order, uniqueness, and that every name points at something."""
    concepts = [c for chapter in chapters for c in chapter.concepts]
    ids = {c.id for c in concepts}
    for what, names in (("chapter", [c.slug for c in chapters]), ("concept", [c.id for c in concepts])):
        for name, count in Counter(names).items():
            _need(count == 1, f"{what} {name} stands in the registry {count} times")

    earlier: set[str] = set()
    for number, chapter in enumerate(chapters, start=1):
        where = f"chapter {chapter.slug}"
        _need(chapter.number == number, f"{where} has number {chapter.number}, its place is {number}")
        notebook = f"{number:02d}_{chapter.slug}"
        _need(chapter.notebook == notebook, f"{where}: its notebook is {chapter.notebook!r}, must be {notebook!r}")
        _need(chapter.status in STATUSES, f"{where}: status {chapter.status!r} is not one of {STATUSES}")
        _need(not chapter.done or chapter.minutes > 0, f"{where} is done and needs its minutes")
        for slug in chapter.prerequisites:
            _need(slug in earlier, f"{where}: its prerequisite {slug!r} is no earlier chapter")
        for erratum in chapter.errata:
            _need(erratum.kind in ERRATUM_KINDS, f"{where}: erratum kind {erratum.kind!r} is not in {ERRATUM_KINDS}")
            _need(not erratum.concept or erratum.concept in ids, f"{where}: an erratum names {erratum.concept!r}")
            _need(erratum.typeset or erratum.kind != "content", f"{where}: an erratum of content needs 'typeset'")
        earlier.add(chapter.slug)

    for concept in concepts:
        _need(
            re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)?", concept.id), f"{concept.id!r} is no id: family.name, lower-case"
        )
        _need(concept.kind in KINDS, f"concept {concept.id}: kind {concept.kind!r} is not one of {KINDS}")
        _need(
            bool(concept.reason) == (concept.kind != "twin"),
            f"concept {concept.id} has the kind {concept.kind}: a reason is for what has no twin, and only for that",
        )


def _need(condition: object, message: str) -> None:
    if not condition:
        raise RegistryError(message)


def _find(name: str, table: dict, what: str):
    if name not in table:
        near = [key for key in table if key.split(".")[0] == name.split(".")[0]] or list(table)
        raise KeyError(f"no {what} {name!r}; there are {', '.join(near)}")
    return table[name]
