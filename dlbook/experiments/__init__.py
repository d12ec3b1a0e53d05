"""What the chapters measure: one module per chapter, NumPy only, every seed fixed."""

from dlbook._lazy import lazy_modules

__getattr__ = lazy_modules(__name__)
