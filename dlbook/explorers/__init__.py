"""What the reader plays with: one module per chapter, each with an `explorer()`."""

from dlbook._lazy import lazy_modules

__getattr__ = lazy_modules(__name__)
