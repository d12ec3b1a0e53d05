"""What a notebook calls to show things, the same in JupyterLab and in the page: `card`, `show`, `erratum`, `say`."""

import re

from dlbook import concepts, panes
from dlbook.page import in_page, page_style

ROOMS = {"numpy": "NumPy", "pytorch": "PyTorch", "both": "NumPy and PyTorch"}
LIBRARIES = {"sklearn": "scikit-learn", "torch.distributions": "torch.distributions", "keras": "Keras"}


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
    table = "\n".join(rows)
    return Markdown(f'<div class="dlbook-card">\n\n{table}\n\n</div>')


def erratum(concept_id: str) -> Markdown:
    """What the sheet prints wrong about this concept beside what is right, folded to a line; and why.

    What the reading of a PDF may have broken stands on the errata page alone.
    """
    found = concepts.errata(concept_id, kind="content")
    if not found:
        raise ValueError(f"concept_id must name a concept with an erratum: got {concept_id!r}")
    parts = [f"{_sides(displayed(entry.typeset), displayed(entry.right))}\n\n{entry.why}" for entry in found]
    many = "An erratum" if len(found) == 1 else f"{len(found)} errata"
    summary = f'<details class="dlbook-fold"><summary>{many} of the sheet</summary>'
    return Markdown("\n\n".join([summary, *parts, "</details>"]))


def _sides(printed: str, right: str) -> str:
    sides = ((f"**{label}**", text) for label, text in (("The sheet prints", printed), ("Right", right)))
    boxes = "\n".join("<div>\n\n" + "\n\n".join(side) + "\n\n</div>" for side in sides)
    return f'<div class="dlbook-sides">\n{boxes}\n</div>'


def displayed(text: str) -> str:
    """Markdown whose formulas are as large as those that stand alone."""
    return re.sub(r"\$([^$]+)\$", r"$\\displaystyle \1$", text)


def fold(key: str, summary: str) -> str:
    """HTML of a fold with whole sources, `options:optimizers.adam`: a page fetches them when it is opened."""
    from dlbook import sources

    return sources.fold(key, summary, fetched=in_page())


def show(concept_id: str) -> Html:
    """The pane of a concept: the formula in NumPy, PyTorch as one types it, and the field's other library if any."""
    codes = panes.codes(concept_id)
    columns = [_column(room, code) for room, code in codes.items()]
    plain = [f"# {_room(room, code)}\n{code}" for room, code in codes.items()]
    ours = panes.family("pytorch", concept_id)  # of what only a library does the book has no source
    return Html(
        f'<div class="dlbook-pane" data-pane="{concept_id}">{"".join(columns)}</div>'
        + (fold(f"options:{concept_id}", "All options") if ours else ""),
        "\n\n".join(plain),
    )


def _room(room: str, code: str) -> str:
    """What stands above a code: of another library, the one that it imports."""
    return ROOMS.get(room) or next(name for module, name in LIBRARIES.items() if module in code)


def source(room: str, concept_id: str) -> str:
    """The source of `dlbook.<room>.<concept_id>` without its docstring."""
    return panes.definition(room, concept_id, concept_id.rpartition(".")[2])


def _column(room: str, code: str) -> str:
    return (
        f'<figure class="dlbook-code"><figcaption><strong>{_room(room, code)}</strong></figcaption>'
        f'<div class="highlight"><pre data-code="{room}">{_highlight(code)}</pre></div></figure>'
    )


def _highlight(code: str) -> str:
    from dlbook import sources

    rows = sources.highlighted(code).split("\n")
    indents = [len(line) - len(line.lstrip()) for line in code.splitlines()]
    pairs = zip(indents, rows, strict=True)
    # The line's end stands inside its row: the text of the block is the code, and no line is drawn twice.
    return "".join(f'<span class="row" style="--indent: {indent}ch">{row}\n</span>' for indent, row in pairs)


def _in_cell(formula: str) -> str:
    return "$" + " ".join(formula.split()).replace("|", r"\vert ") + "$"
