"""Notebook cells that run in the page: their names, the source of those that show no code, and a word on PyTorch's."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

from dlbook.live.names import names

RUNS = {"live", "exercise"}
NO_TORCH = (
    "PyTorch does not run in a browser, so this cell shows what it printed as the book was built. To run it, download "
    "the notebook above and open it in JupyterLab (<code>make lab</code> in the book’s folder)."
)


class LiveCells(SphinxTransform):
    """Gives each cell that runs in the page the id `cell-<name>`; a cell whose code is not shown carries it unseen.

    The page carries what each of them binds and needs, so that it knows the cells above without asking Python.
    """

    default_priority = 400

    def apply(self) -> None:
        path = Path(self.env.doc2path(self.env.docname))
        if path.suffix != ".ipynb":
            return
        notebook = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found = {}
        for node in self.document.findall(nodes.container):
            if node.get("nb_element") != "cell_code":
                continue
            cell = notebook[node["cell_index"]]
            tags = set(cell["metadata"].get("tags", []))
            if tags & RUNS:
                node["ids"].append(f"cell-{cell['id']}")
                source = "".join(cell["source"])
                found[cell["id"]] = names(source)
                if "remove-input" in tags:
                    node += unseen("cell-source", source)
            elif "torch" in tags and "remove-input" not in tags:
                node += html(f'<p class="cell-note">{NO_TORCH}</p>')
        if found:
            self.document += unseen("cell-names", found)


def unseen(kind: str, value) -> nodes.raw:
    """A value for the page's scripts."""
    text = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return html(f'<script type="application/json" class="{kind}">{text}</script>')


def html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")
