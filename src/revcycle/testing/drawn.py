"""Random decisions made by Hypothesis, for whatever draws from `Choices`."""

from __future__ import annotations

from revcycle._extras import needs_extra

with needs_extra("testing"):
    from hypothesis import strategies as st

__all__ = ["DrawnChoices"]


class DrawnChoices:
    """Choices that Hypothesis makes, and so can shrink."""

    __slots__ = ("_draw", "_integers")

    def __init__(self, draw: st.DrawFn) -> None:
        """Ask *draw*, as a composite strategy is given it."""
        self._draw = draw
        # A history draws some hundred numbers, most of them within the same few bounds.
        self._integers: dict[tuple[int, int], st.SearchStrategy[int]] = {}

    def integer(self, low: int, high: int) -> int:
        """Give a whole number from *low* to *high*, both included."""
        strategy = self._integers.get((low, high))
        if strategy is None:
            strategy = self._integers[low, high] = st.integers(low, high)
        return self._draw(strategy)
