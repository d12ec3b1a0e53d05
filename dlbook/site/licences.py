"""What ships with the book and under which licence: the page that says so, and the texts that must travel with it.

Nothing is listed here by hand but the licences of Pyodide's wheels: esbuild says what the pages' scripts and
stylesheets take from others, Pyodide's lock which wheels NumPy and matplotlib need, `provenance.toml` the data.
"""

import json
import re
import shutil
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from dlbook.site import python, reference

PACKAGE = Path(__file__).parents[1]
ROOT = PACKAGE.parent
MODULES = ROOT / "node_modules"
IN_STYLES = ("katex",)  # assets.katex_css reads it
WHEELS = {
    "contourpy": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "fonttools": "MIT",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "matplotlib's own (PSF)",
    "matplotlib-pyodide": "MPL-2.0",
    "numpy": "BSD-3-Clause",
    "packaging": "Apache-2.0 or BSD-2-Clause",
    "pillow": "HPND",
    "pyparsing": "MIT",
    "python-dateutil": "Apache-2.0 or BSD-3-Clause",
    "pytz": "MIT",
    "six": "MIT",
}


@dataclass(frozen=True)
class Part:
    """Something of others, its licence, and the file with the text that must travel, if it travels in `_static`."""

    name: str
    version: str
    licence: str
    text: Path | None = None

    @property
    def file(self) -> str:
        return f"{self.name.strip('@').replace('/', '-').lower()}.txt"


def pages() -> list[Part]:
    """What the pages' scripts, stylesheets and fonts take from others."""
    return [of_npm(name) for name in sorted({*taken(), *IN_STYLES})]


def taken() -> set[str]:
    """The npm packages that esbuild finds in the book's scripts and stylesheets."""
    sources = sorted(path for kind in ("js", "css") for path in PACKAGE.rglob(f"*.{kind}"))
    with tempfile.TemporaryDirectory() as folder:
        options = ["--bundle", "--format=iife", "--loader:.woff2=file", "--log-level=error"]
        places = [f"--outdir={folder}", f"--metafile={folder}/taken.json"]
        subprocess.run([MODULES / ".bin" / "esbuild", *sources, *options, *places], cwd=ROOT, check=True)
        inputs = json.loads((Path(folder) / "taken.json").read_text(encoding="utf-8"))["inputs"]
    found = (re.search(r"node_modules/((?:@[^/]+/)?[^/]+)/", name) for name in inputs)
    return {match[1] for match in found if match}


def of_npm(name: str) -> Part:
    about = json.loads((MODULES / name / "package.json").read_text(encoding="utf-8"))
    texts = sorted(path for path in (MODULES / name).iterdir() if path.name.upper().startswith("LICEN"))
    if not texts:
        raise ValueError(f"{name} ships without the text of its licence: look where it stands, and why")
    return Part(name, about["version"], about["license"], texts[0])


def of_python() -> list[Part]:
    """Pyodide, and the wheels that the page's Python loads. Each wheel carries the text of its licence itself."""
    lock = json.loads((python.KNOWN / "pyodide-lock.json").read_text(encoding="utf-8"))
    wheels = [Part(entry["name"], entry["version"], WHEELS[entry["name"].lower()]) for entry in python.needed(lock)]
    return [Part("Pyodide", python.VERSION, "MPL-2.0"), *wheels]


def data() -> dict[str, dict]:
    return tomllib.loads((PACKAGE / "data" / "provenance.toml").read_text(encoding="utf-8"))


def write(static: Path) -> None:
    """Puts the texts into `_static/licences`. Those of the data lie beside the data."""
    folder = static / "licences"
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "LICENSE", folder / "dlbook.txt")
    for part in pages():
        shutil.copy(part.text, folder / part.file)


class Licences(SphinxDirective):
    """What ships of others: `pages`, `python` or `data`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(ROOT / "package-lock.json"))
        if self.arguments == ["data"]:
            return [nodes.bullet_list("", *[of_data(name, entry) for name, entry in data().items()])]
        parts = pages() if self.arguments == ["pages"] else of_python()
        head = {"part": 40, "version": 25, "licence": 35}
        return [reference.table(head, [[[nodes.Text(p.name)], [nodes.Text(p.version)], [linked(p)]] for p in parts])]


def of_data(name: str, entry: dict) -> nodes.list_item:
    said = f" ({entry['title']}), by {entry['creators']}. Licence: {entry['licence']}."
    return nodes.list_item("", nodes.paragraph("", "", nodes.literal(name, name), nodes.Text(said)))


def linked(part: Part) -> nodes.Node:
    """The licence's name, with a link to its text where the site carries it."""
    if not part.text:
        return nodes.Text(part.licence)
    return nodes.reference("", part.licence, refuri=f"../_static/licences/{part.file}")


def setup(app) -> None:
    app.add_directive("licences", Licences)
