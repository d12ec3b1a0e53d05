"""Build the book's wheel and say its size and hash: `python tools/build_wheel.py` (`make wheel`)."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from dlbook.site import wheel  # noqa: E402

built = wheel.build(ROOT / "dist")
print(f"{built}: {built.stat().st_size / 1e6:.1f} MB, sha256 {wheel.sha256(built)}")
