"""Where the book is public, if it is: the one setting behind every button that needs a public host.

`dlbook_repository` (https://github.com/OWNER/NAME) and `dlbook_site` (https://…/) in `_config.yml`, or in the
environment DLBOOK_REPOSITORY and DLBOOK_SITE, which win. Both are empty by default; what needs one is not there then.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import yaml

SETTINGS = ("dlbook_repository", "dlbook_site")


def setup(app) -> None:
    for name in SETTINGS:
        app.add_config_value(name, "", "env")


def configure(app, config) -> None:
    """Takes the environment's word before the file's, and refuses what is no address."""
    for name in SETTINGS:
        config[name] = checked(name, os.environ.get(name.upper()) or config[name])
    config.html_baseurl = config.dlbook_site


def named(root: Path) -> dict[str, str]:
    """The addresses of the book in the folder `root`, for what runs outside Sphinx."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]
    return {name: checked(name, os.environ.get(name.upper()) or config.get(name, "")) for name in SETTINGS}


def checked(name: str, address: str) -> str:
    """The address without white space; a site's ends with a slash, a repository's without."""
    address = address.strip().rstrip("/")
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc):
        raise ValueError(f"{name} must be empty or an address that begins with https://: got {address!r}")
    return f"{address}/" if address and name == "dlbook_site" else address
