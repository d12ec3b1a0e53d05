"""Make the README's picture again from the built book: `python tools/screenshot.py` after `make book`."""

from pathlib import Path

import chromium
from playwright.sync_api import sync_playwright
from serve import HTML, serving

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "screenshot.png"


def main():
    with serving(HTML) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        # as high as the explorer, whose pictures would else stay at the top and cover the sliders
        page = browser.new_page(viewport={"width": 1280, "height": 1600}, color_scheme="light")
        page.goto(f"{site}/chapters/01_metrics.html")
        explorer = page.locator("figure.explorer").first  # of two: the threshold that moves everything
        explorer.scroll_into_view_if_needed()
        page.wait_for_selector("figure.explorer[data-ready]")
        page.wait_for_timeout(300)  # the fonts
        PICTURE.parent.mkdir(exist_ok=True)
        explorer.screenshot(path=PICTURE)
        browser.close()
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
