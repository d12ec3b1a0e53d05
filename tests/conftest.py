import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # tests/twins.py is imported by name
