"""How to cite the book and how to report a mistake: one source for the first, one setting for the second."""

import re
import shutil
import tomllib
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jinja2
import pytest
import reference_site
import yaml

import dlbook.site
from dlbook.site import report

ROOT = Path(__file__).parents[2]
CFF = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
REPOSITORY = "https://github.com/owner/name"


CONF = """
from dlbook.site import address, cite

extensions = ["myst_parser"]


def setup(app):
    address.setup(app)
    cite.setup(app)


"""


def page(tmp_path, **settings) -> str:
    """A page with the directive, built by itself."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text(CONF + "\n".join(f"{name} = {value!r}" for name, value in settings.items()))
    (source / "index.md").write_text("# Intro\n\n## How to cite\n\n```{how-to-cite}\n```\n", encoding="utf-8")
    shutil.copy(ROOT / "CITATION.cff", source)
    status, said = reference_site.build(source, tmp_path / "out")
    assert status == 0, said
    built = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    return re.sub(r"<[^>]+>", "", built.partition("<h2>")[2])


def test_the_version_to_cite_is_the_version_there_is():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert CFF["version"] == project["version"] == version("dlbook")


def test_bibtex_says_what_citation_cff_says(tmp_path):
    shown = page(tmp_path)
    for value in (CFF["authors"][0]["name"], CFF["title"], CFF["version"], str(CFF["date-released"])[:4]):
        assert value in shown
    assert "@misc{dlbook," in shown and "url" not in shown
    assert "at the foot of each page" not in shown and f"version, {version('dlbook')}." in shown


def test_a_named_site_stands_in_the_entry_and_a_repository_opens_the_form(tmp_path):
    shown = page(tmp_path, dlbook_site="https://example.org/book/", dlbook_repository=REPOSITORY)
    assert "url = {https://example.org/book/}" in shown
    assert "at the foot of each page opens a form" in shown


def footer(repository: str) -> str:
    folder = Path(dlbook.site.__file__).parent / "templates"
    template = jinja2.Environment(loader=jinja2.FileSystemLoader(folder)).get_template("layout.html")
    context = {"parts": [], "sections": [], "report": report.address(repository, "chapters/04_gradient_descent")}
    html = template.render(dlbook=context, docstitle="dlbook", title="", pathto=lambda name, *_: f"../{name}")
    return html.partition("<footer>")[2]


def test_without_a_repository_no_page_has_the_link():
    assert "report" not in footer("") and "issues" not in footer("")
    assert "#how-to-cite" in footer("")


def test_with_a_repository_the_link_fills_in_page_section_and_version():
    (link,) = re.findall(r'<a class="report" href="([^"]*)"', footer(REPOSITORY))
    split = urlsplit(link.replace("&amp;", "&"))
    assert f"{split.scheme}://{split.netloc}{split.path}" == f"{REPOSITORY}/issues/new"
    asked = {name: value for name, (value,) in parse_qs(split.query).items()}
    assert asked.keys() == {"template", "title", "body"} and "04_gradient_descent" in asked["title"]
    assert f"Version: {version('dlbook')}\n" in asked["body"]
    assert "Page: chapters/04_gradient_descent\nSection: -\n" in asked["body"]
    template = (ROOT / ".github" / "ISSUE_TEMPLATE" / asked["template"]).read_text(encoding="utf-8")
    empty = report.BODY.format(page="", version="").replace("Section: -", "Section:").replace(": \n", ":\n")
    assert template.split("---\n")[2].strip() == empty.strip(), "the form and the link ask for the same"
    assert {"name", "about"} <= yaml.safe_load(template.split("---\n")[1]).keys()


@pytest.mark.parametrize("name", ["intro.md", "_toc.yml"])
def test_the_pages_are_where_a_reader_looks(name):
    assert {"intro.md": "{how-to-cite}", "_toc.yml": "reference/syllabus"}[name] in (ROOT / name).read_text()
