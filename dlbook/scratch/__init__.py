"""The NumPy room: every concept from scratch. One module per concept family; the same names as in dlbook.pytorch."""

from dlbook._lazy import lazy_modules
from dlbook.scratch.gradcheck import gradcheck as gradcheck

__getattr__ = lazy_modules(__name__)
