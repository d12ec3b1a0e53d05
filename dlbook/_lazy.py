"""Rooms and chapters load when they are first named, so that `import dlbook` costs nothing."""

from importlib import import_module
from importlib.util import find_spec


def lazy_modules(package: str):
    """The `__getattr__` of a package whose submodules are imported on first use."""

    def __getattr__(name: str):
        if name.startswith("_") or find_spec(f"{package}.{name}") is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return import_module(f"{package}.{name}")

    return __getattr__
