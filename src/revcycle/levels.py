"""Dunning levels: two tracks and one order of severity.

Numbers are names here, not sizes: in six pairs the smaller number is the more severe (DL-2).
So a level is an enum member that compares by severity, and ``max`` of levels is right.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

__all__ = ["LEVELS", "DunningLevel", "Track", "least_severe", "level", "most_severe"]

_SEVERITY_ORDER: Final = (0, 1, 5, 2, 6, 3, 7, 4, 8)
_LAST_OF_STANDARD: Final = 4
_TERMINAL: Final = frozenset({4, 8})
_FINAL_NOTICE: Final = frozenset({3, 7})


class Track(enum.Enum):
    """Which rule moves a charge: the statement cycle, or the payment plan (DL-1)."""

    STANDARD = "standard"
    PLAN = "plan"


class DunningLevel(enum.Enum):
    """A dunning level, 0 to 8 (DL-1). ``<`` and ``max`` go by severity (DL-2).

    Attributes:
        number: 0 to 8, as printed and stored.
        severity: 0 (least) to 8 (most); 0,1,5,2,6,3,7,4,8 in that order.
        track: standard for 1-4, plan for 5-8, None for 0, which both share.
        is_terminal: 4 and 8 are not left by time (DL-5).
        is_final_notice: 3 and 7, whose statement goes on paper too (ST-7).
    """

    LEVEL_0 = 0
    LEVEL_1 = 1
    LEVEL_2 = 2
    LEVEL_3 = 3
    LEVEL_4 = 4
    LEVEL_5 = 5
    LEVEL_6 = 6
    LEVEL_7 = 7
    LEVEL_8 = 8

    number: int
    severity: int
    track: Track | None
    is_terminal: bool
    is_final_notice: bool

    def __init__(self, number: int) -> None:
        """Work out once what hot loops ask often."""
        self.number = number
        self.severity = _SEVERITY_ORDER.index(number)
        self.track = (
            None if number == 0 else Track.STANDARD if number <= _LAST_OF_STANDARD else Track.PLAN
        )
        self.is_terminal = number in _TERMINAL
        self.is_final_notice = number in _FINAL_NOTICE

    def __lt__(self, other: DunningLevel) -> bool:
        """Compare by severity."""
        return self.severity < other.severity

    def __le__(self, other: DunningLevel) -> bool:
        """Compare by severity."""
        return self.severity <= other.severity

    def __gt__(self, other: DunningLevel) -> bool:
        """Compare by severity."""
        return self.severity > other.severity

    def __ge__(self, other: DunningLevel) -> bool:
        """Compare by severity."""
        return self.severity >= other.severity

    def __repr__(self) -> str:
        """Show the number the field speaks of."""
        return f"DunningLevel({self.number})"

    def __str__(self) -> str:
        """Write the number."""
        return str(self.number)


LEVELS: Final[tuple[DunningLevel, ...]] = tuple(DunningLevel)
"""All nine, indexed by number."""

_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7, _L8 = LEVELS

# Indexed by number, so that the statement run does no arithmetic on level numbers.
STANDARD_AFTER: Final = (_L1, _L2, _L3, _L4, _L4, _L5, _L6, _L7, _L8)
"""Where one missed statement cycle leads a standard charge (DL-3)."""
PLAN_AFTER: Final = (_L5, _L1, _L2, _L3, _L4, _L6, _L7, _L8, _L8)
"""Where one missed minimum leads a plan charge (DL-4)."""
ONE_LOWER: Final = (_L0, _L0, _L1, _L2, _L3, _L0, _L5, _L6, _L7)
"""One step down a track, for the switches of DL-7 and DL-8."""
STANDARD_EQUIVALENT: Final = (_L0, _L1, _L2, _L3, _L4, _L1, _L2, _L3, _L4)
"""The standard level that a plan level stands for when the plan is left (DL-11)."""


def level(number: int) -> DunningLevel:
    """Give the level with that *number*.

    Raises:
        IndexError: the number is not 0 to 8.
    """
    if type(number) is not int or number < 0:
        raise IndexError(number)
    return LEVELS[number]


def most_severe(levels: Iterable[DunningLevel]) -> DunningLevel:
    """Give the most severe of *levels*; none gives 0 (DL-2)."""
    return max(levels, default=_L0)


def least_severe(levels: Iterable[DunningLevel]) -> DunningLevel:
    """Give the least severe of *levels*; none gives 0 (DL-2)."""
    return min(levels, default=_L0)
