"""Draw the picture that a saved notebook keeps of each explorer: `python tools/stills.py` (about ten seconds).

They lie in `dlbook/explore/stills`, for a reader's notebook has no Node; a test holds them to what Node draws.
"""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from dlbook import explorers  # noqa: E402
from dlbook.explore.still import FOLDER  # noqa: E402

DRAW = ROOT / "dlbook" / "explore" / "picture.mjs"


def pictures(slugs: list[str]) -> dict[str, str]:
    """The first state of each explorer as SVG."""
    payloads = [import_module(f"dlbook.explorers.{slug}").explorer().opening() for slug in slugs]
    command = ["node", str(DRAW)]
    drawn = subprocess.run(command, input=json.dumps(payloads), stdout=subprocess.PIPE, text=True, check=True).stdout
    return {slug: f"{picture}\n" for slug, picture in zip(slugs, json.loads(drawn), strict=True)}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    drawn = pictures(explorers.slugs())
    for path in FOLDER.glob("*.svg"):
        if path.stem not in drawn:
            path.unlink()
    for slug, picture in drawn.items():
        path = FOLDER / f"{slug}.svg"
        if not path.exists() or path.read_text(encoding="utf-8") != picture:
            path.write_text(picture, encoding="utf-8")
            print(f"drew {slug}")


if __name__ == "__main__":
    main()
