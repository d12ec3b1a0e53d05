"""Print the built book as one PDF through Chromium: `python tools/make_pdf.py [--answers no]`, after `make book`.

It is printed twice: the first time tells on which page each section stands, the second has it in its contents.
"""

import argparse
import html
import os
import sys
import time
from pathlib import Path

import chromium
import yaml
from one_page import ROOT, STYLE, Entry, article, contents, outline, parts
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import Fit

sys.path.insert(0, str(ROOT))
from dlbook.site import address  # noqa: E402

PATIENCE = 1_200_000  # milliseconds: a thousand pages take minutes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--answers", choices=("yes", "no"), default="yes", help="hints, solutions, answers (default: yes)"
    )
    parser.add_argument(
        "--only", metavar="PAGE", nargs="+", help="these pages alone, such as chapters/04_gradient_descent"
    )
    parser.add_argument("--build", type=Path, default=ROOT / "_build", help="where the built book lies")
    args = parser.parse_args()
    began = time.monotonic()
    target = args.build / ("dlbook.pdf" if args.answers == "yes" else "dlbook-without-answers.pdf")
    wanted = [(caption, [name for name in names if not args.only or name in args.only]) for caption, names in parts()]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
        make(browser, args.build, [part for part in wanted if part[1]], args.answers == "yes", target)
        browser.close()
    pages, size = len(PdfReader(target).pages), target.stat().st_size / 1e6
    print(f"{target}: {pages} pages, {size:.1f} MB, in {time.monotonic() - began:.0f} s")


def make(browser, build: Path, wanted: list[tuple[str, list[str]]], answers: bool, target: Path) -> None:
    """The pages as a PDF with contents, numbers and bookmarks."""
    entries, names = outline(build / "html", wanted), {name for _, names in wanted for name in names}
    body = "".join(section(build / "html", caption, pages, names) for caption, pages in wanted)
    context = browser.new_context(java_script_enabled=False, color_scheme="light")
    context.set_default_timeout(PATIENCE)
    source, page, found = build / f"{target.stem}.html", context.new_page(), {}
    for _ in range(2):
        source.write_text(whole(entries, body, answers, found), encoding="utf-8")
        page.goto(source.as_uri())
        page.evaluate("document.fonts.ready.then(() => true)")
        target.write_bytes(page.pdf(format="A4", prefer_css_page_size=True, tagged=True))
        found = numbers(PdfReader(target))
    context.close()
    source.unlink()
    bookmark(target, entries)


def section(site: Path, caption: str, pages: list[str], names: set[str]) -> str:
    """A part of the book: its name on a page of its own, and its pages."""
    title = f'<section class="paper-part" id="part-{caption}"><h1>{caption}</h1></section>' if caption else ""
    return title + "".join(article(site, name, names, public_site()) for name in pages)


def public_site() -> str:
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    return address.checked("dlbook_site", os.environ.get("DLBOOK_SITE") or settings["dlbook_site"])


def whole(entries: list[Entry], body: str, answers: bool, found: dict[str, int]) -> str:
    """The one page. Chromium keeps the place of whatever a link leads to, be it a hidden one: bookmarks need that."""
    marked = ["contents", *(entry.place for entry in every(entries))]
    places = "".join(f'<a href="#{place}"></a>' for place in marked)
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light" data-answers="{"all" if answers else "none"}">'
        f'<head><meta charset="utf-8"><title>{citation()["title"]}</title>'
        f'<link rel="stylesheet" href="html/_static/book.css"><style>{STYLE}</style></head><body>'
        f"{title_page(answers)}"
        f'<nav class="paper-contents" id="contents"><h1>Contents</h1>{contents(entries, found)}</nav>'
        f"<nav hidden>{places}</nav><main>{body}</main></body></html>"
    )


def every(entries: list[Entry]) -> list[Entry]:
    return [found for entry in entries for found in (entry, *every(entry.inner))]


def citation() -> dict:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def title_page(answers: bool) -> str:
    """What the book is, of which day, what one may do with it, how it is cited."""
    book, config = citation(), yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    name, _, rest = book["title"].partition(": ")
    authors = ", ".join(
        author.get("name") or f"{author['given-names']} {author['family-names']}" for author in book["authors"]
    )
    cited = f"{authors} ({book['date-released'].year}). {book['title']}. Version {book['version']}."
    site = public_site()
    lines = [
        f"Version {book['version']}, {book['date-released']:%d %B %Y}.",
        f"{'With' if answers else 'Without'} hints, solutions and answers.",
        "Text under CC BY 4.0, code under the MIT licence. Data and weights have licences of their own.",
        f"To cite it: {cited}",
        f'The book that moves, with its explorers and exercises: <a href="{site}">{site}</a>' if site else "",
    ]
    about = config["sphinx"]["config"]["html_context"]["about"]
    foot = "".join(f"<p>{line if '<a' in line else html.escape(line)}</p>" for line in lines if line)
    return (
        f'<div class="paper-title"><h1>{name}</h1><p class="about">{html.escape(rest.capitalize())}</p>'
        f'<p class="about">{html.escape(about)}</p><div class="foot">{foot}</div></div>'
    )


def numbers(pdf: PdfReader) -> dict[str, int]:
    """The page of every place that a link leads to."""
    found = pdf.named_destinations
    return {name.removeprefix("/"): pdf.get_destination_page_number(place) + 1 for name, place in found.items()}


def bookmark(target: Path, entries: list[Entry]) -> None:
    """Adds the outline, and what a reader of PDFs shows of the file."""
    pdf = PdfWriter(target, incremental=True)  # only what is new is written: there are 180,000 objects
    printed = PdfReader(target)
    places, pages = printed.named_destinations, numbers(printed)

    def add(entry: Entry, above) -> None:
        fit = Fit.xyz(left=0, top=float(places[f"/{entry.place}"].top))
        mark = pdf.add_outline_item(
            title=entry.title, page_number=pages[entry.place] - 1, parent=above, fit=fit, is_open=False
        )
        for inner in entry.inner:
            add(inner, mark)

    for entry in [Entry("Contents", "contents"), *entries]:
        add(entry, None)
    book = citation()
    said = {
        "Title": book["title"],
        "Author": book["authors"][0]["name"],
        "Creator": f"dlbook {book['version']}, make pdf",
    }
    pdf.add_metadata({f"/{key}": value for key, value in said.items()})
    pdf.page_mode = "/UseOutlines"
    pdf.write(target)


if __name__ == "__main__":
    main()
