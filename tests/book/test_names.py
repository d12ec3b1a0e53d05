"""Which names a cell binds and needs: what makes the page run the cells above, and mark those below as stale."""

import json
from pathlib import Path

import pytest

from dlbook.live.names import names

ROOT = Path(__file__).parents[2]
CASES = [  # source, binds, needs, changes
    ("import numpy as np\nfrom a.b import c, d as e\nimport os.path, x.y as z", "np c e os z", "", ""),
    ("a, (b, *c) = f(key=1), q", "a b c", "f q", ""),
    ("d: int = 4", "d", "int", ""),
    ("a = b = c", "a b", "c", ""),
    ("a.x = 2\nb[0] = k", "", "a k b", "a b"),
    ("del a[0], b.x.y", "", "a b", "a b"),
    ("n += 1", "n", "n", ""),
    ("x = x + 1", "x", "x", ""),
    ("x = 1\ny = x", "x y", "", ""),
    ("y = x\nx = 1", "y x", "x", ""),
    ("del x", "", "x", ""),
    ("def f(x, y=W, *args, **kw):\n    t = x + G\n    return [i for i in t] + H\nH = 3", "f H", "W G", ""),
    ("def f():\n    def g(z): return z + u\n    return g", "f", "u", ""),
    ("def f():\n    global total\n    total = start\nf()\ntotal", "f total", "start", ""),
    ("g = lambda a, b=c: a + b + d", "g", "c d", ""),
    ("@made\nclass K(Base):\n    z = 1\n    y = z + v\n    def m(self): return self.q + w", "K", "made Base v w", ""),
    ("for i, j in pairs:\n    s = i", "i j s", "pairs", ""),
    ("with open(p) as file:\n    r = file", "file r", "open p", ""),
    ("try:\n    pass\nexcept E as error:\n    print(error)", "error", "E print", ""),
    (
        "try:\n    f()\nexcept E as error:\n    message = str(error)\nprint(message)",
        "error message",
        "f E str print",
        "",
    ),
    ("try:\n    a = f()\nfinally:\n    b = 1\nc = a + b", "a b c", "f", ""),
    ("while go:\n    s = go\nelse:\n    t = s\nt", "s t", "go", ""),
    ("if (w := u) > 1: pass", "w", "u", ""),
    ("any((last := n) > 5 for n in many)\nlast", "last", "any many", ""),
    (
        "match point:\n    case (x, y): r = x + y\n    case {'k': v, **rest}: r = v\n    case P(q): pass",
        "x y r v rest q",
        "point P",
        "",
    ),
    ("total = {k: v for k, v in runs.items() if v}", "total", "runs", ""),
    ("a = [x for i in y]\nx = 3", "a x", "y x", ""),
    ('say(f"{cost} {2 * other:.1f}")', "", "say cost other", ""),
    ("# nothing but words: scores", "", "", ""),
]


@pytest.mark.parametrize(("source", "binds", "needs", "changes"), CASES)
def test_names_of_a_cell(source, binds, needs, changes):
    found = names(source)
    assert {key: set(found[key]) for key in found} == {
        "binds": set(binds.split()),
        "needs": set(needs.split()),
        "changes": set(changes.split()),
    }


@pytest.mark.parametrize("source", ["x = (1,\n", "  x = 1", "a\0b", "x = 1 +"])
def test_what_is_no_python_has_no_names(source):
    assert names(source) is None


def test_a_needed_name_is_bound_above_or_nowhere():
    """Over every cell of every chapter: a needed name that some cell binds is bound in a cell above, not below only."""
    seen = 0
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
        found = [names("".join(cell["source"])) for cell in cells]
        everything = {name for each in found for name in each["binds"]}
        above = set()
        for cell, each in zip(cells, found, strict=True):
            below_only = (set(each["needs"]) & everything) - above
            assert not below_only, f"{path.name}, {cell['id']}: {below_only}"
            above |= set(each["binds"])
            seen += 1
    assert seen > 500
