"""The examples are scripts: their folder goes on the path, as Python does when it runs one."""

import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
sys.path.insert(0, str(EXAMPLES))
