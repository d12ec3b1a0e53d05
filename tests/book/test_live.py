"""Running a page's cells, on a desk: outputs, errors that point at the reader's line, progress in and out."""

import json
import linecache
import os
import subprocess
import sys

import pytest

from dlbook.live import live
from dlbook.practise import progress


@pytest.fixture(autouse=True)
def page(monkeypatch):
    """A page that has just been opened; what it sets is taken back."""
    for name in ("DLBOOK_STATIC", "MPLBACKEND"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setattr(progress, "_store", progress.FileStore())
    monkeypatch.setattr(live, "namespace", {"__name__": "__main__"})
    live.begin()
    yield
    for name in [name for name in linecache.cache if name in ("<cell>", "<above>")]:
        del linecache.cache[name]


def run(source: str, cell: str = "cell", entries: dict | None = None, **options) -> tuple[str, dict]:
    """The output as HTML, and the answer."""
    parts = []
    answer = json.loads(live.run(cell, source, parts.append, json.dumps(entries or {}), **options))
    return "".join(parts), answer


CLEAN = {"error": "", "line": 0, "memory": False, "progress": {}}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        ("# words", ""),
        ("x = 1", ""),
        ("1 + 1", '<pre class="live-text">\n2</pre>'),
        ("1 + 1;", ""),
        ("None", ""),
        ("print('<a>', end='')", '<pre class="live-text printed">\n&lt;a&gt;</pre>'),
        ("'<b>'", '<pre class="live-text">\n&#x27;&lt;b&gt;&#x27;</pre>'),
        ("import warnings; warnings.warn", None),
        ("from dlbook.display import say\nsay('**{n}** of them', n=3)", "<p><strong>3</strong> of them</p>"),
        ("display(1, 2)", '<pre class="live-text">\n1</pre><pre class="live-text">\n2</pre>'),
        ("import sys; _ = sys.stderr.write('loud')", '<pre class="live-text printed">\nloud</pre>'),
    ],
)
def test_a_cell_shows_what_a_notebook_would(source, html):
    output, answer = run(source)
    assert answer == CLEAN
    assert html is None or output == html


def test_names_last_from_cell_to_cell():
    run("a = 20")
    assert run("a + 1")[0] == '<pre class="live-text">\n21</pre>'


def test_what_is_printed_comes_in_the_order_of_what_is_shown():
    output, _ = run("print('one')\ndisplay(2)\nprint('three')\n4")
    assert [output.index(word) for word in ("one", "2<", "three", "4<")] == sorted(
        output.index(word) for word in ("one", "2<", "three", "4<")
    )


def test_an_error_names_the_readers_own_lines_only():
    run("def half(x):\n    return x / 0", cell="above")
    output, answer = run("print('before')\n\nhalf(1)")
    assert "before" in output and answer["line"] == 3
    assert answer["error"].splitlines() == [
        '<pre class="live-error">',
        "ZeroDivisionError: division by zero",
        "line 3 of cell:  half(1)",
        "line 2 of above, in half:  return x / 0</pre>",
    ]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("x = (1,\n", 1, "SyntaxError"),
        ("a = 1\n  b = 2", 2, "IndentationError"),
        ("import numpy as np\nnp.ones(2) @ np.ones(3)", 2, "ValueError"),
        ("def f(): return f()\nf()", 1, "RecursionError"),
        ("raise SystemExit", 1, "SystemExit"),
        ("raise KeyboardInterrupt", 1, "KeyboardInterrupt"),
        ("import nowhere", 1, "JupyterLab has the rest"),
        ("exec('1 / 0')", 1, "ZeroDivisionError"),
    ],
)
def test_errors_of_all_kinds_end_the_cell_and_nothing_else(source, line, words):
    answer = run(source)[1]
    assert answer["line"] == line and words in answer["error"] and len(answer["error"].splitlines()) <= 9
    assert run("1")[1] == CLEAN


def test_memory_that_runs_out_is_told_apart():
    assert run("raise MemoryError")[1]["memory"] is True


def test_too_much_text_ends():
    output, _ = run("for i in range(200_000): print('again and again')")
    assert len(output) < 1.2 * live.MOST_TEXT + 200_000 * 0.01
    assert output.count("the rest is not shown") == 1


SOLVED = "from dlbook.exercises import check\ncheck('gradient_descent.fastest_safe', {})"


def test_progress_comes_and_goes_with_the_run():
    wrong = {"gradient_descent.fastest_safe": {"tries": 1, "right": False, "last": "x"}}
    output, answer = run(SOLVED.format(7), entries=wrong)
    assert 'data-verdict="wrong"' in output and 'data-hint="2"' in output
    assert answer["progress"]["gradient_descent.fastest_safe"]["tries"] == 2
    output, answer = run(SOLVED.format(0.25), entries=wrong)
    assert answer["progress"]["gradient_descent.fastest_safe"]["right"] is True


def test_without_checking_nothing_counts_and_check_comes_back():
    output, answer = run(SOLVED.format(7))
    assert answer["progress"]
    output, answer = run("print('tried')\ncheck('gradient_descent.fastest_safe', 8)", checking=False)
    assert "dlbook-check" not in output and "tried" in output and answer == CLEAN
    assert "dlbook-check" in run("check('gradient_descent.fastest_safe', 8)")[0]


def test_what_a_reader_draws_wears_the_books_colours_and_says_what_it_is():
    code = """
import json
from dlbook.live import live
live.begin(); live.dress()
parts = []
print(live.run("cell", '''
from matplotlib import pyplot as plt
plt.plot([1, 2], label="mine"); plt.xlabel("step"); plt.ylabel("cost"); plt.title("Mine");
''', parts.append))
print("".join(parts))
parts.clear()
live.run("cell", "1", parts.append)
assert len(parts) == 1, "a drawing is shown once"
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 'aria-label="Drawn by this cell. Mine: cost over step (mine)"' in done.stdout
    assert "var(--dl-c0" in done.stdout and '"error": ""' in done.stdout


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("import numpy as np", []),
        ("figures.metrics.roc()", ["matplotlib"]),
        ("import matplotlib.pyplot as plt", ["matplotlib"]),
        ("from matplotlib import cm", ["matplotlib"]),
        ("from dlbook import figures", []),  # named only, drawn with later
        ("x = (", []),
    ],
)
def test_packages_are_loaded_for_cells_that_draw(source, wanted):
    assert live.packages(source) == wanted


def test_an_explorer_is_asked_as_a_kernel_is():
    from dlbook.explorers import activations

    explorer = activations.explorer()
    start = {c["name"]: c["values"][c["start"]] for c in explorer.spec["controls"]}
    assert json.loads(live.ask("activations", json.dumps(start))) == json.loads(json.dumps(explorer.answer(start)))
