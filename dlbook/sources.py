"""Whole sources for the folds of a page, read as text: nothing is imported.

A key names what a fold holds: `options:optimizers.adam` the whole function of both rooms,
`measured:experiments.optimizers.train` an experiment and all of `dlbook.experiments` that it calls (several are joined
by commas).
"""

import ast
import html
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent
ROOMS = {"scratch": "NumPy", "pytorch": "PyTorch"}
FOLDER = "sources"  # in `_static`


@dataclass(frozen=True)
class Module:
    """One file of the package as text: what it defines, and what its names stand for."""

    name: str  # "experiments.optimizers.digits"
    lines: tuple[str, ...]
    definitions: dict[str, ast.stmt]
    names: dict[str, str]  # a name in this file -> what it is: "STEPS" -> "experiments.optimizers.surfaces.STEPS"
    loose: tuple[ast.stmt, ...] = ()  # what the file does at its top besides defining and importing

    def code(self, name: str) -> str:
        """The text of a definition with its decorators, and with the comment above it."""
        node = self.definitions[name]
        start = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", ()))]) - 1
        while start and self.lines[start - 1].startswith("#"):
            start -= 1
        return "\n".join(self.lines[start : node.end_lineno])

    def text(self, node: ast.stmt) -> str:
        return "\n".join(self.lines[node.lineno - 1 : node.end_lineno])


@cache
def module(name: str) -> Module | None:
    path = ROOT.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    definitions = {defined: node for node in tree.body for defined in defines(node)}
    names = imported(tree) | {defined: f"{name}.{defined}" for defined in definitions}
    loose = [node for node in tree.body if not (defines(node) or is_import(node) or is_text(node))]
    return Module(name, tuple(text.splitlines()), definitions, names, tuple(loose))


def is_import(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def is_text(node: ast.stmt) -> bool:
    """Whether that is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def defines(node: ast.stmt) -> list[str]:
    """The names that a statement at the top of a file gives a meaning to."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def imported(tree: ast.AST) -> dict[str, str]:
    """What the names that come from the book's package stand for, without the leading `dlbook`."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "dlbook":
            _, _, package = node.module.partition(".")
            for alias in node.names:
                names[alias.asname or alias.name] = f"{package}.{alias.name}".removeprefix(".")
    return names


def dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    """What `lab.train` stands for where `lab` is known."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value, names)):
        return f"{owner}.{node.attr}"
    return None


def used(tree: ast.AST, names: dict[str, str]) -> list[str]:
    """What a piece of code uses of the book, in the order in which it stands there; its own variables hide names."""
    own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    seen = {name: stands for name, stands in names.items() if name not in own}
    nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute))]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    return [found for node in nodes if (found := dotted(node, seen))]


def place(name: str) -> tuple[str, str] | None:
    """The module that defines `experiments.optimizers.train`, through packages that pass it on, and its name there."""
    owner, _, last = name.rpartition(".")
    found = module(owner) if owner else None
    if found is None or last not in found.names:
        return None
    return (owner, last) if last in found.definitions else place(found.names[last])


def inside(name: str) -> tuple[str, str] | None:
    """The same for what a package has in one of its files and does not pass on."""
    owner, _, last = name.rpartition(".")
    files = sorted(path.stem for path in ROOT.joinpath(*owner.split(".")).glob("[!_]*.py"))
    return next((found for file in files if (found := place(f"{owner}.{file}.{last}"))), None)


def reached(names: list[str]) -> list[tuple[str, str]]:
    """Where these experiments stand, and then all of `dlbook.experiments` that they need."""
    found, waiting = {}, list(names)
    while waiting:
        name = waiting.pop(0)
        at = place(name) if name.startswith("experiments.") else None
        if at and at not in found:
            found[at] = None
            defined = module(at[0])
            waiting += used(defined.definitions[at[1]], defined.names)
    return list(found)


def experiments_of(cells: list[str]) -> list[list[str]]:
    """For each code cell of a notebook the experiments that it calls, whatever the notebook has named them."""
    names, found = {}, []
    for code in cells:
        tree = ast.parse(code)
        names |= imported(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                rename(names, node)
        nodes = [node for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute))]
        nodes.sort(key=lambda node: (node.lineno, node.col_offset))
        stands = [name for node in nodes if (name := dotted(node, names))]
        found.append(list(dict.fromkeys(name for name in stands if is_experiment(name))))
    return found


def rename(names: dict[str, str], node: ast.Assign) -> None:
    """Takes in `lab = experiments.optimizers`, also several in a row; another value ends the meaning of a name."""
    for target in node.targets:
        row = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
        pairs = zip(target.elts, node.value.elts, strict=False) if row else [(target, node.value)]
        for left, right in pairs:
            for name in (n.id for n in ast.walk(left) if isinstance(n, ast.Name)):
                stands = dotted(right, names)
                names.pop(name, None)
                if stands:
                    names[name] = stands


def is_experiment(name: str) -> bool:
    """Whether that is a function or class of `dlbook.experiments`, not a number or a table."""
    at = place(name) if name.startswith("experiments.") else None
    return bool(at) and isinstance(module(at[0]).definitions[at[1]], (ast.FunctionDef, ast.ClassDef))


def sources(key: str) -> list[tuple[str, str]]:
    """The captions and codes of a fold."""
    kind, _, name = key.partition(":")
    if kind == "options":
        found = whole(name)
    elif kind == "measured" and all(place(one) for one in name.split(",")):
        found = measured(name.split(","))
    else:
        found = []
    if not found:
        raise ValueError(
            f"key must be options:<concept> or measured:experiments.<module>.<name>, both of the book: got {key!r}"
        )
    return found


def whole(concept_id: str) -> list[tuple[str, str]]:
    """The function of each room that has it, docstring included."""
    family = concept_id.split(".")[0]
    name = concept_id if "." in concept_id else f"{family}.{concept_id}"
    places = {room: place(f"{room}.{name}") or inside(f"{room}.{name}") for room in ROOMS}
    return [
        (f"<strong>{ROOMS[room]}</strong> <code>dlbook.{room}.{concept_id}</code>", module(at[0]).code(at[1]))
        for room, at in places.items()
        if at
    ]


def measured(names: list[str]) -> list[tuple[str, str]]:
    """Module by module, what was measured first."""
    parts: dict[str, list[str]] = {}
    for owner, name in reached(names):
        parts.setdefault(owner, []).append(module(owner).code(name))
    return [(f"<code>dlbook.{owner}</code>", "\n\n\n".join(codes)) for owner, codes in parts.items()]


def content(key: str) -> str:
    """What the opened fold shows."""
    figures = [
        f'<figure class="dlbook-code"><figcaption>{caption}</figcaption>'
        f'<div class="highlight"><pre>{highlighted(code)}</pre></div></figure>'
        for caption, code in sources(key)
    ]
    return f'<div class="dlbook-source">{"".join(figures)}</div>'


def highlighted(code: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")


def fold(key: str, summary: str, fetched: bool) -> str:
    """A fold that holds its sources, or one that a page's script fills when it is first opened.

    Until then, and without JavaScript, it holds a link to a page with the same sources. Chapters lie one folder deep.
    """
    inside = content(key)
    if fetched:
        inside = f'<p><a href="../_static/{FOLDER}/{file_name(key)}.html">Read the source on a page of its own</a></p>'
    marked = f' data-source="{html.escape(key)}"' if fetched else ""
    return f'<details class="dlbook-fold"{marked}><summary>{summary}</summary>{inside}</details>'


def file_name(key: str) -> str:
    """A key as a file's name: Windows allows no colon."""
    return key.replace(":", "-")
