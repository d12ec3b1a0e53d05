"""A real JupyterLab for tests: its server, and what a reader does in it."""

import json
import os
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager

import pytest


@contextmanager
def serving_lab(home, python, **environment):
    """The address of a JupyterLab of this Python in the folder `home`, which keeps its settings and progress, too."""
    settings = {  # every cell stays in the page, and nobody asks for news
        "notebook-extension/tracker": {"windowingMode": "none"},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    for name, values in settings.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "DLBOOK_PROGRESS": str(home / "progress.json"),
        **environment,
    }
    environment.pop("DLBOOK_STATIC", None)
    options = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    address = f"http://127.0.0.1:{port}"
    with (home / "log").open("w") as log:
        command = [python, "-m", "jupyter", "lab", *options]
        server = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"{address}/api", server, home / "log")
            yield address
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address, server, log, seconds=60):
    """Return when the server answers; if it ends or stays silent, fail with what it wrote."""
    deadline = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")


def open_chapter(browser, address, name):
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.goto(f"{address}/lab/workspaces/{name}/tree/{name}.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.get_by_text("| Idle").wait_for(timeout=60_000)  # what runs before the kernel is there is lost
    return page


def run_all(page, home, name, seconds=120):
    """Run every cell through the menu, wait until the kernel is idle, save, and return the notebook as it was saved."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    last = json.loads((home / f"{name}.ipynb").read_text())
    last = [cell for cell in last["cells"] if cell["cell_type"] == "code"][-1]["id"]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(1000)
        try:
            saved = json.loads((home / f"{name}.ipynb").read_text())
        except json.JSONDecodeError:  # it is being written
            continue
        code = {cell["id"]: cell for cell in saved["cells"] if cell["cell_type"] == "code"}
        if code[last]["execution_count"]:
            return code
    raise AssertionError(f"{name} did not finish in {seconds} s")


def move(page, explorer):
    """The kernel answers a key, and JupyterLab does not take it for its own."""
    explorer.scroll_into_view_if_needed()
    explorer.wait_for(timeout=20_000)
    page.wait_for_function("f => f.dataset.live === '1'", arg=explorer.element_handle(), timeout=20_000)
    before, selected = explorer.get_attribute("data-state"), page.locator(".jp-Notebook .jp-mod-selected").count()
    control = explorer.locator("input[type=range], select").first
    control.focus()
    last = control.evaluate("c => c.value === (c.max ?? c.lastElementChild.value)")
    page.keyboard.press("ArrowLeft" if last else "ArrowRight")
    page.wait_for_function(
        "([f, old]) => f.dataset.state !== old", arg=[explorer.element_handle(), before], timeout=10_000
    )
    assert page.locator(".jp-Notebook .jp-mod-selected").count() == selected
