"""The picture of an explorer that a saved notebook keeps: what is seen where no kernel answers.

`stills/<slug>.svg` is the explorer's first state, drawn by the module that moves it (`python tools/stills.py`): who
reads a notebook has no Node.
"""

import base64
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parent / "stills"
# While the explorer lives it hides its picture (widget.js); where it does not, JupyterLab has an error to say after it.
STYLE = (
    "<style>.jp-OutputArea-child:has(.dlbook-still[hidden]), "
    ".jp-OutputArea-child:has(.dlbook-still:not([hidden])) + .jp-OutputArea-child { display: none }</style>"
)


def html(spec: dict, key: str) -> str:
    """Title, description and picture; an explorer that is not the book's own has no picture."""
    path, alt = FOLDER / f"{spec['slug']}.svg", escape(spec["alt"])
    image = ""
    if path.exists():
        drawn = base64.b64encode(path.read_bytes()).decode()
        image = f'<p><img src="data:image/svg+xml;base64,{drawn}" alt="{alt}" style="max-width:100%"></p>'
    words = f"<p><strong>{escape(spec['title'])}</strong></p><p>{alt} Run this cell to move it.</p>"
    return f'{STYLE}<div class="dlbook-still" data-still="{key}">{words}{image}</div>'
