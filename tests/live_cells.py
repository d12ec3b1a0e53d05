"""A cell of a built page, as a reader uses it."""

SLOW = 120_000  # milliseconds: Python loads, on a machine that may have much to do

# A section that is far away has a guessed height, and what a test aims at would move: lay out the whole page first, as
# the page itself does before a link leads to a place on it.
LAY_OUT = "document.documentElement.dataset.whole = ''"
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Cell:
    """A cell of a page by its name."""

    def __init__(self, page, name: str):
        self.page, self.name, self.box = page, name, page.locator(f"#cell-{name}")
        page.mouse.move(5, 5)  # a reader is there
        page.mouse.move(9, 9)
        page.evaluate(LAY_OUT)
        self.box.scroll_into_view_if_needed()
        page.wait_for_selector("html[data-cells=ready]", state="attached")

    @property
    def code(self):
        return self.box.locator(".cm-content")

    @property
    def state(self) -> str:
        return self.box.locator(".live-state").text_content()

    @property
    def output(self) -> str:
        self.box.scroll_into_view_if_needed()  # a section that is far away is not laid out
        lines = self.box.locator("> .cell_output").inner_text().splitlines()
        return "\n".join(line for line in lines if line.strip()).strip()

    def text(self) -> str:
        return "\n".join(self.box.locator(".cm-line").all_text_contents())

    def write(self, text: str):
        self.code.fill(text)
        return self

    def press(self, action: str, force: bool = False):
        self.box.locator(f"button[data-action={action}]").click(force=force)
        return self

    def rest(self):
        """Waits until the cell has run, or failed."""
        self.page.wait_for_function(
            "name => !['running', ''].includes(document.getElementById(name).dataset.state)",
            arg=f"cell-{self.name}",
            timeout=SLOW,
        )
        return self

    def run(self, text: str | None = None, action: str = "run"):
        if text is not None:
            self.write(text)
        return self.press(action).rest()
