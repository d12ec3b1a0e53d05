"""A link leads to what it names: every anchor of every page, on a phone and on a desk, and from another page, too."""

import pytest
from live_cells import TWO_FRAMES

PHONE, DESK = 360, 1440
NEAR = 40  # px from the place below the top of the window that the stylesheet keeps free

WATCH = """
// How far a place stands from where it should; 0 where the page ends before it can get there.
window.off = (id) => {
    const wanted = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop);
    const top = document.getElementById(id).getBoundingClientRect().top;
    const end = scrollY + innerHeight >= document.scrollingElement.scrollHeight - 1;
    return end && top > wanted ? 0 : Math.round(top - wanted);
};
window.anchors = () => [...document.querySelectorAll("article [id]")]
    .filter(e => !e.closest("svg, .katex, details:not([open])") && e.checkVisibility())
    .map(e => e.id);
// A reader's click on a link of this page: where the place stands a frame later, or once what comes late has come.
const frame = () => new Promise(requestAnimationFrame);
window.follow = async (ids) => {
    const found = {};
    for (const id of ids) {
        const link = Object.assign(document.createElement("a"), { href: "#" + id });
        document.querySelector("main").append(link);
        link.click();
        link.remove();
        await frame();
        for (let n = 0; n < 30 && Math.abs(off(id)) > 40; n++) await frame();
        found[id] = off(id);
    }
    return found;
};
"""


def missed(found: dict[str, int]) -> dict[str, int]:
    return {id: off for id, off in found.items() if abs(off) > NEAR}


def test_every_anchor_is_where_its_link_leads(visit, built_page):
    follow_all(visit, built_page, PHONE)


@pytest.mark.sampled
def test_so_it_is_on_a_desk(visit, built_page):
    follow_all(visit, built_page, DESK)


def follow_all(visit, built_page: str, width: int) -> None:
    with visit(width) as v:
        v.page.add_init_script(WATCH)
        v.goto(built_page, until="domcontentloaded")
        ids = v.page.evaluate("anchors()")
        assert len(ids) > 20 or not built_page.startswith("chapters/")
        found = v.page.evaluate("follow", ids[::-1])  # from the end upwards: nothing above has been laid out before
        print(f"{built_page} at {width} px: {len(ids)} anchors, {max(map(abs, found.values()), default=0)} px off")
        assert missed(found) == {}
        for id in ids[len(ids) // 2 :][:1] if width == PHONE else ids[-1:]:  # from another page: one amid it, the last
            v.page.goto("about:blank")
            v.asked.clear()
            v.goto(f"{built_page}#{id}", until="networkidle")
            if "cells.js" in v.asked:  # a page stays at its place while editors come, and many take their time
                v.page.wait_for_selector("html[data-cells=ready]", state="attached")
            v.page.evaluate(TWO_FRAMES)
            assert missed({id: v.page.evaluate("off", id)}) == {}, "from another page"
