"""What myst-nb makes of an explorer: a figure that shows its first state at once and lives without a kernel."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from docutils import nodes

from dlbook.explore.explorer import MIME

FOLDER = "explorers"  # in `_static`
STILL = Path(__file__).parents[1] / "explore" / "still.mjs"


def figure(payload: dict) -> str:
    """The figure of an explorer: its first state, drawn by the very module that moves it, and its data."""
    node = shutil.which("node")
    if node is None:
        raise RuntimeError(
            "node is missing: the book's environment has one (make book), or install Node.js 20 or newer"
        )
    drawn = subprocess.run(
        [node, str(STILL)], input=json.dumps(payload), capture_output=True, text=True, encoding="utf-8"
    )
    if drawn.returncode:
        raise RuntimeError(f"the explorer {payload['slug']!r} could not be drawn:\n{drawn.stderr}")
    data = json.dumps(payload, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<figure class="explorer" data-explorer="{payload["slug"]}">{drawn.stdout}'
        f'<script type="application/json">{data}</script></figure>'
    )


FIGURE = r'<figure class="explorer" data-explorer="([^"]+)">'
STATES = re.compile(rf'({FIGURE}.*?)<script type="application/json">(.*?)</script></figure>', re.S)


def states_apart(app, pagename, templatename, context, doctree) -> None:
    """Moves the states of a page's explorers into a script each, which the page loads when the explorer comes near."""
    context["body"] = apart(context.get("body", ""), Path(app.outdir) / "_static")


def apart(body: str, static: Path) -> str:
    def moved(found: re.Match) -> str:
        still, slug, states = found.groups()
        (static / FOLDER).mkdir(parents=True, exist_ok=True)
        script = f'(window.dlbookExplorers ??= {{}})["{slug}"] = {states};\n'
        (static / FOLDER / f"{slug}.js").write_text(script, encoding="utf-8")
        return f"{still}</figure>"

    return STATES.sub(moved, body)


def keep_states(site: Path) -> None:
    """Pages that have not changed are not written again: their scripts must still be there, and no others."""
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    wanted = {slug for page in pages for slug in re.findall(FIGURE, page)}
    scripts = {path.stem: path for path in (site / "_static" / FOLDER).glob("*.js")}
    for slug in scripts.keys() - wanted:
        scripts[slug].unlink()
    if missing := sorted(wanted - scripts.keys()):
        raise RuntimeError(f"the states of the explorers {missing} are gone: run `make clean book`")


class DlbookRenderer:
    """The entry point `myst_nb.mime_renderers`."""

    mime_priority_overrides = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline_render):
        if data.mime_type != MIME or inline_render:
            return None
        payload = data.content if isinstance(data.content, dict) else json.loads(data.content)
        return [nodes.raw(text=figure(payload), format="html")]
