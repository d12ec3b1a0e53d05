"""On a phone the picture and the control in use are on the screen together, in every explorer of the built book."""

import pytest

SCREENS = [(360, 640), pytest.param((390, 844), marks=pytest.mark.weekly)]  # the smaller one shows what fits both
PHONE = {"has_touch": True, "is_mobile": True}

# Every control in its turn, as it gets the focus: its name, what is seen of the chosen drawing and of itself (shares of
# their areas), and how much of the screen the pictures take.
IN_TURN = """([figure, backwards]) => {
    const bar = document.querySelector("header.bar")?.getBoundingClientRect().bottom ?? 0;
    const share = (element, top) => {
        const { left, right, top: above, bottom, width, height } = element.getBoundingClientRect();
        const across = Math.min(right, innerWidth) - Math.max(left, 0);
        const down = Math.min(bottom, innerHeight) - Math.max(above, top);
        return Math.max(0, across) * Math.max(0, down) / (width * height);
    };
    const controls = [...figure.querySelectorAll(":is(.controls, .buttons) :is(input, select, button)")];
    if (backwards) controls.reverse();
    return controls.map((control) => {
        if (!backwards) figure.scrollIntoView({ block: "start", behavior: "instant" });
        control.focus();
        const panels = figure.querySelector(".panels").getBoundingClientRect();
        const drawing = figure.querySelector(".panel[data-chosen] svg[data-panel]");
        const name = control.labels?.[0]?.textContent ?? control.textContent;
        return [name, share(drawing, bar), share(control, Math.max(bar, panels.bottom)), panels.height / innerHeight];
    });
}"""


@pytest.fixture(scope="module", params=SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def figure(visit, where, request):
    """An explorer that has come alive on a phone of this size."""
    path, slug = where
    width, height = request.param
    with visit(width=width, **PHONE) as v:
        v.page.set_viewport_size({"width": width, "height": height})
        v.goto(path)
        figure = v.page.locator(f'figure.explorer[data-explorer="{slug}"]')
        for _ in range(20):
            figure.evaluate("e => e.scrollIntoView({ block: 'start', behavior: 'instant' })")
            v.page.wait_for_timeout(100)
            if figure.get_attribute("data-ready"):
                break
        v.page.wait_for_selector(f'figure[data-explorer="{slug}"][data-ready]')
        yield figure


def in_turn(figure, backwards=False):
    return figure.page.evaluate(IN_TURN, [figure.element_handle(), backwards])


def test_the_picture_and_the_control_in_use_are_seen_together(figure):
    """Of the first drawing, and of every other once it is chosen, at least 60 % for each control."""
    tabs = figure.locator("[data-tab]").all()
    seen = []
    for tab in tabs or [None]:
        if tab:
            tab.click()
            assert tab.get_attribute("aria-pressed") == "true"
        assert figure.locator(".panel:visible").count() == 1
        for name, drawing, used, high in in_turn(figure):
            assert drawing >= 0.6, f"{drawing:.0%} of the drawing is seen while {name!r} is used"
            assert used >= 0.95, f"{name!r} itself is hidden: {used:.0%} is seen"
            assert high <= 0.505, f"the pictures take {high:.0%} of the screen"
            seen.append(drawing)
    print(f"{len(seen)} controls and drawings, at least {min(seen):.0%} seen")
    assert len(seen) >= 4


def test_going_back_up_the_picture_stays(figure):
    """By keyboard backwards: what comes into focus is not hidden below the picture."""
    for name, drawing, used, _ in in_turn(figure, backwards=True):
        assert drawing >= 0.6 and used >= 0.95, name


def test_sliders_are_wide_and_buttons_of_thumb_size(figure):
    inner = figure.evaluate("e => e.querySelector('.controls').clientWidth")
    for slider in figure.locator("input[type=range]").all():
        in_stepper = slider.evaluate("e => Boolean(e.closest('.stepper'))")
        assert slider.bounding_box()["width"] >= (inner - 110 if in_stepper else inner - 4)
    steps = figure.locator("[data-step]").all()
    stepped = figure.locator(".stepper input")
    assert len(steps) == 2 * stepped.count()
    for button in steps:
        box = button.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44
    for slider, back, on in zip(stepped.all(), steps[::2], steps[1::2], strict=True):
        before = int(slider.input_value())
        on.click()
        assert int(slider.input_value()) == before + 1
        back.click()
        assert int(slider.input_value()) == before
