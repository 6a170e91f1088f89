"""Spans of days: the range of a report, the time frames people choose from, calendar periods."""

from __future__ import annotations

import enum
from datetime import date
from typing import Final, TypeAlias

import attrs

from revcycle.checks import DATE, check_fields, optional, refuse
from revcycle.dates import ONE_DAY, month_day

__all__ = [
    "EVER",
    "DateRange",
    "Period",
    "Span",
    "TimeFrame",
    "period_of",
    "range_of",
    "span_words",
]


@attrs.frozen(kw_only=True)
class DateRange:
    """Days from one to another, both included.

    Attributes:
        from_on: the first; None for no beginning.
        to_on: the last; None for no end.
    """

    from_on: date | None = None
    to_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Check the fields and their order."""
        check_fields(self, (("from_on", optional(DATE)), ("to_on", optional(DATE))))
        if self.from_on and self.to_on and self.to_on < self.from_on:
            refuse(self, "to_on", f"be on or after from_on, {self.from_on}")

    def holds(self, day: date) -> bool:
        """Tell whether *day* is one of them."""
        return (self.from_on is None or self.from_on <= day) and (
            self.to_on is None or day <= self.to_on
        )


EVER: Final = DateRange()
"""All days."""


class TimeFrame(enum.Enum):
    """A range that moves with the day of the report, as one is chosen from a menu (RP-5, RP-7)."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"


Span: TypeAlias = DateRange | TimeFrame
"""The days that a report is about: fixed ones, or a time frame."""


class Period(enum.Enum):
    """How long the periods of an activity report are (RP-2)."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_DAYS_BACK: Final = {TimeFrame.TODAY: 0, TimeFrame.YESTERDAY: 1}
_MONTHS: Final = {
    TimeFrame.THIS_MONTH: (1, 0),
    TimeFrame.LAST_MONTH: (1, -1),
    TimeFrame.THIS_QUARTER: (3, 0),
    TimeFrame.LAST_QUARTER: (3, -1),
    TimeFrame.THIS_YEAR: (12, 0),
    TimeFrame.LAST_YEAR: (12, -1),
}
"""How many months a frame has, and how many such frames it begins from the present one."""


def range_of(span: Span, *, as_of: date) -> DateRange:
    """Give the days of *span* on *as_of*; a time frame of the present ends with it."""
    if isinstance(span, DateRange):
        return span
    if span in _DAYS_BACK:
        day = as_of - _DAYS_BACK[span] * ONE_DAY
        return DateRange(from_on=day, to_on=day)
    months, steps = _MONTHS[span]
    present = date(as_of.year, (as_of.month - 1) // months * months + 1, 1)
    first = month_day(present, day=1, steps=steps * months)
    last = as_of if steps == 0 else present - ONE_DAY
    return DateRange(from_on=first, to_on=last)


def period_of(day: date, period: Period) -> str:
    """Name the period that *day* is in; the names sort as the periods do."""
    match period:
        case Period.DAY:
            return day.isoformat()
        case Period.MONTH:
            return f"{day.year:04}-{day.month:02}"
        case Period.QUARTER:
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case Period.YEAR:
            return f"{day.year:04}"


def span_words(span: Span) -> str:
    """Say *span* in English, to follow a verb such as "posted"; all days are "on any day"."""
    if isinstance(span, TimeFrame):
        return span.value.replace("_", " ")
    first, last = span.from_on, span.to_on
    if first is None:
        return "on any day" if last is None else f"up to {last}"
    if last is None:
        return f"from {first}"
    return f"on {first}" if first == last else f"from {first} to {last}"
