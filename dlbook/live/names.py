"""Which names a cell of a page gives to the cells below it, and which it takes from those above.

The compiler is asked, not the text: it knows every binding there is, `match`, `global` and `:=` in a comprehension, and
its instructions come in the order in which they run, so that `x = 1; y = x` needs no x, and `x = x + 1` does. (It puts
what seldom runs, such as `except`, behind all else: the lines on which statements begin put that back into its place.)
"""

import ast
import dis
import inspect
from bisect import bisect
from collections.abc import Iterator
from types import CodeType

RUN_AT_ONCE = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


def names(source: str) -> dict[str, list[str]] | None:
    """`binds`: names bound in the page; `needs`: names used before that; `changes`: names whose parts are set.

    None where the source is no Python (yet).
    """
    try:
        tree = ast.parse(source)
        code = compile(tree, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    binds, needs, later = {}, {}, {}  # as ordered sets
    lines = sorted({node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)})
    for name, is_bound, at_once in _uses(code, lines):
        if is_bound:
            binds[name] = None
        elif not at_once:
            later[name] = None
        elif name not in binds:
            needs[name] = None
    needs |= {name: None for name in later if name not in binds}
    return {"binds": list(binds), "needs": list(needs), "changes": list(dict.fromkeys(_changes(tree)))}


def _uses(code: CodeType, lines: list[int], at_once: bool = True) -> Iterator[tuple[str, bool, bool]]:
    """(name, whether it is bound here or read, whether with the cell or when a function is called), in their order."""
    is_class = not code.co_flags & inspect.CO_OPTIMIZED and code.co_name != "<module>"
    steps = sorted(dis.get_instructions(code), key=lambda step: bisect(lines, step.positions.lineno or 0))
    own = {step.argval for step in steps if is_class and step.opname == "STORE_NAME"}
    for step in steps:
        inner = step.argval
        if isinstance(inner, CodeType):
            runs_now = inner.co_name in RUN_AT_ONCE or not inner.co_flags & inspect.CO_OPTIMIZED
            yield from _uses(inner, lines, at_once and runs_now)
        elif step.opname.endswith(("_NAME", "_GLOBAL", "_GLOBALS")) and not step.opname.startswith("IMPORT_"):
            if not inner.startswith("__") and inner not in own:
                yield inner, step.opname.startswith("STORE_"), at_once


def _changes(tree: ast.AST) -> Iterator[str]:
    """Names in `a.b = …`, `a[0] = …` and `del a[0]`."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            while isinstance(node, (ast.Attribute, ast.Subscript)):
                node = node.value
            if isinstance(node, ast.Name):
                yield node.id
