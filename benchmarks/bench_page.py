"""Python in the page, in Chromium over loopback: from the press on Run to NumPy's first result, and again.

    python benchmarks/bench_page.py

Builds nothing: it reads the book in `_build/html` with Pyodide from `.cache/pyodide` (`make browser` fetches it).
"""

import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from serve import HTML, serving  # noqa: E402

from dlbook.site import python  # noqa: E402

FIRST = "import numpy as np\nnp.linspace(0, 1, 5) ** 2"
DRAWN = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        html = Path(folder) / "html"
        shutil.copytree(HTML, html)
        os.environ["DLBOOK_PYODIDE"] = str(ROOT / ".cache" / "pyodide")
        python.install(html / "_static")
        path = shutil.which("chromium") or os.environ["CHROMIUM"]
        with serving(html) as site:
            times = [visit(playwright, path, site) for _ in range(4)][1:]  # the first fills the server's memory
    print("from the press on Run, median of three fresh browsers:")
    for name in times[0]:
        print(f"  {name:45} {statistics.median(t[name] for t in times):8,.2f}")


def visit(playwright, path: str, site: str) -> dict:
    """Seconds of each step in a new browser, and the megabytes that came over the wire."""
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    context = browser.new_context()
    page = context.new_page()
    sizes = []
    network = context.new_cdp_session(page)
    network.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True})
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    found = {}
    open_cell(page, site)
    found["page and editor before the first run, MB"] = sum(sizes) / 1e6
    found["first NumPy result, cold, s"] = run(page, FIRST)
    found["the same again, s"] = statistics.median(run(page, FIRST + " " * i) for i in range(1, 8))
    found["first figure (matplotlib comes), s"] = run(page, DRAWN)
    found["a figure again, s"] = run(page, DRAWN + " ")
    open_cell(page, site)
    found["first NumPy result, page reloaded, s"] = run(page, FIRST)
    page.locator("#cell-setup [data-action=reset]").click()
    browser.close()
    return found


def open_cell(page, site: str) -> None:
    page.goto(f"{site}/chapters/04_gradient_descent.html", wait_until="networkidle")
    page.mouse.move(5, 5)
    page.mouse.move(9, 9)
    page.locator("#cell-setup").scroll_into_view_if_needed()
    page.wait_for_selector("html[data-cells=ready]", state="attached")
    page.wait_for_load_state("networkidle")


def run(page, code: str) -> float:
    """Seconds until the page shows that the cell has run; measured in the page."""
    page.locator("#cell-setup .cm-content").fill(code)
    return page.evaluate(
        """() => new Promise((resolve) => {
            const began = performance.now();
            const box = document.getElementById("cell-setup");
            new MutationObserver((_, watch) => {
                if (!["yours", "problem"].includes(box.dataset.state)) return;
                watch.disconnect();
                requestAnimationFrame(() => resolve((performance.now() - began) / 1000));
            }).observe(box, { attributes: true, attributeFilter: ["data-state"] });
            box.querySelector("[data-action=run]").click();
        })"""
    )


if __name__ == "__main__":
    main()
