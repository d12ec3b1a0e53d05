"""What a notebook calls to show things, the same in JupyterLab and in the page: `card`, `show`, `erratum`, `say`."""

import ast
from pathlib import Path

from dlbook import concepts
from dlbook.page import in_page, page_style

ROOT = Path(__file__).parent
ROOMS = {"scratch": "NumPy", "pytorch": "PyTorch"}


class Markdown:
    """Text that the notebook renders, formulas included."""

    def __init__(self, text: str):
        self.text = text

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


class Html:
    """HTML for the notebook, and a plain text for everything else."""

    def __init__(self, source: str, plain: str):
        self.source, self.plain = source, plain

    def _repr_html_(self) -> str:
        return page_style() + self.source

    def __repr__(self) -> str:
        return self.plain


def say(template: str, **numbers) -> Markdown:
    """A sentence whose numbers come from the cell that measured them: `say("{dead:.0%} never fire.", dead=dead)`."""
    return Markdown(template.format(**numbers))


def card(slug: str) -> Markdown:
    """The chapter's concepts as a table: name, formula, what it says, and where to practise."""
    from dlbook import exercises

    chapter = concepts.chapter(slug)
    practice = {}
    for exercise in exercises.of_chapter(slug):
        for concept_id in exercise.concepts:
            practice.setdefault(concept_id, []).append(exercise)
    rows = ["| concept | formula | practise |", "|:--|:--|:--|"]
    for concept in chapter.concepts:
        links = ", ".join(f"[{exercise.title}](#{exercise.anchor})" for exercise in practice[concept.id])
        rows.append(f"| [{concept.name}](#{concept.id}) | {_in_cell(concept.formula)} | {links} |")
    return Markdown("\n".join(rows))


def erratum(concept_id: str) -> Markdown:
    """What the sheet prints for this concept, what is right, and why."""
    found = concepts.errata(concept_id)
    if not found:
        raise ValueError(f"concept_id must name a concept with an erratum: got {concept_id!r}")
    parts = []
    for entry in found:
        whose = "The sheet prints" if entry.kind == "content" else "Our copy of the sheet reads"
        prints = "\n".join(f"    {line}" for line in entry.prints.strip().splitlines())
        parts.append(f"**{whose}**\n\n{prints}\n\n**Right:** {entry.right}\n\n{entry.why}")
    text = "\n\n".join(parts)
    if in_page():
        return Markdown(f":::{{admonition}} Erratum\n:class: caution\n{text}\n:::")
    return Markdown("\n".join(f"> {line}" for line in text.splitlines()))


def fold(key: str, summary: str) -> str:
    """HTML of a fold with whole sources, `options:optimizers.adam`: a page fetches them when it is opened."""
    from dlbook import sources

    return sources.fold(key, summary, fetched=in_page())


def show(concept_id: str) -> Html:
    """Both versions of a concept side by side, NumPy left, PyTorch right: the code that the tests hold together.

    Once, under both names, where they are the same word for word.
    """
    codes = {room: source(room, concept_id) for room in ROOMS}
    names = {room: f"dlbook.{room}.{concept_id}" for room in ROOMS}
    if len(set(codes.values())) == 1:
        captions = " and ".join(_caption(room, name) for room, name in names.items())
        columns = [_column(f"{captions}, word for word the same", codes["scratch"])]
    else:
        columns = [_column(_caption(room, names[room]), code) for room, code in codes.items()]
    plain = [f"# {ROOMS[room]}: {names[room]}\n{code}" for room, code in codes.items()]
    return Html(f'<div class="dlbook-twins">{"".join(columns)}</div>', "\n\n".join(plain))


def _caption(room: str, name: str) -> str:
    return f"<strong>{ROOMS[room]}</strong> <code>{name}</code>"


def _column(caption: str, code: str) -> str:
    return (
        f'<figure class="dlbook-twin"><figcaption>{caption}</figcaption>'
        f'<div class="highlight"><pre>{_highlight(code)}</pre></div></figure>'
    )


def source(room: str, concept_id: str) -> str:
    """The source of `dlbook.<room>.<concept_id>` without its docstring, read as text: nothing is imported."""
    family, _, name = concept_id.partition(".")
    name = name or family
    module = ROOT / room / f"{family}.py"
    for path in [module] if module.exists() else sorted((ROOT / room / family).glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
                return _without_docstring(text.splitlines(), node)
    raise ValueError(f"concept_id must name something in dlbook.{room}: got {concept_id!r}")


def _without_docstring(lines: list[str], node: ast.FunctionDef | ast.ClassDef) -> str:
    keep = list(range(node.lineno - 1, node.end_lineno))
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        keep = [i for i in keep if not docstring.lineno - 1 <= i <= docstring.end_lineno - 1]
    return "\n".join(lines[i] for i in keep)


def _highlight(code: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    rows = highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n").split("\n")
    indents = [len(line) - len(line.lstrip()) for line in code.splitlines()]
    pairs = zip(indents, rows, strict=True)
    return "".join(f'<span class="row" style="--indent: {indent}ch">{row}</span>' for indent, row in pairs)


def _in_cell(formula: str) -> str:
    return "$" + " ".join(formula.split()).replace("|", r"\vert ") + "$"
