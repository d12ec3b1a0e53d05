"""dlbook: deep learning, three times over (the mathematics, NumPy, PyTorch).

`import dlbook` is light: `dlbook.scratch` (NumPy) and `dlbook.pytorch` load when they are first named.
"""

from dlbook._lazy import lazy_modules

__version__ = "1.1.1"
__getattr__ = lazy_modules(__name__)
