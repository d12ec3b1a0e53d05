"""The built book as one HTML page, for paper: its pages in reading order, their links leading to places inside it."""

import html
import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
# Addresses and names of places, in tags alone: what a page says in words has `&quot;` where it has a quotation mark.
PLACES = re.compile(r' (id|href|xlink:href|src|aria-labelledby)="([^"]*)"')
# A section begins with its heading: above it, its place could stay at the foot of the page before.
HEADED = re.compile(r'<section([^>]*?) (id="[^"]+")>\s*((?:<span id="[^"]+"></span>\s*)*)<(h[1-4])>')
ON_SCREEN = "reference/progress"  # says nothing on paper
LISTED = re.compile(r'<(/?ul)>|<a href="#([^"]+)">(.*?)</a>')
STYLE = """
@page :first { @bottom-center { content: none; } }
article { break-before: page; }
.tag_exercise { display: none; }
.paper-title { height: 240mm; display: flex; flex-direction: column; font-family: var(--sans); }
.paper-title h1 { margin: 60mm 0 4mm; font: 600 36pt/1.1 var(--serif); }
.paper-title .about { font: 14pt/1.4 var(--serif); }
.paper-title .foot { margin-top: auto; }
.paper-contents { break-before: page; columns: 2; column-gap: 10mm; font-family: var(--sans); }
.paper-contents h1 { column-span: all; }
.paper-contents h2 { break-after: avoid; margin: 6mm 0 2mm; font-size: 12pt; }
.paper-contents a { display: flex; gap: 2mm; line-height: 1.6; break-inside: avoid; }
.paper-contents a::after {
  content: attr(data-page); min-width: 3em; margin-left: auto; text-align: right; font-variant-numeric: tabular-nums;
}
.paper-contents .page { margin-top: 2mm; font-weight: 600; break-after: avoid; }
.paper-contents .section { padding-left: 6mm; font-size: 8.5pt; }
.paper-part { break-before: page; padding-top: 90mm; text-align: center; }
.paper-address { color: var(--dl-muted); font: 9pt/1.5 var(--sans); }
"""


@dataclass
class Entry:
    """A line of the outline: the place that it leads to, and what lies below it."""

    title: str
    place: str
    inner: list["Entry"] = field(default_factory=list)
    kind: str = "section"


def parts(root: Path = ROOT) -> list[tuple[str, list[str]]]:
    """The captions of `_toc.yml` with their pages; the first page of all stands under no caption."""
    contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    rest = [(part["caption"], [page["file"] for page in part["chapters"]]) for part in contents["parts"]]
    return [("", [contents["root"]]), *((caption, [n for n in names if n != ON_SCREEN]) for caption, names in rest)]


def outline(site: Path, wanted: list[tuple[str, list[str]]]) -> list[Entry]:
    found = []
    for caption, names in wanted:
        pages = [page_entry(site, name) for name in names]
        found += [Entry(caption, f"part-{caption}", pages, "part")] if caption else pages
    return found


def page_entry(site: Path, name: str) -> Entry:
    """A page with its sections, as its own list "On this page" has them."""
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    title = plain(re.search(r"<h1>(.*?)<a class=\"headerlink\"", text, re.DOTALL)[1])
    number = re.search(r'<p class="eyebrow"><span>Chapter (\d+)', text)
    page = Entry(f"{number[1]}  {title}" if number else title, stem(name), kind="page")
    above = [page]
    for tag, place, words in LISTED.findall(text.partition('id="page-nav-title"')[2].partition("</nav>")[0]):
        if tag == "ul":
            above.append(above[-1].inner[-1] if above[-1].inner else above[-1])
        elif tag:
            above.pop()
        else:
            above[-1].inner.append(Entry(plain(words), f"{stem(name)}:{place}"))
    return page


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def stem(name: str) -> str:
    return name.rpartition("/")[2]


def article(site: Path, name: str, names: set[str], public: str) -> str:
    """A page's text with its places under the page's name, and links that lead to the same places of this one page."""
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    text = re.search(r'<article class="bd-article">.*</article>', text, re.DOTALL)[0]
    text = re.sub(r"<script\b.*?</script>", "", text, flags=re.DOTALL).replace(' loading="lazy"', "")
    text = text.replace(' href="#your-work"', "")  # a box of the screen alone
    text = with_addresses(text, name, public)
    text = HEADED.sub(r"<section\1><\4><span \2></span>\3", text)
    text = PLACES.sub(lambda place: moved(place[1], place[2], name, names, public), text)
    text = text.replace("url(#", f"url(#{stem(name)}:")
    return text.replace("<article ", f'<article id="{stem(name)}" ', 1)


def moved(attribute: str, value: str, name: str, names: set[str], public: str) -> str:
    """An attribute with an address or a place, as it reads in the one page."""
    if attribute in ("id", "aria-labelledby"):
        return f' {attribute}="{stem(name)}:{value}"'
    if re.match(r"[a-z]+:", value):
        return f' {attribute}="{value}"'
    path, _, place = value.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else f"{name}.html"
    if attribute == "src":
        return f' src="html/{path}"'
    if path.removesuffix(".html") in names:
        there = stem(path.removesuffix(".html"))
        return f' {attribute}="#{there}:{place}"' if place else f' {attribute}="#{there}"'
    return f' {attribute}="{public}{path}"' if public else ""  # a file that the book does not hold


def with_addresses(text: str, name: str, public: str) -> str:
    """Below each explorer where it can be played with: its public address, or the place in words."""
    chapter = stem(name).partition("_")[0]

    def below(explorer: re.Match) -> str:
        section = re.findall(
            r'<section id="([^"]+)">\s*(?:<span[^>]*></span>)*\s*<h[1-4]>(.*?)<a class', text[: explorer.start()]
        )[-1]
        address = f"{public}{name}.html#{section[0]}"
        words = f"chapter {chapter} of the book's pages, “{plain(section[1])}”"
        where = f'at <a href="{address}">{address}</a>' if public else f"in {words}"
        return explorer[0].removesuffix("</figure>") + f'<p class="paper-address">Play with it {where}.</p></figure>'

    return re.sub(r'<figure class="explorer".*?</figure>', below, text, flags=re.DOTALL)


def contents(entries: list[Entry], pages: dict[str, int]) -> str:
    """The table of contents; the numbers of pages are known once the book has been printed."""
    lines = []
    for entry in entries:
        number = pages.get(entry.place, "")
        if entry.kind == "part":
            lines += [f"<h2>{html.escape(entry.title)}</h2>", contents(entry.inner, pages)]
            continue
        link = f'<a class="{entry.kind}" href="#{entry.place}" data-page="{number}">{html.escape(entry.title)}</a>'
        lines.append(link)
        if entry.kind == "page":
            lines.append(contents(entry.inner, pages))
    return "".join(lines)
