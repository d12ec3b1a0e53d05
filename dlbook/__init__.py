"""dlbook: deep learning, three times over (the mathematics, NumPy, PyTorch).

`import dlbook` is light: `dlbook.scratch` (NumPy) and `dlbook.pytorch` load when they are first named.
"""

from importlib import import_module

__version__ = "0.1.0"
_ROOMS = ("scratch", "pytorch", "explorers", "exercises", "experiments", "figures", "data", "concepts")


def __getattr__(name: str):
    if name in _ROOMS:
        return import_module(f"dlbook.{name}")
    raise AttributeError(f"module 'dlbook' has no attribute {name!r}")
