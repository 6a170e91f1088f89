"""Where random decisions come from: one question, asked of Hypothesis or of a seed.

Everything random in the test kit is a whole number between two bounds, the simplest choice being
the lower one, so that whoever answers can also shrink.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

__all__ = ["Choices", "SeededChoices", "chance", "pick", "pick_weighted"]

T = TypeVar("T")


class Choices(Protocol):
    """A source of choice."""

    def integer(self, low: int, high: int) -> int:
        """Give a whole number from *low* to *high*, both included."""
        ...


class SeededChoices:
    """Choices that a seed fixes, the same on every machine: a hash of seed and count."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        """Start from *seed*."""
        self._state = _mixed((seed * _GOLDEN + 1) & _MASK)

    def integer(self, low: int, high: int) -> int:
        """Give the next number from *low* to *high*, both included."""
        self._state = (self._state + _GOLDEN) & _MASK
        return low + _mixed(self._state) % (high - low + 1)


def pick(choices: Choices, options: Sequence[T]) -> T:
    """Choose one of *options*, of which there is at least one; the first is the simplest."""
    return options[choices.integer(0, len(options) - 1)]


def pick_weighted(choices: Choices, options: Sequence[tuple[T, int]]) -> T:
    """Choose one of *options*, each as likely as its weight says."""
    ticket = choices.integer(1, sum(weight for _, weight in options))
    for option, weight in options:
        ticket -= weight
        if ticket <= 0:
            return option
    return options[-1][0]


def chance(choices: Choices, percent: int) -> bool:
    """Say yes in *percent* of 100 cases; no is the simpler answer."""
    return choices.integer(1, 100) > 100 - percent


# SplitMix64: short, and good enough for choosing.
_MASK: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15


def _mixed(state: int) -> int:
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
    return state ^ (state >> 31)
