"""Where a chapter runs without an installation: Colab and Binder, once both addresses are named (address.py).

Binder builds the repository (`.binder/`) and opens its notebook. Colab installs nothing beforehand: it opens the copy
whose first cell does (copies.py), from the branch to which `.github/workflows/publish.yml` pushes the copies.
"""

from urllib.parse import quote, urlsplit

from sphinx.util import logging

COPIES = "notebooks"  # the branch


def buttons(config, notebook: str) -> dict[str, str]:
    """What is written on each button, and where it leads; none, where an address is missing or of another host."""
    if not config.dlbook_site or not (name := on_github(config.dlbook_repository)):
        return {}
    colab = f"https://colab.research.google.com/github/{name}/blob/{COPIES}/{notebook}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{name}/main?labpath={quote(f'chapters/{notebook}.ipynb', safe='')}"
    return {"Open in Colab": colab, "Open in Binder": binder}


def on_github(repository: str) -> str:
    """OWNER/NAME of a repository on GitHub, else nothing."""
    host, path = urlsplit(repository).netloc, urlsplit(repository).path.strip("/").removesuffix(".git")
    return path if host == "github.com" and path.count("/") == 1 else ""


def said(config) -> str:
    """Why the pages have no buttons, where someone might expect them."""
    if config.dlbook_repository and not on_github(config.dlbook_repository):
        return f"No buttons for Colab and Binder: {config.dlbook_repository} is no repository on github.com."
    if bool(config.dlbook_repository) != bool(config.dlbook_site):
        return "No buttons for Colab and Binder: they need dlbook_repository and dlbook_site, and one is not named."
    return ""


def say(app) -> None:
    if reason := said(app.config):
        logging.getLogger(__name__).info(reason)
