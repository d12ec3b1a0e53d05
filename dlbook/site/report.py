"""A link on each page to the repository's form for a mistake, with page, place and version filled in."""

from importlib.metadata import version
from urllib.parse import quote, urlencode

TEMPLATE = "mistake.md"  # in .github/ISSUE_TEMPLATE
# `page.js` puts the section that is read in the place of the dash.
BODY = """Page: {page}
Section: -
Version: {version}

What is wrong:

What should stand there:
"""


def address(repository: str, page: str) -> str:
    """Where the form is; "" where no repository is named."""
    if not repository:
        return ""
    body = BODY.format(page=page, version=version("dlbook"))
    filled = {"template": TEMPLATE, "title": f"Mistake in {page}", "body": body}
    return f"{repository}/issues/new?{urlencode(filled, quote_via=quote)}"
