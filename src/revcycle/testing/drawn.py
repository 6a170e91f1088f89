"""Random decisions made by Hypothesis, for whatever draws from `Choices`."""

from __future__ import annotations

from functools import lru_cache

from hypothesis import strategies as st

__all__ = ["DrawnChoices"]


class DrawnChoices:
    """Choices that Hypothesis makes, and so can shrink."""

    __slots__ = ("_draw",)

    def __init__(self, draw: st.DrawFn) -> None:
        """Ask *draw*, as a composite strategy is given it."""
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """Give a whole number from *low* to *high*, both included."""
        return self._draw(_integers(low, high))


# Thousands are drawn for one history, most of them within the same few bounds.
_integers = lru_cache(maxsize=1024)(st.integers)
