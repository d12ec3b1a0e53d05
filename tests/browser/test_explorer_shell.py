"""The explorer shell in real Chromium, on a small explorer of its own: every way to move it, both hosts and modes."""

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import numpy as np
import pytest
from serve import serving

from dlbook.explore.explorer import (
    Choice,
    FreeText,
    Slider,
    band,
    code,
    contour,
    explore,
    handle,
    line,
    number,
    panel,
    path,
    points,
    tables,
)  # fmt: skip
from dlbook.explore.module import module
from dlbook.site.mime import apart, figure

ROOT = Path(__file__).parents[2]
EXPLORE = ROOT / "dlbook" / "explore"
X = np.linspace(-4, 4, 161)
GRID = np.linspace(-4, 4, 33)
STATE = "figure.explorer"


def state(shape, a, u, v):
    """Three drawings: a wave, a bowl with a path, a cost."""
    wave = np.tanh(a * X) if shape == "tanh" else np.sin(a * X)
    way = np.array([u, v]) * (1 - 0.3 * a) ** np.arange(12)[:, None]
    return {
        "x": X, "wave": wave, "flat": np.array([[-4.0, -2.0]]), "dots": X[::20], "on_it": wave[::20],
        "z": GRID[:, None] ** 2 + 0.3 * GRID**2, "way": way, "step": np.arange(12.0),
        "cost": (way**2).sum(axis=1) + 1e-9, "third": a / 3, "distance": np.hypot(u, v),
        "ratio": np.nan if a == 0 else u / a, "how": "far" if u > 1 else "near",
    }  # fmt: skip


def demo():
    return explore(
        state,
        panel(
            band("flat", label="flat"), line("x", "wave", label="wave"), points("dots", "on_it", color=1),
            handle(x="u", label="u"), title="Wave", xlabel="x", ylabel="f(x)", xlim=(-4, 4), ylim=(-1.2, 1.2),
        ),
        panel(contour("z", (-4, 4, -4, 4)), path("way"), handle(x="u", y="v"), title="Bowl", xlabel="u", ylabel="v"),
        panel(line("step", "cost", label="cost"), title="Cost", xlabel="step", ylabel="J", yscale="log"),
        slug="demo", title="A demonstration", alt="A wave, a bowl and a cost.",
        says="The start is {how}: {distance:.2f} away, a third of a is {third:.3f}.",
        numbers=[number("third", "a third", "{a:.2f} / 3"), number("distance", "distance"), number("ratio", "u / a")],
        presets={"Centre": {"u": 0, "v": 0}, "Diverges": {"a": 2, "shape": "sine"}},
        a=Slider(0, 2, 9, start=0.5, label="slope a", unit="m"), shape=Choice("tanh", "sine", label="shape"),
        u=Slider(-4, 4, 9, start=2, label="start u"), v=Slider(-4, 4, 5, start=2, label="start v"),
    )  # fmt: skip


def stepper():
    """Two lines of code and their tables."""

    def at(line, row, column):
        table = np.array([[1.0, 2.0], [3.0, 4.0]])
        now = 2 * table if line == 2 else table
        return {
            "line_": line, "values": now.ravel(), "names": ["A"], "shapes": [[2, 2]], "made": np.array([2.0]),
            "lit": np.zeros(4), "value": now[int(row), int(column)],
        }  # fmt: skip

    return explore(
        at,
        panel(code(["A = B", "A = A * 2"], "line_", control="line"), title="Code", height=120),
        panel(
            tables("values", "names", "shapes", "lit", made="made", step="line", row="row", column="column"),
            title="Numbers", height=120,
        ),
        slug="stepper", title="Two lines", alt="Code and a table.", says="Line {line_:d}: {value:.0f}.",
        numbers=[number("value", "value")], presets={"Last": {"line": 2}},
        line=Slider(values=(1, 2), start=1, label="line", stepper=True),
        row=Slider(0, 1, 2, start=0, label="row"), column=Slider(0, 1, 2, start=0, label="column"),
    )  # fmt: skip


def writer():
    """The length of a text, and a dot at it; for another text only Python has an answer."""
    return explore(
        lambda said: {"x": np.array([len(said)]), "y": np.ones(1), "size": float(len(said))},
        panel(points("x", "y"), title="Length", xlim=(0, 30), ylim=(0, 2), height=120),
        slug="writer", title="A text", alt="A dot at the length of a text.", says="“{said}” has {size:d} signs.",
        numbers=[number("size", "signs")], presets={"Nothing": {"said": ""}},
        said=FreeText("five!", "to be or not", "", start="to be or not", label="your text", most=20),
    )  # fmt: skip


# What JupyterLab 4.6 says of the terms and definitions of every output.
LAB = """.jp-OutputArea-output :is(dl, dt, dd) { display: block }
.jp-OutputArea-output dl { width: 100%; overflow: hidden; padding: 0; margin: 0 }
.jp-OutputArea-output dt { font-weight: bold; float: left; width: 20%; padding: 0; margin: 0 }
.jp-OutputArea-output dd { float: left; width: 80%; padding: 0; margin: 0 }"""

KERNEL = """<!doctype html><html lang="en"><title>kernel</title><style>LAB CSS</style>
<main class="jp-OutputArea-output"></main>
<script type="module">
import widget from "./explorer.module.js";
const payload = PAYLOAD;
window.asked = [];
window.keys = [];
addEventListener("keydown", (event) => keys.push(event.key));
const model = window.model = {
  get: () => payload, on: (_, then) => (window.reply = then), off: () => (window.reply = null),
  send: (message) => asked.push(message),
};
window.close = widget.render({ model, el: document.querySelector("main") });
</script>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A built page and a page with a kernel, as the site and JupyterLab would hold them."""
    folder = tmp_path_factory.mktemp("explorer")
    css = (EXPLORE.parent / "dlbook.css").read_text(encoding="utf-8")
    css += "body { background: var(--dl-bg); font: 16px system-ui; margin: 8px auto; max-width: 900px }"
    still = apart(figure(demo().payload()), folder / "_static")
    script = '<script defer src="explorer.js"></script>'
    body = f'{still}<div style="height: 2000px"></div>{script}'
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
    html = '<!doctype html><html lang="en" data-content_root="./" data-mode="auto">'
    page = f"{html}{head}<title>demo</title><style>{css}</style>{body}</html>"
    for name in ("index.html", "404.html"):
        (folder / name).write_text(page, encoding="utf-8")
    opening = json.dumps(demo().opening()).replace("<", "\\u003c")
    kernel = KERNEL.replace("LAB CSS", LAB + css).replace("PAYLOAD", opening).replace("<title>", f"{head}<title>")
    (folder / "kernel.html").write_text(kernel, encoding="utf-8")
    steps = apart(figure(stepper().payload()), folder / "_static")
    (folder / "stepper.html").write_text(page.replace(still, steps), encoding="utf-8")
    texts = apart(figure(writer().payload()), folder / "_static")
    (folder / "writer.html").write_text(page.replace(still, texts), encoding="utf-8")
    opening_of_text = json.dumps(writer().opening()).replace("<", "\\u003c")
    (folder / "kernel_writer.html").write_text(kernel.replace(opening, opening_of_text), encoding="utf-8")
    (folder / "twice.html").write_text(page.replace(still, 2 * still), encoding="utf-8")
    (folder / "below").mkdir()
    far = page.replace(still, f'<div style="height: 3000px"></div>{still}').replace('"explorer.js"', '"../explorer.js"')
    (folder / "below" / "far.html").write_text(far.replace('root="./"', 'root="../"'), encoding="utf-8")
    (folder / "explorer.module.js").write_text(module(), encoding="utf-8")
    bundle = [
        ROOT / "node_modules/.bin/esbuild",
        EXPLORE / "host.js",
        "--bundle",
        "--format=iife",
        "--log-level=warning",
    ]
    subprocess.run([*bundle, f"--outfile={folder / 'explorer.js'}"], check=True)
    return folder


@pytest.fixture(scope="module")
def address(folder):
    with serving(folder) as address:
        yield address


@pytest.fixture
def opened(chromium, address):
    """`with opened("?demo.a=1", width=360) as page:`; leaving it, the console must have stayed empty."""

    @contextmanager
    def opening(path="", width=1000, live=True, **options):
        context = chromium.new_context(viewport={"width": width, "height": 800}, **options)
        page, errors = context.new_page(), []
        page.on("console", lambda m: m.type in ("error", "warning") and errors.append(m.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path if "://" in path else f"{address}/{path}")
        if live:
            page.wait_for_selector("figure.explorer[data-ready]")
        yield page
        assert errors == []
        context.close()

    return opening


def values(page) -> dict:
    return json.loads(page.locator(STATE).get_attribute("data-state"))


def after(page, move) -> dict:
    """The values after a move that must change them."""
    before = page.locator(STATE).get_attribute("data-state")
    move()
    page.wait_for_function(f"old => document.querySelector('{STATE}').dataset.state !== old", arg=before)
    return values(page)


def until(page, **expected):
    at = f"JSON.parse(document.querySelector('{STATE}').dataset.state)"
    page.wait_for_function(f"want => Object.entries(want).every(([k, v]) => {at}[k] === v)", arg=expected)


def shown(page) -> dict:
    spans = page.locator("[data-number]")
    return dict(spans.evaluate_all("all => all.map(s => [s.dataset.number, Number(s.dataset.value)])"))


def slider(page, label):
    return page.get_by_role("slider", name=label)


# ─── Moving ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_keyboard_reaches_and_moves_everything(opened):
    with opened() as page:
        stops = []
        for _ in range(30):
            page.keyboard.press("Tab")
            found = page.evaluate(
                "document.activeElement.closest('.explorer, body').contains(document.activeElement) && "
                "(document.activeElement.labels?.[0]?.firstChild.textContent || document.activeElement.textContent)"
            )
            if found in stops or page.evaluate("document.activeElement === document.body"):
                break
            stops.append(found)
        assert stops == ["slope a", "shape", "start u", "start v", "Centre", "Diverges", "Play", "Reset"]
        for label, name in (("slope a", "a"), ("start u", "u"), ("start v", "v")):
            control = next(c for c in demo().spec["controls"] if c["name"] == name)
            slider(page, label).focus()
            for key, expected in (("Home", 0), ("ArrowRight", 1), ("ArrowUp", 2), ("End", -1), ("ArrowLeft", -2)):
                assert after(page, lambda key=key: page.keyboard.press(key))[name] == control["values"][expected]
        page.get_by_label("shape").focus()
        assert after(page, lambda: page.keyboard.press("ArrowDown"))["shape"] == "sine"


def test_numbers_are_those_of_numpy_at_every_stop(opened):
    with opened() as page:
        seen = [values(page)]
        for label, key, times in (("slope a", "ArrowRight", 4), ("slope a", "Home", 1), ("start u", "ArrowLeft", 3)):
            slider(page, label).focus()
            seen += [after(page, lambda key=key: page.keyboard.press(key)) for _ in range(times)]
            true = state(**seen[-1])
            assert shown(page) == pytest.approx(
                {k: true[k] for k in ("third", "distance", "ratio")}, rel=0, abs=0, nan_ok=True
            )
        assert len({json.dumps(s) for s in seen}) == 9


def test_a_control_tells_its_value_with_its_unit(opened):
    with opened() as page:
        assert slider(page, "slope a").get_attribute("aria-valuetext") == "0.5 m"
        after(page, lambda: slider(page, "slope a").press("ArrowRight"))
        assert slider(page, "slope a").get_attribute("aria-valuetext") == "0.75 m"


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_point_and_a_line_are_dragged(opened):
    with opened() as page:
        bowl, wave = page.locator("svg[data-panel='1']"), page.locator("svg[data-panel='0']")
        x, y = middle(bowl.locator(".grab"))
        page.mouse.move(x, y)
        page.mouse.down()
        end = after(page, lambda: page.mouse.move(x - 110, y + 130, steps=6))
        assert end["u"] < 1 and end["v"] < 1
        page.mouse.move(x - 2000, y + 2000)  # the pointer is captured: outside the drawing it still moves the handle
        page.wait_for_function(f"JSON.parse(document.querySelector('{STATE}').dataset.state).u == -4")
        page.mouse.up()
        ended = values(page)
        page.mouse.move(x, y)
        page.wait_for_timeout(50)
        assert values(page) == ended, "let go, the handle stays"

        x, y = middle(wave.locator(".grab"))
        page.mouse.move(x, y)
        page.mouse.down()
        moved = after(page, lambda: page.mouse.move(x + 80, y + 30, steps=4))
        page.mouse.up()
        assert moved["u"] > -4 and moved["v"] == ended["v"], "a line moves one control only"
        assert slider(page, "start u").get_attribute("aria-valuetext") == f"{moved['u']:g}".replace("-", "−")


def touch(page, *points):
    """One finger along the points."""
    finger = page.context.new_cdp_session(page)
    send = lambda kind, at: finger.send(
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": p[0], "y": p[1]} for p in at]}
    )
    send("touchStart", points[:1])
    for point in points[1:]:
        send("touchMove", [point])
        page.wait_for_timeout(16)
    send("touchEnd", [])


PHONE = {"width": 360, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def test_a_finger_drags_the_handle_and_scrolls_beside_it(opened):
    with opened(**PHONE) as page:
        page.get_by_role("button", name="Bowl").click()  # one panel is seen at a time
        bowl = page.locator("svg[data-panel='1']")
        bowl.scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        x, y = middle(bowl.locator(".grab"))
        moved = after(page, lambda: touch(page, *[(x - 8 * i, y + 12 * i) for i in range(12)]))
        assert moved["u"] < 2 and moved["v"] < 2
        assert page.evaluate("scrollY") == before, "the page stays under a finger that drags"

        box, held = bowl.bounding_box(), values(page)
        touch(page, *[(box["x"] + 60, box["y"] + 230 - 14 * i) for i in range(14)])
        page.wait_for_function("old => scrollY > old + 20", arg=before)
        assert values(page) == held


def test_pointer_and_finger_see_the_number(opened):
    with opened() as page:
        wave = page.locator("svg[data-panel='0']")
        box = wave.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 18)
        tip = wave.locator(".tip").text_content()
        assert tip.startswith("wave: ")
        x, y = (float(n.replace("−", "-")) for n in tip.removeprefix("wave: ").split(", "))
        assert y == pytest.approx(np.tanh(0.5 * x), abs=0.01)
        page.mouse.move(5, 5)
        assert wave.locator(".tip").count() == 0
    with opened(**PHONE) as page:
        box = page.locator("svg[data-panel='0']").bounding_box()
        touch(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 18))
        assert page.locator("svg[data-panel='0'] .tip").text_content().startswith("wave: ")


def test_presets_go_there_and_reset_comes_back(opened):
    with opened() as page:
        start = values(page)
        there = after(page, page.get_by_role("button", name="Diverges").click)
        assert there == start | {"a": 2, "shape": "sine"}
        assert page.get_by_label("shape").evaluate("s => s.selectedOptions[0].text") == "sine"
        assert after(page, page.get_by_role("button", name="Centre").click) == start | {"u": 0, "v": 0}
        assert after(page, page.get_by_role("button", name="Reset").click) == start


def test_play_walks_the_first_slider_and_pauses(opened):
    with opened(reduced_motion="no-preference") as page:
        page.get_by_role("button", name="Play").click()
        page.wait_for_function(f"JSON.parse(document.querySelector('{STATE}').dataset.state).a >= 1")
        page.get_by_role("button", name="Pause").click()
        page.wait_for_timeout(50)
        held = values(page)
        page.wait_for_timeout(700)
        assert values(page) == held and page.get_by_role("button", name="Play").is_visible()


def test_where_motion_is_unwelcome_play_is_one_step(opened):
    with opened(reduced_motion="reduce") as page:
        assert after(page, page.get_by_role("button", name="Play").click)["a"] == 0.75
        page.wait_for_timeout(700)
        assert values(page)["a"] == 0.75


SAID = """window.said = [];
new MutationObserver(() => said.push(document.querySelector("output").textContent))
    .observe(document.querySelector("output"), { childList: true });"""


def test_a_screen_reader_hears_the_end_not_the_way(opened):
    with opened() as page:
        page.clock.install(time=0)
        page.reload()
        page.wait_for_selector("figure.explorer[data-ready]")
        page.clock.pause_at(3600)  # from here on time passes only where it is said, however busy the machine is
        page.evaluate(SAID)
        slider(page, "slope a").focus()
        for _ in range(6):
            page.keyboard.press("ArrowRight")
            page.clock.run_for(50)
        assert page.evaluate("said") == [] and values(page)["a"] == 2
        page.clock.run_for(200)
        assert page.evaluate("said") == ["The start is far: 2.83 away, a third of a is 0.667."]


# ─── The address ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_address_brings_a_state_and_follows_it(opened):
    with opened("?demo.a=1.25&demo.shape=sine&other=1#here") as page:
        page.wait_for_function(f"document.querySelector('{STATE}').dataset.state.includes('1.25')")
        assert values(page) == {"a": 1.25, "shape": "sine", "u": 2, "v": 2}
        after(page, lambda: slider(page, "slope a").press("Home"))
        page.wait_for_url(lambda url: "demo.a=0" in url)
        assert "demo.shape=sine" in page.url and "other=1" in page.url and page.url.endswith("#here")
        page.reload()
        page.wait_for_function(f"document.querySelector('{STATE}')?.dataset.state?.includes('\"a\":0,')")


@pytest.mark.parametrize("query", ["?demo.a=much", "?demo.a=", "?demo.shape=cosine", "?demo.b=1", "?demo.a=Infinity"])
def test_nonsense_in_the_address_is_left_out(opened, query):
    with opened(query) as page:
        page.wait_for_timeout(50)
        assert values(page) == {"a": 0.5, "shape": "tanh", "u": 2, "v": 2}


def test_it_lives_on_a_disk_too(opened, folder):
    with opened((folder / "index.html").as_uri()) as page:
        assert after(page, lambda: slider(page, "slope a").press("End"))["a"] == 2
        page.wait_for_timeout(500)  # when the address would be written
        assert "?" not in page.url


def test_who_comes_back_finds_the_drawing_that_the_controls_say(opened, folder):
    """The browser puts them where they were; from a disk the address says nothing."""
    with opened((folder / "index.html").as_uri()) as page:
        after(page, lambda: slider(page, "slope a").press("End"))
        page.wait_for_timeout(600)  # until the browser has noted it
        page.goto("about:blank")
        page.go_back()
        page.wait_for_selector("figure.explorer[data-ready]")
        assert slider(page, "slope a").input_value() == "8"
        until(page, a=2)


# ─── A text of the reader's ─────────────────────────────────────────────────────────────────────────────────


def field(page):
    return page.get_by_role("textbox", name="your text")


COUNTING = """{
    const ask = (slug, values) => Promise.resolve({
        arrays: { x: { shape: [1], values: [values.said.length] }, y: { shape: [1], values: [1] } },
        numbers: { size: values.said.length }, texts: {},
    });
    document.dispatchEvent(new CustomEvent("dlbook:python", { detail: { ask } }));
}"""


def test_a_text_that_the_page_has_is_shown_and_another_one_waits_for_python(opened):
    with opened("writer.html") as page:
        assert (field(page).input_value(), shown(page)["size"]) == ("to be or not", 12)
        field(page).fill("five!")
        until(page, said="five!")
        assert shown(page)["size"] == 5
        field(page).fill("my own words")
        page.locator(".problem", has_text="needs Python").wait_for()
        assert values(page) == {"said": "five!"} and field(page).input_value() == "my own words"
        page.add_script_tag(content=COUNTING)
        until(page, said="my own words")
        page.wait_for_function("document.querySelector('.problem').textContent === ''")
        assert shown(page)["size"] == 12
        field(page).press("End")
        page.keyboard.type("! and much more of them")
        until(page, said="my own words! and mu")  # twenty signs


def test_the_cursor_stays_where_the_reader_writes(opened):
    with opened("writer.html") as page:
        page.add_script_tag(content=COUNTING)
        field(page).focus()
        page.keyboard.press("Home")
        page.keyboard.type("not ")
        until(page, said="not to be or not")
        assert field(page).evaluate("e => e.selectionStart") == 4
        page.get_by_role("button", name="Nothing").click()
        until(page, said="")
        assert field(page).input_value() == "" and shown(page)["size"] == 0


def test_a_text_stands_in_the_address_and_comes_back(opened):
    with opened("writer.html") as page:
        page.add_script_tag(content=COUNTING)
        field(page).fill("a & b = <c>?")
        page.wait_for_function("location.search.includes('writer.said')")
        query = page.evaluate("location.search")
    with opened("writer.html" + query) as page:
        page.wait_for_function("document.querySelector('input').value === 'a & b = <c>?'")
        page.locator(".problem", has_text="needs Python").wait_for()
        page.add_script_tag(content=COUNTING)
        until(page, said="a & b = <c>?")
    with opened("writer.html?writer.said=five!") as page:
        until(page, said="five!")


def test_a_kernel_is_asked_for_every_text(opened):
    with opened("kernel_writer.html") as page:
        page.evaluate("""() => { for (const { seq, values } of asked.splice(0)) reply({ seq, frame: { arrays: {
            x: { shape: [1], values: [3] }, y: { shape: [1], values: [1] } }, numbers: { size: 3 }, texts: {} } }) }""")
        field(page).fill("mine")
        page.wait_for_function("asked.length === 1 && asked[0].values.said === 'mine'")
        assert "m" not in page.evaluate("keys"), "what is written is no command of the notebook"


# ─── The states ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("disk", [False, True], ids=["served", "on disk"])
def test_the_states_are_loaded_when_the_explorer_comes_near(opened, folder, disk):
    far = "below/far.html"
    with opened((folder / far).as_uri() if disk else far, live=False) as page:
        page.wait_for_timeout(300)
        assert page.evaluate("window.dlbookExplorers") is None
        page.evaluate("scrollTo(0, 3000 - innerHeight - 500)")
        page.wait_for_selector("figure.explorer[data-ready]", state="attached")
        assert page.locator(STATE).bounding_box()["y"] > 800, "it is ready before it is seen"


def test_two_of_one_explorer_move_apart_and_load_once(opened):
    with opened("twice.html") as page:
        second = page.locator(STATE).nth(1)
        second.scroll_into_view_if_needed()
        page.wait_for_selector("figure.explorer:nth-of-type(2)[data-ready]")
        second.get_by_role("slider", name="slope a").press("End")
        page.wait_for_function(f"JSON.parse(document.querySelectorAll('{STATE}')[1].dataset.state).a == 2")
        assert json.loads(page.locator(STATE).first.get_attribute("data-state"))["a"] == 0.5
        assert page.locator("script[src$='explorers/demo.js']").count() == 1


@pytest.mark.parametrize("instead", ["nothing", "not found", "a page that is no script"])
def test_without_its_states_the_picture_stays_and_a_line_says_so(chromium, address, instead):
    answers = {"nothing": {}, "not found": {"status": 404}, "a page that is no script": {"body": "<!doctype html>"}}
    page = chromium.new_page()
    answer = answers[instead]
    page.route("**/explorers/demo.js", lambda route: route.fulfill(**answer) if answer else route.abort())
    page.goto(f"{address}/index.html")
    page.get_by_role("status").filter(has_text="This explorer cannot move: its data could not be loaded.").wait_for()
    assert page.locator("svg[data-panel] .line").first.is_visible() and page.locator(".controls").is_hidden()
    page.close()


# ─── With the page's Python ─────────────────────────────────────────────────────────────────────────────────

PYTHON = """(late) => {
    window.asked = [];
    window.dlbookAsk = (slug, values) => new Promise((resolve, reject) => {
        asked.push(values);
        const soon = () => answer(slug, values).then(resolve, reject);
        late ? (window.hurry = soon) : soon();
    });
    document.dispatchEvent(new CustomEvent("dlbook:python", { detail: { ask: dlbookAsk } }));
}"""
SEEN = """window.seen = [];
new MutationObserver((_) => seen.push(document.querySelector("figure.explorer").dataset.state))
    .observe(document.querySelector("figure.explorer"), { attributeFilter: ["data-state"] });"""
GONE = "document.dispatchEvent(new CustomEvent('dlbook:python', { detail: { ask: window.dlbookAsk = null } }))"


def with_python(page, of=lambda values: demo().answer(values), late=False):
    """A Python comes into the page: it answers as a kernel would, or only at each `hurry()`."""
    page.expose_function("answer", lambda slug, values: {"demo": of}[slug](values))
    page.evaluate(PYTHON, late)


def test_python_answers_between_the_points_of_the_grid(opened):
    with opened() as page:
        with_python(page)
        assert page.evaluate("asked") == [] and page.locator("figure[data-live]").count() == 0
        cost = page.locator("svg[data-panel='2'] .line")
        before = cost.get_attribute("d")
        slider(page, "slope a").press("ArrowRight")
        until(page, a=0.525)
        page.wait_for_selector("figure.explorer[data-live]")
        assert cost.get_attribute("d") != before
        true = state(**values(page))
        assert shown(page) == {key: true[key] for key in ("third", "distance", "ratio")}
        slider(page, "slope a").press("Home")
        until(page, a=0)
        page.wait_for_selector("figure.explorer[data-live]")
        assert page.locator("[data-number=ratio]").text_content() == "undefined"


def test_an_explorer_that_comes_after_python_asks_it_too(opened):
    with opened("below/far.html", live=False) as page:
        with_python(page)
        page.locator(STATE).scroll_into_view_if_needed()
        page.wait_for_selector("figure.explorer[data-ready]")
        slider(page, "slope a").press("ArrowRight")
        until(page, a=0.525)


def test_while_python_is_busy_the_nearest_state_is_shown(opened):
    """One question is under way however long the reader goes on; its answer, and that to the last move, come later."""
    with opened() as page:
        with_python(page, late=True)
        slider(page, "slope a").focus()
        for _ in range(12):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(25)
        until(page, a=0.75)  # 12 tenths of a step beyond 0.5
        assert page.evaluate("asked.length") == 1 and page.locator("figure[data-live]").count() == 0
        page.evaluate(SEEN)
        page.evaluate("hurry()")
        page.wait_for_function("asked.length == 2")
        until(page, a=0.75)  # the second takes long as well
        assert page.evaluate("asked[0].a") in [json.loads(text)["a"] for text in page.evaluate("seen")]
        page.evaluate("hurry()")
        until(page, a=0.8)
        assert page.evaluate("asked.length") == 2


def test_a_slow_answer_does_not_hold_up_a_hand_that_moves_on(opened):
    """Every move comes sooner than the nearest state is due: it is shown all the same."""
    with opened() as page:
        with_python(page, late=True)
        script = """async (input) => {
            const figure = input.closest("figure"), seen = new Set();
            for (let k = 0; k <= 80; k++) {
                input.value = k / 10;
                input.dispatchEvent(new Event("input", { bubbles: true }));
                await new Promise(requestAnimationFrame);
                seen.add(JSON.parse(figure.dataset.state).a);
            }
            return [...seen];
        }"""
        assert len(slider(page, "slope a").evaluate(script)) >= 6, "of nine"


def test_without_python_again_it_goes_back_to_the_grid(opened):
    with opened() as page:
        with_python(page, late=True)
        slider(page, "slope a").press("ArrowRight")
        page.evaluate(GONE)
        until(page, a=0.5)
        assert slider(page, "slope a").get_attribute("aria-valuetext") == "0.5 m"
        page.evaluate(SEEN)
        page.evaluate("hurry()")  # nobody waits for this any more
        page.wait_for_timeout(300)
        assert page.evaluate("seen.filter((state) => state.includes('0.525'))") == []
        assert values(page)["a"] == 0.5 and page.locator("figure[data-live]").count() == 0
        assert after(page, lambda: slider(page, "slope a").press("ArrowRight"))["a"] == 0.75
        assert page.locator(".problem").text_content() == ""


def test_python_that_comes_and_goes_does_not_touch_the_address(opened):
    with opened() as page:
        with_python(page)
        page.evaluate(GONE)
        page.wait_for_timeout(600)  # when the address would be written
        assert "?" not in page.url


def test_an_answer_that_fails_leads_back_to_the_grid(opened):
    def stopped(values):
        raise RuntimeError("Stopped.")

    with opened() as page:
        with_python(page, of=stopped)
        slider(page, "slope a").press("ArrowRight")
        page.wait_for_selector("figure.explorer input[type=range][step='1']")
        assert slider(page, "slope a").input_value() == "2" and values(page)["a"] == 0.5
        assert after(page, lambda: slider(page, "slope a").press("ArrowRight"))["a"] == 0.75
        assert page.locator(".problem").text_content() == ""


# ─── Looks ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_picture_is_there_before_any_script_and_does_not_jump(opened):
    heights = "[...document.querySelectorAll('.explorer > :not(script)')].map(e => [e.className, e.offsetHeight])"
    for width in (360, 1000):
        with opened(width=width) as page:
            live = page.evaluate(heights)
            page.evaluate("delete document.querySelector('figure').dataset.ready")
            assert page.evaluate(heights) == live
        with opened(width=width, java_script_enabled=False, live=False) as page:
            assert page.locator("svg[data-panel]").count() == 3 and page.locator("svg .line").first.is_visible()
            assert page.locator("[data-number=third]").inner_text() == "0.167"
            assert page.locator("output").inner_text() == "The start is far: 2.83 away, a third of a is 0.167."
            for idle in (".controls", ".buttons"):
                assert page.locator(idle).bounding_box() is None, "no control that does nothing, and no gap for it"
            assert page.locator(".tabs").is_hidden()
            still = [svg.bounding_box()["height"] for svg in page.locator("svg[data-panel]").all()]
            assert still == [280] * 3, "without a script nobody could choose among them"
        with opened(width=width) as page:
            seen = [svg.bounding_box()["height"] for svg in page.locator("svg[data-panel]").all() if svg.is_visible()]
            if width == 360:
                assert seen == still[:1]
            else:  # three, in two rows that share two thirds of the screen
                rows = page.evaluate("document.querySelector('.panels').offsetHeight / innerHeight")
                assert len(set(seen)) == 1 and len(seen) == 3 and 0.65 < rows <= 0.665


def test_it_is_drawn_at_the_width_it_has(opened):
    seen = "[...document.querySelectorAll('svg[data-panel]')].filter(s => s.checkVisibility())"
    sizes = (
        f"{seen}.flatMap(s => [[s.viewBox.baseVal.width, s.clientWidth], [s.viewBox.baseVal.height, s.clientHeight]])"
    )
    with opened(width=360) as page:
        for width in (360, 1000, 700):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_function(f"{sizes}.every(([drawn, real]) => drawn === real)")
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width
            panels = [panel.bounding_box() for panel in page.locator(".panel").all() if panel.is_visible()]
            columns = len({box["x"] for box in panels})
            assert len(panels) == (1 if width == 360 else 3)
            assert columns == (1 if width == 360 else 2 if width == 700 else 2)


TEXT = """[...document.querySelectorAll(".explorer :is(p, text, tspan, span, label, dt, output, button, select)")]
    .filter(e => e.textContent.trim() && e.checkVisibility())
    .map(e => [parseFloat(getComputedStyle(e).fontSize), e.textContent.slice(0, 30)])"""


def test_text_is_legible_and_targets_are_large_on_a_phone(opened):
    with opened(**PHONE) as page:
        sizes = page.evaluate(TEXT)
        assert len(sizes) > 40
        assert [entry for entry in sizes if entry[0] < 11] == []
        targets = page.locator(".explorer :is(input, select, button, .grab)").all()
        for target in [target for target in targets if target.is_visible()]:
            box = target.bounding_box()
            assert box["height"] >= 24 and box["width"] >= 24, box


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_wears_the_colours_of_the_page(opened, scheme):
    def rgb(page, name):
        return page.evaluate(
            """name => {
            const probe = document.body.appendChild(document.createElement("i"));
            probe.style.color = `var(--dl-${name})`;
            return getComputedStyle(probe).color;
        }""",
            name,
        )

    with opened(color_scheme=scheme) as page:
        stroke = "e => getComputedStyle(e).stroke"
        first, ground = rgb(page, "c0"), rgb(page, "bg")
        assert page.locator("svg[data-panel='2'] .line").evaluate(stroke) == first
        assert page.locator("figure.explorer").evaluate("e => getComputedStyle(e).backgroundColor") == ground
        other = "dark" if scheme == "light" else "light"
        page.evaluate("mode => (document.documentElement.dataset.theme = mode)", other)
        assert rgb(page, "c0") != first and rgb(page, "bg") != ground
        assert page.locator("svg[data-panel='2'] .line").evaluate(stroke) == rgb(page, "c0"), "without drawing again"


def test_forced_colours_are_heeded(opened):
    ink = "e => getComputedStyle(e).stroke"
    canvas = """() => {
        const probe = document.body.appendChild(document.createElement("i"));
        probe.style.color = "CanvasText";
        return getComputedStyle(probe).color;
    }"""
    with opened(forced_colors="active") as page:
        handle = page.locator("svg[data-panel='0'] circle + .grab").locator("xpath=preceding-sibling::*[2]")
        assert handle.evaluate(ink) == page.evaluate(canvas)
        symbols = page.locator(".legend svg")
        assert symbols.count() == 3
        for symbol in symbols.all():  # a line or a patch, in its own colour
            shape = symbol.locator("path, rect")
            assert shape.count() == 1 and shape.bounding_box()["width"] > 10
            look = shape.evaluate("e => [getComputedStyle(e).stroke, getComputedStyle(e).fill]")
            assert set(look) - {"none", page.evaluate("getComputedStyle(document.body).backgroundColor")}


def test_a_click_goes_to_a_line_and_explains_a_number(opened):
    with opened("stepper.html") as page:
        assert after(page, page.get_by_text("A = A * 2", exact=True).click) == {"line": 2, "row": 0, "column": 0}
        assert after(page, page.get_by_text("A = B", exact=True).click)["line"] == 1
        four = page.locator("svg[data-panel='1']").get_by_text("4", exact=True)
        assert after(page, four.click) == {"line": 2, "row": 1, "column": 1}, "where and by what line it was made"
        page.wait_for_function("document.querySelector('output').textContent === 'Line 2: 8.'")


def test_a_stepper_has_buttons_and_numbers_show_what_changed(opened):
    with opened("stepper.html") as page:
        value = page.locator("[data-number=value]")
        assert value.get_attribute("data-changed") is None
        assert after(page, page.get_by_role("button", name="Next line").click)["line"] == 2
        assert value.text_content() == "2" and value.get_attribute("data-changed") == "up"
        page.get_by_role("button", name="Next line").click()
        assert values(page)["line"] == 2, "there is no line after the last"
        assert after(page, page.get_by_role("button", name="Previous line").click)["line"] == 1
        assert value.get_attribute("data-changed") == "down"


def test_on_a_phone_one_picture_is_chosen(opened):
    with opened(**PHONE) as page:
        drawings = page.locator("svg[data-panel]")
        assert [drawing.is_visible() for drawing in drawings.all()] == [True, False, False]
        drawn = """e => {
            e.click();  // drawn in the same moment, in the size that it has now
            const { viewBox, clientWidth, clientHeight } = document.querySelector("svg[data-panel='2']");
            return [viewBox.baseVal.width - clientWidth, viewBox.baseVal.height - clientHeight];
        }"""
        assert page.get_by_role("button", name="Cost").evaluate(drawn) == [0, 0]
        assert [drawing.is_visible() for drawing in drawings.all()] == [False, False, True]


def test_focus_is_seen(opened):
    with opened() as page:
        for control in (slider(page, "slope a"), page.get_by_label("shape"), page.get_by_role("button", name="Reset")):
            control.focus()
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Tab")
            outline = "e => (({ outlineStyle, outlineWidth }) => [outlineStyle, outlineWidth])(getComputedStyle(e))"
            assert control.evaluate(outline) == ["solid", "3px"]


SLIDE = """async () => {
    const figure = document.querySelector("figure.explorer"), input = figure.querySelector("input[type=range]");
    const times = [];
    for (let i = 1; i <= 80; i++) {
        await new Promise((r) => setTimeout(r, 20));
        const before = figure.dataset.state, began = performance.now();
        input.value = i % 9;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((r) => requestAnimationFrame(() => {   // runs after the explorer's own callback of this frame
            const painted = new MessageChannel();
            painted.port1.onmessage = r;                          // arrives once the frame has been painted
            painted.port2.postMessage(0);
        }));
        times.push([performance.now() - began, figure.dataset.state !== before]);
    }
    return times;
}"""


def test_slide_to_paint_is_measured(opened):
    with opened() as page:
        times = page.evaluate(SLIDE)
        assert all(moved for _, moved in times), "each move is painted in the very next frame"
        took = [ms for ms, _ in times]
        print(f"slide to paint, three panels: median {median(took):.1f} ms, p95 {quantiles(took, n=20)[-1]:.1f} ms")


# ─── With a kernel ──────────────────────────────────────────────────────────────────────────────────────────


def answer(page, number: int, **changes):
    """What Python says to the question with this number."""
    message = page.evaluate("i => asked[i]", number)
    frame = demo().answer(message["values"])
    page.evaluate("message => reply(message)", {"seq": message["seq"], "frame": frame} | changes)


def test_the_kernel_answers_between_the_points_of_the_grid(opened):
    with opened("kernel.html") as page:
        assert page.locator("figure.explorer[data-live]").count() == 0, "nobody has answered yet"
        answer(page, 0)
        page.wait_for_selector("figure.explorer[data-live]")
        slider(page, "slope a").focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("asked.length") == 2
        assert values(page)["a"] == 0.5, "what is drawn is what was answered"
        assert after(page, lambda: answer(page, 1))["a"] == 0.525
        assert shown(page)["third"] == 0.525 / 3


def test_fast_moves_ask_only_for_the_last(opened):
    with opened("kernel.html") as page:
        answer(page, 0)
        slider(page, "slope a").focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        assert page.evaluate("asked.length") == 2
        answer(page, 1)
        page.wait_for_function("asked.length == 3")
        answer(page, 2)
        page.wait_for_function(f"JSON.parse(document.querySelector('{STATE}').dataset.state).a == 0.625")


def test_an_error_of_the_kernel_is_said_and_forgiven(opened):
    with opened("kernel.html") as page:
        answer(page, 0)
        slider(page, "slope a").press("ArrowRight")
        answer(page, 1, frame=None, error="ValueError: a must be small: got 0.525")
        problem = page.get_by_role("status").filter(has_text="ValueError: a must be small: got 0.525")
        problem.wait_for()
        assert values(page)["a"] == 0.5
        slider(page, "slope a").press("ArrowLeft")
        answer(page, 2)
        problem.wait_for(state="detached")


def test_a_silent_kernel_is_named_and_only_its_answer_to_the_last_question_counts(opened):
    with opened("kernel.html", live=False) as page:
        page.clock.install()
        page.reload()
        page.wait_for_function("window.asked?.length == 1")
        page.clock.run_for(3100)
        page.get_by_text("The kernel does not answer: it is busy, or it has gone.").wait_for()
        slider(page, "slope a").press("End")
        page.wait_for_function("asked.length == 2")
        answer(page, 1)
        page.clock.run_for(100)
        assert values(page)["a"] == 2
        answer(page, 0)
        page.clock.run_for(100)
        assert values(page)["a"] == 2


def test_a_kernel_that_was_busy_with_other_cells_answers_late_and_is_forgiven(opened):
    with opened("kernel.html", live=False) as page:
        page.clock.install()
        page.reload()
        page.wait_for_function("window.asked?.length == 1")
        page.clock.run_for(3100)
        silence = page.get_by_text("The kernel does not answer: it is busy, or it has gone.")
        silence.wait_for()
        answer(page, 0)
        page.clock.run_for(100)
        page.wait_for_selector("figure.explorer[data-live]")
        silence.wait_for(state="detached")


def test_a_kernel_that_was_started_anew_is_named_and_slider_and_picture_agree(opened):
    with opened("kernel.html") as page:
        answer(page, 0)
        page.wait_for_selector("figure.explorer[data-live]")
        page.evaluate("void (model.send = () => { throw new Error('Cannot send'); })")
        slider(page, "slope a").press("End")
        page.get_by_text(
            "The kernel was started anew and no longer knows this explorer: run its cell again."
        ).wait_for()
        assert values(page)["a"] == 0.5 and slider(page, "slope a").get_attribute("aria-valuetext") == "0.5 m"
        assert slider(page, "slope a").input_value() == "2"


def test_numbers_stand_below_their_labels_in_jupyterlab(opened):
    with opened("kernel.html") as page:
        answer(page, 0)
        for entry in page.locator(".numbers > div").all():
            label, value = entry.locator("dt").bounding_box(), entry.locator("dd").bounding_box()
            assert label["y"] + label["height"] <= value["y"] + 0.5
            assert label["width"] == pytest.approx(value["width"]) == pytest.approx(entry.bounding_box()["width"])


def test_keys_stay_with_the_explorer(opened):
    with opened("kernel.html") as page:
        answer(page, 0)
        slider(page, "slope a").focus()
        for key in ("ArrowRight", "Home", "d", "b", "Enter"):
            page.keyboard.press(key)
        assert page.evaluate("keys") == []
        assert page.locator("figure.explorer").get_attribute("data-lm-suppress-shortcuts") == "true"


def test_a_closed_widget_lets_go(opened):
    with opened("kernel.html") as page:
        page.evaluate("close()")
        assert page.evaluate("reply") is None
