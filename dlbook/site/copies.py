"""The notebooks that a reader downloads: each runs alone, for its first cell brings the `dlbook` of its page.

They are the chapters' notebooks for a Jupyter that knows nothing of the book: links lead to the book's site if it is
named (address.py), else they are plain text, and MyST's anchors and folds are HTML or gone.
"""

import json
import posixpath
import re
from pathlib import Path
from string import Template

from dlbook import __version__, concepts
from dlbook.site import wheel

PACKAGES = ("dlbook", "anywidget", "matplotlib", "scikit-learn", "torch")  # of every chapter
MODULES = {"scikit-learn": "sklearn"}  # whose name to import is another
LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]+)\)")
ANCHOR = re.compile(r"^\([\w.-]+\)=\n", re.M)
FOLD = re.compile(r"^:::\{dropdown\} (.*)\n((?:.*\n)*?):::$", re.M)

FIRST = Template("""\
# This notebook was written with dlbook $version. What is missing, this cell installs: dlbook from the book's own site.
import importlib.util
import subprocess
import sys
from pathlib import Path

site = "$site"  # where you read the book: its address, or on your disk the folder that holds its index.html
wheel, sha256 = "$wheel", "$sha256"

needs = $needs
missing = [package for package, module in needs.items() if importlib.util.find_spec(module) is None]
if "dlbook" not in missing:
    import dlbook

    if dlbook.__version__ != "$version":
        print(f"dlbook {dlbook.__version__} is installed, and it stays. This notebook belongs to $version: some of its "
              "cells may fail. To have that version, uninstall dlbook, restart the kernel and run this cell again.")
elif site:
    folder = (site if "://" in site else Path(site).resolve().as_uri()).rstrip("/")
    missing = [f"dlbook[$extras] @ {folder}/_static/{wheel}#sha256={sha256}"]
else:
    raise ModuleNotFoundError("dlbook is missing. Write above where you read the book, and run this cell again. "
                              f"Or install the file {wheel} from the book's folder _static with pip.")
if missing:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing], check=True)
    importlib.invalidate_caches()
    print("Installed:", *missing)""")


def write(app) -> None:
    """The wheel into `_static`, and each chapter's copy in place of its source in `_sources`."""
    out, site = Path(app.outdir), app.config.dlbook_site
    built = wheel.build(out / "_static")
    named = {"wheel": built.name, "sha256": wheel.sha256(built), "site": site}
    labels = labels_of(app.env)
    for chapter in concepts.chapters():
        page = f"chapters/{chapter.notebook}"
        source = Path(app.srcdir) / f"{page}.ipynb"
        if page in app.env.found_docs:
            copy = alone(json.loads(source.read_text(encoding="utf-8")), page, labels, **named)
            text = json.dumps(copy, indent=1, ensure_ascii=False) + "\n"
            (out / "_sources" / f"{page}.ipynb").write_text(text, encoding="utf-8")


def labels_of(env) -> dict[str, tuple[str, str]]:
    """On which page a label stands, and under which id; a heading goes by its page and the words in it."""
    labels = {name: place[:2] for name, place in env.domaindata["std"]["anonlabels"].items()}
    headings = {page: found.get("myst_slugs", {}) for page, found in env.metadata.items()}
    return labels | {f"{page}#{slug}": (page, at[1]) for page, slugs in headings.items() for slug, at in slugs.items()}


def alone(notebook: dict, page: str, labels: dict, site: str, **built) -> dict:
    """The copy of a page's notebook."""
    cells = [cell | {"source": "".join(cell["source"])} for cell in notebook["cells"]]
    code = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    keras = ["keras"] * bool(re.search(r"\bkeras\b", code))
    needs = {package: MODULES.get(package, package) for package in (*PACKAGES, *keras)}
    named = {"version": __version__, "needs": needs, "extras": ",".join(["book", *keras]), "site": site}
    first = FIRST.substitute(named, **built)
    for cell in cells:
        if cell["cell_type"] == "markdown":
            cell["source"] = plain(cell["source"], lambda target: place(target, page, labels), site)
    return notebook | {"cells": [cell_of(first), *cells]}


def cell_of(source: str) -> dict:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "install",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def plain(text: str, place, site: str) -> str:
    """Markdown that any Jupyter shows as it is meant."""

    def link(found: re.Match) -> str:
        words, target = found.groups()
        leads = place(target)
        if leads is None:
            return found[0]
        return f"[{words}]({site}{leads})" if site else words

    text = ANCHOR.sub("", text)
    text = FOLD.sub(r"<details><summary>\1</summary>\n\n\2\n</details>", text)
    return LINK.sub(link, text)


def place(target: str, page: str, labels: dict) -> str | None:
    """Where in the site a link of the book leads; nothing for what is no link into the book."""
    path, _, name = target.partition("#")
    if path.endswith((".ipynb", ".md")):
        page = posixpath.splitext(posixpath.normpath(posixpath.join(posixpath.dirname(page), path)))[0]
    elif path:  # a label without #, or another site
        name = path
        if name not in labels:
            return None
    page, name = labels.get(f"{page}#{name}") or labels.get(name) or (page, name)
    return f"{page}.html#{name}".rstrip("#")
