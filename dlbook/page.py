"""Where a notebook's output goes, into a built page or into JupyterLab, and the styles it needs there."""

import os
from functools import cache
from pathlib import Path


def in_page() -> bool:
    """True while the book is being built: the page brings its own styles and needs no kernel."""
    return os.environ.get("DLBOOK_STATIC") == "1"


def page_style() -> str:
    """The book's stylesheet for JupyterLab, which has none of it; nothing in a built page."""
    return "" if in_page() else f"<style>{_lab_css()}</style>"


@cache
def _lab_css() -> str:
    from pygments.formatters import HtmlFormatter

    css = Path(__file__).with_name("dlbook.css").read_text(encoding="utf-8")
    light = HtmlFormatter(style="default").get_style_defs("body[data-jp-theme-light=true] .dlbook-code .highlight")
    dark = HtmlFormatter(style="monokai").get_style_defs("body[data-jp-theme-light=false] .dlbook-code .highlight")
    return css + light + dark
