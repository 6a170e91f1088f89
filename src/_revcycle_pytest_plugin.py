"""The pytest plugin: what a host's own tests get for free by having revcycle installed.

A module of its own at top level, and light on purpose. It is loaded in every pytest run of every
host, before coverage starts and where Hypothesis may be missing, so importing it imports neither
revcycle nor Hypothesis. (As a part of `revcycle.testing` it would import Hypothesis, which calls
our own Hypothesis entry point, which would find that package half-imported.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from revcycle.accounts import Account

__all__ = ["check_revcycle_account"]


@pytest.fixture(scope="session")
def check_revcycle_account() -> Callable[[Account], None]:
    """Give a function that fails for an account which breaks an invariant of the library.

    For the tests of a host's own mapping: build an account from stored rows, then check it. It is
    the session's, so that tests under `@given` and fixtures of any scope may ask for it.
    """
    from revcycle.testing import invariants

    return invariants.check_account
