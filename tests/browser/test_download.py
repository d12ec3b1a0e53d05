"""Download the notebook: the file says where it was downloaded, once, whatever the reader clicks."""

import json
from pathlib import Path

from serve import HTML

PAGE = "chapters/14_convolution.html"


def downloaded(page):
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the notebook").click()
    assert waiting.value.suggested_filename == "14_convolution.ipynb"
    return json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))


def test_the_downloaded_notebook_knows_its_site(visit, site):
    carried = json.loads((HTML / "_sources" / "chapters" / "14_convolution.ipynb").read_text(encoding="utf-8"))
    with visit() as v:
        v.goto(PAGE + "?a=b#convolution")
        first, second = downloaded(v.page), downloaded(v.page)
    assert first == second
    carried["cells"][0]["source"] = carried["cells"][0]["source"].replace('site = ""', f'site = "{site}/"')
    assert first == carried and f'site = "{site}/"' in first["cells"][0]["source"]
