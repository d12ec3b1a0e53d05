"""The Chromium that pages are opened with: the one that `CHROMIUM` names, or the one that the system has."""

import os
import shutil


def find() -> str | None:
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)
