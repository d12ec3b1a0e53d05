from browser.conftest import chromium, site  # noqa: F401 (fixtures: one browser for all of this folder)
