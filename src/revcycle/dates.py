"""Calendar dates: month steps from an anchor, windows, the roll over closed days.

A date is a calendar date in the practice's own time zone (M-2). Nothing here reads a clock.
This is the only module that imports dateutil.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

__all__ = ["ONE_DAY", "is_date", "month_day", "roll_forward"]

ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def is_date(value: object) -> bool:
    """Tell whether *value* is a plain date; a datetime, a date to isinstance, is not."""
    return type(value) is date


def month_day(start: date, *, day: int, steps: int) -> date:
    """Give day *day* of the month that is *steps* months after *start*'s month (PL-3).

    A month too short for *day* gives its last day. Every step is taken from *start*, so a 31st
    comes back after February: chained steps would stay on the 28th.
    """
    return start + relativedelta(months=steps, day=day)


def roll_forward(day: date, *, closed_on: Collection[date]) -> date:
    """Give the first day on or after *day* that is no Saturday, Sunday or closed day (AL-3)."""
    while day.weekday() >= _SATURDAY or day in closed_on:
        day += ONE_DAY
    return day
