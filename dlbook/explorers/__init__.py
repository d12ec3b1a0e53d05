"""What the reader plays with: one module per explorer, each with `state` and `explorer()`.

A module is called after its chapter, or `<chapter>_<what>` where a chapter has several.
"""

from pathlib import Path

from dlbook._lazy import lazy_modules

__getattr__ = lazy_modules(__name__)


def slugs() -> list[str]:
    """The names of all explorers of the book."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
