"""What runs a reader's cells in the page: one namespace, outputs as HTML, errors that point at the reader's own line.

The page's worker calls `run` and `ask`; nothing here needs a browser, so that the same code is tested on a desk.
"""

import ast
import html
import io
import json
import linecache
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout

from dlbook import data
from dlbook.live.names import names
from dlbook.practise import markdown, progress

MOST_TEXT = 100_000  # characters that one run may print: a page that holds more is no longer readable
PAUSE = 0.05  # seconds between two messages to the page while a cell prints

namespace = {"__name__": "__main__"}  # the names that the cells share


class PageStore:
    """Progress as the page hands it over before a run, and takes it back after."""

    def __init__(self):
        self.entries = {}

    def load(self) -> dict:
        return json.loads(json.dumps(self.entries))

    def save(self, entries: dict) -> None:
        self.entries = entries


store = PageStore()


def begin(files: str = "") -> None:
    """Makes this Python the page's: the page has the book's styles, shows what is drawn, and keeps the progress.

    `files` is the address of the folder with the data that are too large to come before a cell asks for them.
    """
    os.environ["DLBOOK_STATIC"] = "1"
    os.environ["MPLBACKEND"] = "agg"
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # that it looks for fonts is no news
    progress.use(store)
    if files:
        data.fetch = lambda name: fetched(files, name)


def fetched(files: str, name: str) -> bytes:
    """The bytes of a file of data, from the page's own site. The cell waits: the worker has nothing else to do."""
    from js import XMLHttpRequest, dlbookFromDisk
    from pyodide.ffi import JsException

    try:
        if files.startswith("file:"):
            return dlbookFromDisk(files + name).to_bytes()
        request = XMLHttpRequest.new()
        request.open("GET", files + name, False)
        request.responseType = "arraybuffer"
        request.send()
        why = request.status
    except JsException as error:
        why = error.message
    if why != 200:
        need = "you may be offline, or read the book from a folder that `make offline` has not made"
        raise FileNotFoundError(f"{name} could not be fetched: {need}; JupyterLab has the file ({why})")
    return request.response.to_bytes()


class Printed(io.TextIOBase):
    """Text that goes out a few times a second while a cell prints, and ends before it becomes too much."""

    def __init__(self, emit: Callable[[str], None]):
        self.emit, self.waiting, self.left, self.sent = emit, [], MOST_TEXT, 0.0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text and self.left > 0:
            self.waiting.append(text[: self.left])
            self.left -= len(text)
            if self.left <= 0:
                self.waiting.append("\n… and more: the rest is not shown.\n")
        if time.monotonic() - self.sent > PAUSE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        if self.waiting:
            self.emit(preformatted("live-text printed", "".join(self.waiting)))
            self.waiting = []
        self.sent = time.monotonic()


def packages(source: str) -> list[str]:
    """Packages that a cell needs beyond NumPy, also where it does not import them: the book's figures draw, too."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    draws = "figures" in names or any(name.split(".")[0] == "matplotlib" for name in imported)
    return ["matplotlib"] if draws else []


def read(sources: str) -> str:
    """What cells bind and need, JSON to JSON: a list of sources, a list of `names`."""
    return json.dumps([names(source) for source in json.loads(sources)])


def dress() -> None:
    """What a reader draws with matplotlib looks like the book's own figures."""
    import matplotlib

    from dlbook.figures import STYLE

    matplotlib.rcParams.update(STYLE)


def run(cell: str, source: str, emit: Callable[[str], None], entries: str = "{}", checking: bool = True) -> str:
    """Run one cell; `emit` gets pieces of HTML as they come. Without `checking`, `check` in it does nothing.

    Returns JSON: `error` (HTML or ""), `line` (the reader's, or 0), `memory` (whether it ran out) and `progress` (the
    entries that changed).
    """
    before = store.entries = json.loads(entries)
    printed = Printed(emit)

    def display(*values):
        printed.flush()
        for value in values:
            emit(shown(value))

    namespace["display"] = display
    check = namespace.get("check")
    answer = {"error": "", "line": 0, "memory": False}
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            if not checking:
                namespace["check"] = lambda *_: None
            value = execute(cell, source)
            if value is not None:
                display(value)
            printed.flush()
            drawings(emit)
        except BaseException as error:  # SystemExit and KeyboardInterrupt, too: a cell cannot end the page
            printed.flush()
            answer |= {"error": explained(error), "line": own_line(error, cell), "memory": out_of_memory(error)}
        finally:
            if not checking and check is not None:
                namespace["check"] = check
    changed = {key: entry for key, entry in store.entries.items() if before.get(key) != entry}
    return json.dumps(answer | {"progress": changed})


def execute(cell: str, source: str):
    """Run a cell as a notebook does, and return the value of its last line if that is an expression."""
    name = f"<{cell}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    tree = ast.parse(source, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, name, "exec"), namespace)
    return None if last is None else eval(compile(last, name, "eval"), namespace)


def shown(value) -> str:
    """A value as HTML, by the representation that it prefers."""
    if found := getattr(value, "_repr_html_", None):
        if text := found():
            return text
    if found := getattr(value, "_repr_markdown_", None):
        return markdown.to_html(found())
    return preformatted("live-text", repr(value))


def preformatted(kind: str, text: str) -> str:
    return f'<pre class="{kind}">\n{html.escape(text)}</pre>'  # HTML drops a newline right behind the tag: this one


def drawings(emit: Callable[[str], None]) -> None:
    """What the reader has drawn with pyplot, in the page's colours; then the drawing board is empty again."""
    if "matplotlib.pyplot" not in sys.modules:
        return
    from matplotlib import pyplot

    from dlbook.figures import Figure

    for number in pyplot.get_fignums():
        canvas = pyplot.figure(number)
        figure = Figure(alt=described(canvas))
        figure.add(canvas)
        emit(figure._repr_html_())
    pyplot.close("all")


def described(canvas) -> str:
    """What a drawing shows, as far as its titles and labels tell."""
    parts = []
    for ax in canvas.axes:
        over = f"{ax.get_ylabel() or 'y'} over {ax.get_xlabel() or 'x'}"
        curves = ", ".join(ax.get_legend_handles_labels()[1])
        title = ax.get_title(loc="left") or ax.get_title() or "Plot"
        parts.append(f"{title}: {over}" + (f" ({curves})" if curves else ""))
    return "Drawn by this cell. " + "; ".join(parts) if parts else "An empty drawing, made by this cell."


def own_frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The part of a traceback that lies in cells of the page, outermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if frame.filename.startswith("<") and frame.filename in linecache.cache]


def own_line(error: BaseException, cell: str) -> int:
    """The line of this very cell that the error comes from, or 0."""
    if isinstance(error, SyntaxError) and error.filename == f"<{cell}>":
        return error.lineno or 0
    return next((f.lineno for f in reversed(own_frames(error)) if f.filename == f"<{cell}>"), 0)


def explained(error: BaseException) -> str:
    """An error as HTML: what it is, and through which of the reader's lines it came."""
    rows = []
    if isinstance(error, SyntaxError):
        what = f"{type(error).__name__}: {error.msg}"
        if error.text:
            rows.append(f"line {error.lineno}:  {error.text.strip()}")
    else:
        what = "".join(traceback.format_exception_only(error)).strip()
        frames = own_frames(error)
        if len(frames) > 8:  # a recursion without end says the same line a thousand times
            frames = [*frames[:3], *frames[-3:]]
        rows += [f"line {f.lineno} of {f.filename[1:-1]}{place(f.name)}:  {f.line}" for f in frames]
    if isinstance(error, ModuleNotFoundError):
        what += " (in the page there are NumPy, matplotlib and dlbook; JupyterLab has the rest)"
    return preformatted("live-error", "\n".join([what, *rows]))


def place(name: str) -> str:
    return "" if name == "<module>" else f", in {name}"


def out_of_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError)


explorers = {}


def ask(slug: str, values: str) -> str:
    """One state of an explorer as JSON: what a kernel answers in JupyterLab."""
    if slug not in explorers:
        from dlbook import explorers as room

        explorers[slug] = getattr(room, slug).explorer()
    return json.dumps(explorers[slug].answer(json.loads(values)))
