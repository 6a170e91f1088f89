"""What to install where a module needs more than a plain install brings.

Python would only say that another project's package is missing, which tells nobody what to do.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["needs_extra"]


@contextmanager
def needs_extra(extra: str) -> Generator[None]:
    """Import the packages of *extra* under this, so that a missing one is said with the way out.

    Args:
        extra: the name of the extra, as in ``revcycle[html]``.

    Raises:
        ModuleNotFoundError: a package is missing; `name` is the module's, as Python gives it.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        way_out = f'pip install "revcycle[{extra}]"'
        raise ModuleNotFoundError(
            f"{missing}: {way_out}", name=missing.name, path=missing.path
        ) from missing
