"""Every explorer of the built book in real Chromium: it comes alive, its handles move it, its text is legible, its
address keeps its state. What the shell does for all of them alike (`of_the_shell`) is tried on one; on the demo,
`test_explorer_shell.py` has more of it. Numbers, sentences and drawings of many states need no browser:
`tests/book/test_explorer_pages.py`.
"""

import json
import re
import statistics
from contextlib import suppress
from importlib import import_module

import numpy as np
import pytest
from explorer_words import check_sentence, read
from playwright.sync_api import TimeoutError
from serve import HTML

PHONE = {"width": 360, "has_touch": True, "is_mobile": True}


def of_the_shell(test):
    """A test of what is the same code for every explorer: one of them is enough."""
    test.of_the_shell = True
    return test


def scroll_to(figure, until):
    """A section that is far away has a height that is guessed: a reader scrolls on until what is awaited is there."""
    for _ in range(20):
        figure.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
        with suppress(TimeoutError):
            return until.wait_for(timeout=1_500)


class Explorer:
    """An explorer that has come alive, seen through what it promises: its controls, data-state, data-value, output."""

    def __init__(self, visit, where, query="", site=None):
        path, self.slug = where
        self.visit, self.page = visit, visit.page
        visit.goto(f"{site or visit.site}/{path}{query}")
        self.figure = self.page.locator(f'figure.explorer[data-explorer="{self.slug}"]')
        alive = self.page.locator(f'figure[data-explorer="{self.slug}"][data-state]')
        scroll_to(self.figure, alive)
        alive.wait_for()
        self.spec = self.page.evaluate("slug => dlbookExplorers[slug]", self.slug)
        self.controls = self.spec["controls"]
        self.start = {c["name"]: c["values"][c["start"]] for c in self.controls}

    def state(self) -> dict:
        return json.loads(self.figure.get_attribute("data-state"))

    def input(self, i):
        return self.figure.locator(f'[data-control="{i}"]')

    def until(self, **expected):
        """Waits until the state says so."""
        script = "([f, want]) => Object.entries(want).every(([k, v]) => JSON.parse(f.dataset.state)[k] === v)"
        try:
            self.page.wait_for_function(script, arg=[self.figure.element_handle(), expected], timeout=3_000)
        except Exception:
            raise AssertionError(f"{self.slug} should come to {expected}: it is {self.state()}") from None

    def until_moved(self, old: dict):
        """Waits until some control has another value than before."""
        script = "([f, old]) => Object.entries(old).some(([k, v]) => JSON.parse(f.dataset.state)[k] !== v)"
        self.page.wait_for_function(script, arg=[self.figure.element_handle(), old], timeout=3_000)

    def go(self, places) -> dict:
        """Sets every control as a reader would: a slider is moved, an option chosen, a text written."""
        script = "(e, k) => { e.value = k; e.dispatchEvent(new Event('input', { bubbles: true })); }"
        for i, place in enumerate(places):
            control = self.controls[i]
            self.input(i).evaluate(script, control["values"][place] if control["kind"] == "text" else place)
        values = {c["name"]: c["values"][k] for c, k in zip(self.controls, places, strict=True)}
        self.until(**values)
        return values

    def handles(self) -> list[tuple[int, str, str]]:
        script = "all => all.map((e, i) => [i, e.dataset.x, e.dataset.y])"
        return self.figure.locator(".grab").evaluate_all(script)

    def centre(self, i) -> tuple[float, float]:
        box = self.figure.locator(".grab").nth(i).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def show(self, panel: str):
        """On a phone one panel is seen at a time."""
        tab = self.figure.locator(f'[data-tab="{panel}"]')
        if tab.count() and tab.is_visible():
            tab.click()
            self.painted()

    def away(self, i, across=60, down=60) -> tuple[float, float]:
        """From the middle of a handle to a point so many pixels further inside its panel."""
        x, y = self.centre(i)
        box = self.figure.locator(".grab").nth(i).locator("xpath=ancestor::*[@data-panel]").bounding_box()
        inward = 1 if x < box["x"] + box["width"] / 2 else -1
        downward = 1 if y <= box["y"] + box["height"] / 2 else -1
        return x + across * inward, y + down * downward

    def painted(self):
        """Waits until all that has happened is drawn."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.fixture(scope="module")
def opened(visit, where):
    """An explorer in a page that stays open for all tests that do no more than move it: loading pages costs most."""
    with visit() as v:
        yield Explorer(v, where)


@pytest.fixture(scope="module")
def opened_by_phone(visit, where):
    with visit(**PHONE) as v:
        yield Explorer(v, where)


@pytest.fixture
def explorer(opened):
    """The explorer as it starts; what goes wrong in its page is this test's fault and no other's."""
    opened.page.mouse.move(0, 0)
    yield from as_it_starts(opened)


@pytest.fixture
def by_phone(opened_by_phone):
    """The same on a phone."""
    yield from as_it_starts(opened_by_phone)


def as_it_starts(opened):
    opened.figure.get_by_role("button", name="Reset").click()
    opened.until(**opened.start)
    yield opened
    opened.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    errors = opened.visit.errors[:]
    opened.visit.errors.clear()
    assert errors == [], "the page complains in the console"


# ── Data ──


@of_the_shell
def test_the_states_come_when_the_explorer_comes_near(visit, where):
    """Not before: the page is light. And where they cannot come, the picture stays and a line says so."""
    path, slug = where
    with visit() as v:
        asked = []
        v.page.on("request", lambda request: asked.append(request.url))
        v.page.route(f"**/explorers/{slug}.js", lambda route: route.abort())
        v.goto(path, until="networkidle")
        assert not [url for url in asked if "/explorers/" in url]
        figure = v.page.locator(f'figure[data-explorer="{slug}"]')
        problem = v.page.locator(".problem", has_text="its data could not be loaded")
        scroll_to(figure, problem)
        problem.wait_for()
        assert figure.locator("svg path").count() > 0
        assert [url for url in asked if url.endswith(f"/_static/explorers/{slug}.js")]
        v.errors[:] = [error for error in v.errors if "Failed to load resource" not in error]


# ── Keyboard ──


@of_the_shell
def test_every_slider_moves_by_keyboard(explorer):
    sliders = [(i, c) for i, c in enumerate(explorer.controls) if c["kind"] == "slider"]
    assert explorer.figure.locator("input[type=range]").count() == len(sliders) > 0
    for i, control in sliders:
        name, values = control["name"], control["values"]
        explorer.input(i).focus()
        for key, expected in (("Home", 0), ("ArrowRight", 1), ("End", -1), ("ArrowLeft", -2)):
            explorer.page.keyboard.press(key)
            explorer.until(**{name: values[expected]})
        shown = explorer.input(i).get_attribute("aria-valuetext")
        assert read(shown) == pytest.approx(values[-2], rel=1e-3)


@of_the_shell
def test_every_choice_can_be_chosen(explorer):
    choices = [(i, c) for i, c in enumerate(explorer.controls) if c["kind"] == "choice"]
    assert explorer.figure.locator("select").count() == len(choices)
    for i, control in choices:
        for option in (*control["values"][1:], control["values"][0]):
            explorer.input(i).select_option(label=option)
            explorer.until(**{control["name"]: option})


@of_the_shell
def test_presets_and_reset_by_keyboard(explorer):
    values = {c["name"]: c["values"] for c in explorer.controls}
    assert explorer.spec["presets"]
    for preset in explorer.spec["presets"]:
        explorer.figure.get_by_role("button", name=preset["label"], exact=True).press("Enter")
        explorer.until(**explorer.start | {name: values[name][k] for name, k in preset["places"].items()})
    explorer.figure.get_by_role("button", name="Reset").press("Enter")
    explorer.until(**explorer.start)


def test_what_cannot_be_seen_has_a_name(explorer):
    for i, control in enumerate(explorer.controls):
        role = {"slider": "slider", "choice": "combobox", "text": "textbox"}[control["kind"]]
        assert explorer.figure.get_by_role(role, name=control["label"], exact=True).count() == 1, (i, control["label"])
    panels = explorer.figure.locator("svg[data-panel]")
    labels = panels.evaluate_all(
        "all => all.map(e => e.getAttribute('role') === 'img' && e.getAttribute('aria-label'))"
    )
    assert all(labels) and len(set(labels)) == len(labels) == len(explorer.spec["panels"])
    assert explorer.figure.locator("output[aria-live=polite]").count() == 1


# ── Pictures and controls ──

SEEN = """control => {
    const figure = control.closest("figure");
    const bar = document.querySelector("header.bar")?.getBoundingClientRect().bottom ?? 0;
    const share = (element, top) => {
        const { top: above, bottom, height } = element.getBoundingClientRect();
        return Math.max(0, Math.min(bottom, innerHeight) - Math.max(above, top)) / height;
    };
    const below = figure.querySelector(".panels").getBoundingClientRect().bottom;
    const drawings = [...figure.querySelectorAll("svg[data-panel]")];
    return [Math.min(...drawings.map((svg) => share(svg, bar))), share(control, Math.max(bar, below))];
}"""


def test_on_a_laptop_all_pictures_and_the_control_in_use_are_seen_together(explorer):
    explorer.page.set_viewport_size({"width": 1280, "height": 720})
    for control in explorer.figure.locator(":is(.controls, .buttons) :is(input, select, button)").all():
        explorer.figure.evaluate("e => e.scrollIntoView({ block: 'start', behavior: 'instant' })")
        control.focus()
        drawings, used = control.evaluate(SEEN)
        name = control.evaluate("e => e.labels?.[0]?.textContent ?? e.textContent")
        assert drawings >= 0.95, f"only {drawings:.0%} of a drawing is seen while {name!r} is used"
        assert used >= 0.95, f"{name!r} itself is hidden: {used:.0%} is seen"
    explorer.page.set_viewport_size({"width": 1440, "height": 900})


# ── Mouse and finger ──


def test_every_handle_follows_the_mouse(explorer):
    mouse, panels = explorer.page.mouse, explorer.spec["panels"]
    handles = explorer.handles()
    assert len(handles) == sum(m["mark"] == "handle" for p in panels for m in p["marks"])
    for i, along_x, along_y in handles:
        explorer.figure.get_by_role("button", name="Reset").click()
        explorer.until(**explorer.start)
        explorer.painted()
        explorer.figure.locator(".grab").nth(i).scroll_into_view_if_needed()
        old, (x, y) = explorer.state(), explorer.away(i)
        mouse.move(*explorer.centre(i))
        mouse.down()
        mouse.move(x, y, steps=6)
        explorer.until_moved(old)
        mouse.up()
        explorer.painted()
        new = explorer.state()
        assert {name for name in new if new[name] != old[name]} == {name for name in (along_x, along_y) if name}
        at_x, at_y = explorer.centre(i)
        assert not along_x or abs(at_x - x) < 40, "the handle is not where the pointer is"
        assert not along_y or abs(at_y - y) < 40, "the handle is not where the pointer is"
        mouse.move(x + 60, y)
        explorer.painted()
        assert explorer.state() == new, "it still follows after the button has been released"


class Finger:
    """One finger on the glass, by the browser's own protocol."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)

    def drag(self, start, end, steps=8):
        self._send("touchStart", start)
        for t in range(1, steps + 1):
            self._send("touchMove", [a + (b - a) * t / steps for a, b in zip(start, end, strict=True)])
        self.session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _send(self, kind, at):
        point = {"x": round(at[0]), "y": round(at[1])}
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})


@of_the_shell
def test_every_handle_follows_a_finger_and_the_page_stays(by_phone):
    explorer, page = by_phone, by_phone.page
    page.evaluate("window.cancelled = 0; addEventListener('pointercancel', () => cancelled++, true)")
    for i, along_x, along_y in explorer.handles():
        explorer.figure.get_by_role("button", name="Reset").click()
        explorer.until(**explorer.start)
        panel = explorer.figure.locator(".grab").nth(i).locator("xpath=ancestor::*[@data-panel]")
        explorer.show(panel.get_attribute("data-panel"))
        panel.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
        # mostly downwards: what a page takes for scrolling
        old, end, place = explorer.state(), explorer.away(i, 40, 100), panel.bounding_box()
        Finger(page).drag(explorer.centre(i), end)
        explorer.until_moved(old)
        explorer.painted()
        new, at = explorer.state(), explorer.centre(i)
        assert {name for name in new if new[name] != old[name]} == {name for name in (along_x, along_y) if name}
        assert not along_x or abs(at[0] - end[0]) < 40
        assert not along_y or abs(at[1] - end[1]) < 40
        assert panel.bounding_box() == pytest.approx(place, abs=1), "the page has scrolled under the finger"
    assert page.evaluate("cancelled") == 0, "drawing anew has cost the drag its pointer"


@of_the_shell
def test_a_finger_beside_a_handle_scrolls(by_phone):
    """Who only wants to get past the picture is not caught by it."""
    page, panel = by_phone.page, by_phone.figure.locator("svg[data-panel]").last
    by_phone.show(panel.get_attribute("data-panel"))
    panel.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
    old, scrolled, box = by_phone.state(), page.evaluate("scrollY"), panel.bounding_box()
    x, y = box["x"] + box["width"] - 30, box["y"] + box["height"] - 60
    Finger(page).drag((x, y), (x, y - 150))
    page.wait_for_function("y => scrollY > y + 50", arg=scrolled, timeout=3_000)
    assert by_phone.state() == old


@of_the_shell
def test_hovering_shows_a_number(explorer):
    panels = explorer.figure.locator("svg[data-panel]")
    for i, panel in enumerate(explorer.spec["panels"]):
        marks = {m["mark"] for m in panel["marks"]}
        if {"graph", "tables"} & marks:  # their numbers are written out
            assert panels.nth(i).locator(".drawing text").count() > 3
        if not {"line", "path", "points"} & marks:
            continue
        panels.nth(i).scroll_into_view_if_needed()
        box, seen = panels.nth(i).bounding_box(), ""
        spots = [(fx, fy) for fx in np.linspace(0.1, 0.95, 10) for fy in np.linspace(0.05, 0.9, 14)]
        for fx, fy in spots:
            explorer.page.mouse.move(box["x"] + fx * box["width"], box["y"] + fy * box["height"])
            seen = panels.nth(i).locator(".hover").text_content()
            if seen:
                break
        assert re.search(r"\d, −?\d", seen), f"panel {i} says {seen!r}"
        explorer.page.mouse.move(box["x"] + box["width"] / 2, box["y"] - 40)
        assert panels.nth(i).locator(".hover").text_content() == ""


# ── Play ──


def first_slider(explorer):
    return next(c for c in explorer.controls if c["kind"] == "slider")


@of_the_shell
def test_play_moves_until_it_is_paused(explorer):
    name, values = first_slider(explorer)["name"], first_slider(explorer)["values"]
    place = first_slider(explorer)["start"]
    explorer.figure.get_by_role("button", name="Play").click()
    explorer.until(**{name: values[place + 1]})
    explorer.until(**{name: values[place + 2]})
    explorer.figure.get_by_role("button", name="Pause").click()
    still(explorer)
    explorer.figure.get_by_role("button", name="Play").wait_for()


def still(explorer, milliseconds=700):
    """Nothing moves for longer than two steps of Play."""
    explorer.painted()
    before = explorer.state()
    explorer.page.wait_for_timeout(milliseconds)
    assert explorer.state() == before


@of_the_shell
@pytest.mark.parametrize("how", ["by hand", "the page is hidden"])
def test_play_stops(explorer, how):
    slider = first_slider(explorer)
    i = explorer.controls.index(slider)
    explorer.figure.get_by_role("button", name="Play").click()
    explorer.until(**{slider["name"]: slider["values"][slider["start"] + 1]})
    if how == "by hand":
        explorer.input(i).focus()
        explorer.page.keyboard.press("Home")
        explorer.until(**{slider["name"]: slider["values"][0]})
    else:
        explorer.page.evaluate(
            "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    still(explorer)
    explorer.page.evaluate("delete document.hidden")


@of_the_shell
def test_who_wants_no_motion_gets_one_step_a_click(explorer):
    explorer.page.emulate_media(reduced_motion="reduce")
    slider = first_slider(explorer)
    for steps in (1, 2):
        explorer.figure.get_by_role("button", name="Play").click()
        explorer.until(**{slider["name"]: slider["values"][slider["start"] + steps]})
        still(explorer)


def positions(explorer, count=6):
    rng = np.random.default_rng(2)
    return [[int(rng.integers(len(c["values"]))) for c in explorer.controls] for _ in range(count)]


# ── Colours ──

CONTRASTS = """figure => {
    const parse = c => c.match(/[\\d.]+/g).map(Number);
    const light = c => c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = parse(getComputedStyle(figure).backgroundColor).slice(0, 3);
    const over = (rect) => {  // a tinted cell lies between its number and the ground
        const style = getComputedStyle(rect);
        return parse(style.fill).slice(0, 3).map((v, i) => v * style.fillOpacity + ground[i] * (1 - style.fillOpacity));
    };
    const found = [];
    for (const e of figure.querySelectorAll("svg text, figcaption, p, dt, dd span, output, label, .legend span")) {
        if (!e.textContent.trim() || !e.checkVisibility()) continue;
        const style = getComputedStyle(e);
        const ink = parse(e instanceof SVGElement ? style.fill : style.color).slice(0, 3);
        const under = e.classList.contains("count") ? over(e.previousElementSibling) : ground;
        const [a, b] = [light(ink), light(under)].sort((x, y) => x - y);
        found.push([(b + 0.05) / (a + 0.05), e.textContent, ink.join()]);
    }
    return found;
}"""


def test_text_is_legible_in_both_modes(explorer):
    inks = {}
    for scheme in ("light", "dark"):
        explorer.page.emulate_media(color_scheme=scheme)
        explorer.page.wait_for_selector(f"html[data-theme={scheme}]", state="attached")
        for places in [[c["start"] for c in explorer.controls], *positions(explorer, 2)]:
            explorer.go(places)
            found = explorer.figure.evaluate(CONTRASTS)
            assert len(found) > 20
            assert min(found)[0] >= 4.5, min(found)
        strokes = "all => all.map(e => getComputedStyle(e).stroke)"
        inks[scheme] = {ink for _, _, ink in found} | set(explorer.figure.locator("svg .line").evaluate_all(strokes))
    assert not inks["light"] & inks["dark"], "a colour stays the same in the dark"


# ── Where it lives ──


@of_the_shell
def test_it_works_from_disk(visit, where):
    with visit() as v:
        explorer = Explorer(v, where, site=HTML.resolve().as_uri())
        slider = first_slider(explorer)
        explorer.input(explorer.controls.index(slider)).focus()
        v.page.keyboard.press("End")
        explorer.until(**{slider["name"]: slider["values"][-1]})
        v.page.wait_for_timeout(600)  # the address would be written by now
        assert "?" not in v.page.url


SLIDE = """async (figure) => {
    const input = figure.querySelector("input[type=range]");
    const frame = () => new Promise(requestAnimationFrame);
    const channel = new MessageChannel();
    const drawn = () => new Promise((resolve) => { channel.port1.onmessage = resolve; channel.port2.postMessage(0); });
    const times = [];
    for (let i = 0; i < 60; i++) {
        await new Promise((resolve) => setTimeout(resolve, 40 + 16 * Math.random())); // any moment of a frame
        input.value = i % (Number(input.max) + 1);
        const begin = performance.now();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await frame(); // asked for after the explorer's own: both are called in the same frame
        await drawn(); // behind the frame's layout and paint
        times.push(performance.now() - begin);
    }
    return times;
}"""


@of_the_shell
def test_every_move_is_painted(explorer):
    """Prints how long sixty moves took, from the event to the end of the frame that drew it."""
    times = explorer.figure.evaluate(SLIDE)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{explorer.slug}: slide to paint {statistics.median(times):.0f} ms median, {p95:.0f} ms p95")
    slider = first_slider(explorer)
    explorer.until(**{slider["name"]: slider["values"][59 % len(slider["values"])]})


@of_the_shell
def test_the_address_keeps_the_state(explorer, where):
    """The last test in this page: it leaves it."""
    values = explorer.go([len(c["values"]) - 1 for c in explorer.controls])
    explorer.page.wait_for_function("() => location.search.length > 1", timeout=3_000)
    explorer.page.wait_for_timeout(500)
    again = Explorer(explorer.visit, where, query=explorer.page.evaluate("location.search"))
    again.until(**values)
    explorer.page.wait_for_timeout(250)
    truth = values | import_module(f"dlbook.explorers.{explorer.slug}").state(**values)
    check_sentence(again.figure.locator("output").text_content(), explorer.spec["says"], truth)
