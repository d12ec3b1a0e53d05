"""The PyTorch room: the same names and signatures as in dlbook.scratch, on tensors."""

from dlbook._lazy import lazy_modules
from dlbook.pytorch.gradcheck import gradcheck as gradcheck

__getattr__ = lazy_modules(__name__)
