"""What the built site has for elsewhere: each chapter's copy, the wheel that it names, no host that is not named."""

import hashlib
import json
import pickle
import re
import sys
from pathlib import Path

import pytest

from dlbook import concepts
from dlbook.site import copies

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from serve import HTML  # noqa: E402

NAMES = [chapter.notebook for chapter in concepts.chapters() if chapter.done]


@pytest.fixture(scope="module")
def ids() -> dict[str, set[str]]:
    """What can be pointed at on each page."""
    pages = [path for folder in ("chapters", "reference") for path in (HTML / folder).glob("*.html")]
    named = {path.relative_to(HTML).as_posix(): path.read_text(encoding="utf-8") for path in pages}
    return {name: set(re.findall(r'\bid="([^"]+)"', text)) for name, text in named.items()}


@pytest.fixture(scope="module")
def labels():
    """What the build knew of them."""
    return copies.labels_of(pickle.loads((HTML.parent / ".doctrees" / "environment.pickle").read_bytes()))


def test_every_copy_names_the_wheel_that_the_site_carries():
    (wheel,) = (HTML / "_static").glob("*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for name in NAMES:
        copy = json.loads((HTML / "_sources" / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))
        assert f'wheel, sha256 = "{wheel.name}", "{digest}"' in copy["cells"][0]["source"], name
        page = (HTML / "chapters" / f"{name}.html").read_text(encoding="utf-8")
        assert f'href="../_sources/chapters/{name}.ipynb" download="{name}.ipynb"' in page
        assert "mybinder.org" not in page and "colab.research" not in page, "no host was named"
        assert digest not in page, "the cell stands in the copy alone"


@pytest.mark.parametrize("name", NAMES)
def test_links_of_a_copy_lead_to_places_that_there_are(name, ids, labels):
    notebook = json.loads((ROOT / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))
    copy = copies.alone(notebook, f"chapters/{name}", labels, "site:/", wheel="", sha256="")
    text = "\n".join(cell["source"] for cell in copy["cells"] if cell["cell_type"] == "markdown")
    links = re.findall(r"\]\(site:/([^)#]+)(?:#([^)]+))?\)", text)
    assert links
    assert not [(page, place) for page, place in links if place and place not in ids[page] or page not in ids]
    relative = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if ":" not in target]
    assert not [target for target in relative if re.search(r"\.(ipynb|md|html)|#|_", target)], "they would lead nowhere"
