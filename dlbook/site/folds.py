"""Folds with sources: one below each cell that measures, and the files from which the pages fetch what is in them."""

import html
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

from dlbook import sources

FOLD = re.compile(r'<details class="dlbook-fold" data-source="([^"]+)">')
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="../book.css">
<main><article class="bd-article"><h1>{title}</h1>{content}</article></main>
</html>
"""


class HowMeasured(SphinxTransform):
    """Below the output of each cell that calls something of `dlbook.experiments`: a fold with the source of that."""

    default_priority = 410  # after the notes on PyTorch's cells

    def apply(self) -> None:
        path = Path(self.env.doc2path(self.env.docname))
        if path.suffix != ".ipynb":
            return
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        codes = ["".join(cell["source"]) if cell["cell_type"] == "code" else "" for cell in cells]
        found = sources.experiments_of(codes)
        for node in self.document.findall(nodes.container):
            if node.get("nb_element") == "cell_code" and (names := found[node["cell_index"]]):
                fold = sources.fold(f"measured:{','.join(names)}", "How it was measured", fetched=True)
                node += nodes.raw("", fold, format="html")


def write(site: Path) -> None:
    """Both files for every key that a page of the site names."""
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    keys = sorted({html.unescape(key) for page in pages for key in FOLD.findall(page)})
    folder = site / "_static" / sources.FOLDER
    folder.mkdir()
    for key in keys:
        content = sources.content(key)
        script = f"(window.dlbookSources ??= {{}})[{json.dumps(key)}] = {json.dumps(content)};\n"
        file = folder / sources.file_name(key)
        file.with_name(f"{file.name}.js").write_text(script, encoding="utf-8")
        title = "The source of " + html.escape(key.partition(":")[2].replace(",", ", "))
        page = PAGE.format(title=title, content=content)
        file.with_name(f"{file.name}.html").write_text(page, encoding="utf-8")
