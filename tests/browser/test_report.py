"""Reporting a mistake from a page: the section that is read goes along."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from dlbook.site import report

PAGE = "chapters/04_gradient_descent"
FOOT = "How to cite</a>"
HTML = Path(__file__).parents[2] / "_build" / "html" / f"{PAGE}.html"


def test_the_link_names_the_section_that_is_read(visit):
    address = report.address("https://github.com/owner/name", PAGE).replace("&", "&amp;")
    built = HTML.read_text(encoding="utf-8")
    assert built.count(FOOT) == 1
    with visit() as v:  # the page as a book with a repository has it
        linked = built.replace(FOOT, f'{FOOT} <a class="report" href="{address}">Report a mistake</a>')
        v.page.route(f"**/{PAGE}.html*", lambda route: route.fulfill(body=linked, content_type="text/html"))
        v.goto(f"{PAGE}.html#losses.mse")
        v.page.wait_for_selector("#page-nav [aria-current][href='#losses.mse']", state="attached")
        link = v.page.locator("a.report")
        link.evaluate("link => { addEventListener('click', e => e.preventDefault(), { once: true }); link.click(); }")
        body = parse_qs(urlsplit(link.get_attribute("href")).query)["body"][0]
    assert f"Page: {PAGE}\nSection: #losses.mse\nVersion: " in body
