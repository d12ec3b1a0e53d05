import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # tests/twins.py is imported by name

# The same examples on every machine, however busy it is: a red test is then red everywhere.
# In the page's Python, which is slower, fewer: CPython has tried them all.
examples = 20 if sys.platform == "emscripten" else 100
settings.register_profile("book", deadline=None, derandomize=True, max_examples=examples)
settings.load_profile("book")


@pytest.fixture(autouse=True)
def the_same_draws(request):
    """A module's `rng` starts anew for each test: what a test sees does not depend on the tests before it."""
    if hasattr(request.module, "rng"):
        request.module.rng = np.random.default_rng(0)
