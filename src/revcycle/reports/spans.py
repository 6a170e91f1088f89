"""Spans of days: the range of a report, the time frames people choose from, calendar periods."""

from __future__ import annotations

import enum
from datetime import date
from typing import Final, TypeAlias

import attrs

from revcycle.checks import COUNT, DATE, Requirement, check_fields, one_of, optional, refuse
from revcycle.dates import ONE_DAY, month_day
from revcycle.errors import InvalidRecord

__all__ = [
    "EVER",
    "SPAN",
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


class Period(enum.Enum):
    """How long the periods of an activity report are, and time frames (RP-2)."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@attrs.frozen(kw_only=True)
class TimeFrame:
    """A range that moves with the day of the report, as one is chosen from a menu (RP-5, RP-7).

    Attributes:
        period: a day, month, quarter or year of the calendar.
        back: how many periods ago; 0 for the present one, which ends with the day.
    """

    period: Period
    back: int = 0

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("period", one_of(Period)), ("back", COUNT)))


TODAY: Final = TimeFrame(period=Period.DAY)
YESTERDAY: Final = TimeFrame(period=Period.DAY, back=1)
THIS_MONTH: Final = TimeFrame(period=Period.MONTH)
LAST_MONTH: Final = TimeFrame(period=Period.MONTH, back=1)
THIS_QUARTER: Final = TimeFrame(period=Period.QUARTER)
LAST_QUARTER: Final = TimeFrame(period=Period.QUARTER, back=1)
THIS_YEAR: Final = TimeFrame(period=Period.YEAR)
LAST_YEAR: Final = TimeFrame(period=Period.YEAR, back=1)

Span: TypeAlias = DateRange | TimeFrame
"""The days that a report is about: fixed ones, or a time frame."""

SPAN: Final = Requirement(
    lambda v: type(v) in {DateRange, TimeFrame}, "be a DateRange or a TimeFrame"
)
"""What an option that is a span must be."""

_MONTHS: Final = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


def range_of(span: Span, *, as_of: date) -> DateRange:
    """Give the days of *span* on *as_of*; a time frame of the present ends with it.

    Raises:
        InvalidRecord: *span* or *as_of* is something else, or a time frame reaches back to before
            the calendar begins.
    """
    for option, value, requirement in (("span", span, SPAN), ("as_of", as_of, DATE)):
        if not requirement.holds(value):
            raise InvalidRecord("range_of", option, value, requirement.must)
    if isinstance(span, DateRange):
        return span
    if span.period is Period.DAY:
        past = as_of.toordinal() - span.back
        if past < date.min.toordinal():
            raise _too_far_back(span, as_of)
        day = date.fromordinal(past)
        return DateRange(from_on=day, to_on=day)
    months = _MONTHS[span.period]
    # Months are counted from the first one of the calendar.
    past = ((as_of.year - 1) * 12 + as_of.month - 1) // months - span.back
    if past < 0:
        raise _too_far_back(span, as_of)
    first = month_day(date.min, day=1, steps=past * months)
    if not span.back:
        return DateRange(from_on=first, to_on=as_of)
    return DateRange(from_on=first, to_on=month_day(first, day=1, steps=months) - ONE_DAY)


def _too_far_back(frame: TimeFrame, as_of: date) -> InvalidRecord:
    must = f"reach back from {as_of} no further than the calendar, to {date.min}"
    return InvalidRecord("TimeFrame", "back", frame.back, must)


def period_of(day: date, period: Period) -> str:
    """Name the period that *day* is in; the names sort as the periods do.

    Raises:
        InvalidRecord: *period* is something else.
    """
    match period:
        case Period.DAY:
            return day.isoformat()
        case Period.MONTH:
            return f"{day.year:04}-{day.month:02}"
        case Period.QUARTER:
            return f"{day.year:04}-Q{(day.month + 2) // 3}"
        case Period.YEAR:
            return f"{day.year:04}"
        case _:
            raise InvalidRecord("period_of", "period", period, one_of(Period).must)


def span_words(span: Span) -> str:
    """Say *span* in English, to follow a verb such as "posted"; all days are "on any day"."""
    if isinstance(span, TimeFrame):
        return _frame_words(span)
    first, last = span.from_on, span.to_on
    if first is None:
        return "on any day" if last is None else f"up to {last}"
    if last is None:
        return f"from {first}"
    return f"on {first}" if first == last else f"from {first} to {last}"


def _frame_words(frame: TimeFrame) -> str:
    noun, back = frame.period.value, frame.back
    if back > 1:
        return f"{back} {noun}s ago"
    if frame.period is Period.DAY:
        return "yesterday" if back else "today"
    return f"{'last' if back else 'this'} {noun}"
