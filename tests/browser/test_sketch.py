"""The reader's own picture in chapter 14's explorer: painted by mouse, finger and keys, and lost by nothing."""

import json

import pytest

PAGE, EMPTY = "chapters/14_convolution.html", "0" * 64
PHONE = {"width": 360, "has_touch": True, "is_mobile": True}


class Pad:
    """The explorer with an empty sheet."""

    def __init__(self, v, query=""):
        self.page = v.page
        v.goto(PAGE + query)
        self.figure = v.page.locator("figure[data-explorer=convolution]")
        for _ in range(20):
            self.figure.evaluate("e => e.scrollIntoView({ block: 'start', behavior: 'instant' })")
            v.page.wait_for_timeout(100)
            if self.figure.get_attribute("data-ready"):
                break

    def empty(self):
        self.figure.get_by_role("button", name="Draw on an empty sheet").click()
        self.until(EMPTY)
        return self.figure.get_by_role("application")

    def until(self, drawing: str):
        script = "([figure, drawing]) => figure.dataset.drawing === drawing"
        self.page.wait_for_function(script, arg=[self.figure.element_handle(), drawing], timeout=3_000)

    def cell(self, row, column) -> tuple[float, float]:
        box = "figure => figure.querySelector('.sheet').getBoundingClientRect().toJSON()"
        left, top, width, height = (self.figure.evaluate(box)[name] for name in ("left", "top", "width", "height"))
        return left + (column + 0.5) * width / 16, top + (row + 0.5) * height / 16

    def number(self, key) -> float:
        return float(self.figure.locator(f"[data-number={key}]").get_attribute("data-value"))


def rows(**painted: str) -> str:
    """A drawing as text: 16 cells are four digits."""
    return "".join(painted.get(f"row{i}", "0000") for i in range(16))


def test_the_mouse_draws_a_line_and_takes_it_away(visit):
    with visit() as v:
        pad = Pad(v)
        pad.empty()
        for drawing in (rows(row2="3f00"), EMPTY):
            v.page.mouse.move(*pad.cell(2, 2))
            v.page.mouse.down()
            v.page.mouse.move(*pad.cell(2, 7))  # in one leap: no cell between is left out
            v.page.mouse.up()
            pad.until(drawing)


def test_a_finger_draws_and_the_page_stays(visit):
    with visit(**PHONE) as v:
        pad = Pad(v)
        pad.empty()
        before = v.page.evaluate("scrollY")
        session = v.context.new_cdp_session(v.page)
        touch = lambda kind, *at: session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]}
        )
        (x, low), (_, high) = pad.cell(15, 3), pad.cell(1, 3)
        touch("touchStart", (x, low))
        for share in (0.25, 0.5, 0.75, 1):
            touch("touchMove", (x, low + share * (high - low)))
        touch("touchEnd")
        pad.until("0000" + 15 * "1000")
        assert abs(v.page.evaluate("scrollY") - before) < (low - high) / 3  # buttons of cells may have come above


def test_keys_draw_and_the_output_answers(visit):
    with visit() as v:
        pad = Pad(v)
        sheet = pad.empty()
        sheet.focus()
        assert "Arrow keys move" in sheet.get_attribute("aria-label")
        says = pad.figure.locator("output.says")
        for key in ["ArrowUp"] * 9 + ["ArrowLeft"] * 9:  # into the corner, and not beyond
            v.page.keyboard.press(key)
        v.page.wait_for_function("e => e.textContent === 'Row 0, column 0: black.'", arg=says.element_handle())
        v.page.keyboard.press("Space")
        pad.until(rows(row0="8000"))
        # upright edges: −1 for the pixel at the upper left, which is 9 now
        assert (pad.number("black"), pad.number("white")) == (-9, 0)
        v.page.wait_for_function("e => e.textContent.includes('from −9 (black)')", arg=says.element_handle())


def test_nothing_that_was_drawn_is_lost_until_it_is_reset(visit):
    with visit() as v:
        pad = Pad(v)
        pad.empty()
        v.page.mouse.click(*pad.cell(0, 0))
        drawn = rows(row0="8000")
        pad.until(drawn)
        select = pad.figure.get_by_role("combobox", name="picture")
        select.select_option(label="tower")
        pad.figure.get_by_role("application").wait_for(state="detached")
        pad.figure.get_by_role("slider", name="stride").press("End")
        select.select_option(label="your drawing")
        pad.figure.get_by_role("application").wait_for()
        assert pad.figure.get_attribute("data-drawing") == drawn
        v.page.wait_for_function("drawn => location.search.includes(drawn)", arg=drawn)
        again = Pad(v, v.page.evaluate("location.search"))
        again.until(drawn)
        assert json.loads(again.figure.get_attribute("data-state"))["picture"] == "your drawing"
        again.figure.get_by_role("button", name="Reset").click()
        again.figure.get_by_role("application").wait_for(state="detached")
        assert again.figure.get_attribute("data-drawing") not in (drawn, EMPTY)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_drawing(visit, axe, scheme):
    with visit(scheme=scheme) as v:
        pad = Pad(v)
        pad.empty().focus()
        assert axe(v.page, within="figure[data-explorer=convolution]") == []
