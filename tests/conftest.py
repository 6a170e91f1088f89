"""How hard Hypothesis looks: choose with ``--hypothesis-profile``.

- ``dev``: a quick random hunt on every run; what it finds is kept and tried first the next time.
- ``ci``: the same examples on every machine, so a failure there is a failure here.
- ``coverage``: as ``ci`` but few examples, for a tracer makes each of them slow.
- ``nightly``: a long random hunt.

No profile suppresses a health check: a test that must says so itself, with its reason.
"""

import gc
import os

from hypothesis import settings

settings.register_profile("dev", max_examples=20, deadline=None)
settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, database=None, print_blob=True
)
settings.register_profile("coverage", settings.get_profile("ci"), max_examples=50)
settings.register_profile("nightly", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_collection_finish() -> None:
    """Let the collector pass over what lives as long as the tests: an eighth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
