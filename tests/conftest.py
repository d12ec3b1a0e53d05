import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # tests/twins.py is imported by name

# The same examples on every machine, however busy it is: a red test is then red everywhere.
settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")
