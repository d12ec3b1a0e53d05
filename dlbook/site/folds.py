"""The sources that the pages' folds fetch, each as a script and as a page of its own for readers without JavaScript."""

import html
import json
import re
from pathlib import Path

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
