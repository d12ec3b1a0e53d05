"""The little Markdown that exercises are written in, as HTML, for where nobody renders it: the output of a cell.

Paragraphs, lists, tables, fenced code, `code`, **bold**, *emphasis*, [links](#there), and $formulas$, left to the host.
"""

import html
import re

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
VERBATIM = re.compile(r"(`[^`]+`|\$\$.+?\$\$|\$[^$\n]+\$)", re.S)
RULE = re.compile(r"^\|( *:?-+:? *\|)+$")  # under a table's head


def to_html(text: str) -> str:
    """HTML of a Markdown text.

    >>> to_html("Divide by `TN + FP`, *not* by TN.")
    '<p>Divide by <code>TN + FP</code>, <em>not</em> by TN.</p>'
    """
    parts = FENCE.split(text)  # text, language, code, text, language, code, ..., text
    out = [_blocks(parts[0])]
    for language, source, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        out += [code_block(source, language), _blocks(rest)]
    return "\n".join(part for part in out if part)


def code_block(source: str, language: str = "python") -> str:
    """A block of code, highlighted where Pygments is at hand (JupyterLab has it, the browser's Python need not)."""
    inner = html.escape(source, quote=False)
    if language == "python":
        try:
            from pygments import highlight
            from pygments.formatters import HtmlFormatter
            from pygments.lexers import PythonLexer

            inner = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
        except ModuleNotFoundError:
            pass
    return f'<div class="highlight"><pre>{inner}</pre></div>'


def _blocks(text: str) -> str:
    return "\n".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block)


def _block(block: str) -> str:
    if len(lines := block.splitlines()) > 1 and RULE.match(lines[1]):
        return _table(lines)
    items = re.split(r"^(?:-|\d+\.) +", block, flags=re.M)
    if len(items) > 1 and not items[0]:
        tag = "ul" if block.startswith("-") else "ol"
        return f"<{tag}>" + "".join(f"<li>{inline(item.strip())}</li>" for item in items[1:]) + f"</{tag}>"
    return f"<p>{inline(block)}</p>"


def _table(lines: list[str]) -> str:
    """A table in the book's own look; the colons under its head say how each column is aligned."""
    head, rule, *rows = map(_cells, lines)
    sides = ["center" if mark[0] == mark[-1] == ":" else "right" if mark[-1] == ":" else "left" for mark in rule]
    body = "".join(_row("td", row, sides) for row in rows)
    table = f'<table class="table"><thead>{_row("th", head, sides)}</thead><tbody>{body}</tbody></table>'
    return f'<div class="pst-scrollable-table-container">{table}</div>'


def _cells(line: str) -> list[str]:
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip()[1:-1])]


def _row(tag: str, cells: list[str], sides: list[str]) -> str:
    filled = zip(sides, map(inline, cells), strict=True)
    return "<tr>" + "".join(f'<{tag} class="text-{side}">{cell}</{tag}>' for side, cell in filled) + "</tr>"


def inline(text: str) -> str:
    """HTML of text within a line: code and formulas are taken verbatim."""
    return "".join(_verbatim(part) if i % 2 else _marks(part) for i, part in enumerate(VERBATIM.split(text)))


def _verbatim(part: str) -> str:
    if part.startswith("`"):
        return f"<code>{html.escape(part[1:-1], quote=False)}</code>"
    return html.escape(part, quote=False)


def _marks(part: str) -> str:
    part = html.escape(part, quote=False)
    part = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", part, flags=re.S)
    part = re.sub(r"\*(.+?)\*", r"<em>\1</em>", part, flags=re.S)
    return re.sub(r"\[(.+?)\]\((.+?)\)", r'<a href="\2">\1</a>', part)
