"""What a page may load and run: its Content-Security-Policy, in the page itself, so that it holds on every host.

`default-src` is no 'none', as Firefox fetches the next page ahead and holds it to that. `blob:` is what a script of
the page has made: the worker of a page read from disk, and the Python that was held to its hash before it runs. A
worker that comes from the site is bound by a host's header alone.
"""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from dlbook.site import python

POLICY = (
    "default-src 'self'; object-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-{inline}' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self' blob:{network}; worker-src 'self' blob:"
)
META = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")[^"]*')
INLINE = re.compile(r"<script>(.*?)</script>", re.S)  # the first paint's: light or dark


def write(html: Path) -> None:
    """Fills in the policy of every page."""
    for page in html.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if META.search(text):
            page.write_text(META.sub(rf"\g<1>{of(text)}", text, count=1), encoding="utf-8")


def of(text: str) -> str:
    """The policy of a page: with the hash of its inline script, and the site that its Python comes from."""
    inline = base64.b64encode(hashlib.sha256(INLINE.search(text)[1].encode()).digest()).decode()
    source = urlsplit(python.address())
    return POLICY.format(inline=inline, network=f" {source.scheme}://{source.netloc}" if source.netloc else "")
