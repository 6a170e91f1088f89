"""Report definitions: what a practice saves to be run again (RP-7).

    ReportDefinition
      contents            which report, with its options
      ReportSchedule ...  when it is to be run, and for whom

A definition is a value. Running on schedule and sending are the host's; `next_report_on` says
when, `run_report` (in `run`) makes the report.
"""

from __future__ import annotations

import enum
from datetime import date
from typing import Final

import attrs

from revcycle.checks import (
    DATE,
    ID,
    TEXT,
    WORDS,
    Requirement,
    check_fields,
    each,
    one_of,
    optional,
    refuse,
    unique,
)
from revcycle.dates import month_day
from revcycle.reports.contents import ReportContents, columns_of, contents_words, facts_for
from revcycle.reports.filters import filter_words
from revcycle.reports.options import AS_OF, check_options
from revcycle.rules import ALWAYS, Rule, check_rule
from revcycle.tables import legible

__all__ = [
    "Recurrence",
    "ReportDefinition",
    "ReportSchedule",
    "Visibility",
    "describe_report",
    "next_report_on",
]


class Recurrence(enum.Enum):
    """How often a scheduled report is run (RP-7)."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class Visibility(enum.Enum):
    """Who finds a saved report in the library (RP-7)."""

    MINE = "mine"
    PRACTICE = "practice"


@attrs.frozen(kw_only=True)
class ReportSchedule:
    """When a report is to be run, and for whom (RP-7).

    Attributes:
        recurrence: how often.
        from_on: the first day; the others are counted from it, so the 31st comes back after a
            short month.
        until_on: the last day it may be run; None for no end.
        recipient_ids: the users it goes to, one or more.
    """

    recurrence: Recurrence
    from_on: date
    until_on: date | None = None
    recipient_ids: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        """Check the fields; somebody must get it, and it must not end before it begins."""
        check_fields(self, _SCHEDULE)
        unique(self, "recipient_ids", list(self.recipient_ids))
        if not self.recipient_ids:
            refuse(self, "recipient_ids", "hold one or more")
        if self.until_on is not None and self.until_on < self.from_on:
            refuse(self, "until_on", f"be on or after from_on, {self.from_on}")


_SCHEDULE: Final = (
    ("recurrence", one_of(Recurrence)),
    ("from_on", DATE),
    ("until_on", optional(DATE)),
    ("recipient_ids", each(ID)),
)
_RULE: Final = Requirement(lambda v: isinstance(v, Rule), "be a rule")
_CONTENTS: Final = Requirement(
    lambda v: isinstance(v, ReportContents), "be the contents of one of the five reports"
)


@attrs.frozen(kw_only=True)
class ReportDefinition:
    """A saved report (RP-7).

    Attributes:
        id: minted by the host.
        name: the title of what it makes; more than blanks.
        description: what it is for; may be empty.
        category: the part of the library it stands in; may be empty.
        contents: which report, with its options.
        columns: which columns, in order; none named means all.
        filters: what passes, a rule over the facts of the contents.
        owner_id: whose it is.
        visibility: found by its owner alone, or by the whole practice.
        schedules: when it is run, and for whom.
    """

    id: str
    name: str
    description: str = ""
    category: str = ""
    contents: ReportContents
    columns: tuple[str, ...] = ()
    filters: Rule = ALWAYS
    owner_id: str
    visibility: Visibility = Visibility.MINE
    schedules: tuple[ReportSchedule, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Check the fields, and columns and filters against what the report has."""
        check_fields(self, _DEFINITION)
        unique(self, "columns", list(self.columns))
        names = [column.name for column in columns_of(self.contents)]
        if not set(self.columns) <= set(names):
            refuse(self, "columns", f"be of this report's columns: {', '.join(names)}")
        for fault in check_rule(self.filters, vocabulary=facts_for(self.contents)):
            refuse(self, "filters", f"be a rule over this report's facts: {fault}")


_DEFINITION: Final = (
    ("id", ID),
    ("name", WORDS),
    ("description", TEXT),
    ("category", TEXT),
    ("contents", _CONTENTS),
    ("columns", each(TEXT)),
    ("filters", _RULE),
    ("owner_id", ID),
    ("visibility", one_of(Visibility)),
    ("schedules", each(one_of(ReportSchedule))),
)


def next_report_on(schedule: ReportSchedule, *, as_of: date) -> date | None:
    """Give the first day of *schedule* on or after *as_of*; None when it has no more (RP-7).

    Raises:
        InvalidRecord: *as_of* is no plain date.
    """
    check_options("next_report_on", ("as_of", as_of, AS_OF))
    day = _next_day(schedule, as_of)
    return None if day is None or (schedule.until_on or date.max) < day else day


def _next_day(schedule: ReportSchedule, as_of: date) -> date | None:
    """Give the next day whatever the schedule's last one is; None where the calendar ends."""
    first = schedule.from_on
    if as_of <= first:
        return first
    if schedule.recurrence is Recurrence.ONCE:
        return None
    if schedule.recurrence in _DAYS_BETWEEN:
        days = _DAYS_BETWEEN[schedule.recurrence]
        ordinal = as_of.toordinal() + -(as_of - first).days % days
        return date.fromordinal(ordinal) if ordinal <= date.max.toordinal() else None
    months = _MONTHS_BETWEEN[schedule.recurrence]
    steps = ((as_of.year - first.year) * 12 + as_of.month - first.month) // months * months
    day = month_day(first, day=first.day, steps=steps)
    if day >= as_of:
        return day
    is_there = (first.year * 12 + first.month - 1 + steps + months) // 12 <= date.max.year
    return month_day(first, day=first.day, steps=steps + months) if is_there else None


_DAYS_BETWEEN: Final = {Recurrence.DAILY: 1, Recurrence.WEEKLY: 7}
_MONTHS_BETWEEN: Final = {
    Recurrence.MONTHLY: 1,
    Recurrence.QUARTERLY: 3,
    Recurrence.YEARLY: 12,
}


# ---------------------------------------------------------------------------------------- words


def describe_report(definition: ReportDefinition) -> str:
    """Say in English what a definition makes, who finds it and when it is run (RP-7)."""
    contents = definition.contents
    named = f" ({definition.category})" if definition.category else ""
    about = [definition.description] if definition.description else []
    filters = filter_words(definition.filters, facts_for(contents))
    columns = f"; columns {', '.join(definition.columns)}" if definition.columns else ""
    whose = "the whole practice" if definition.visibility is Visibility.PRACTICE else "its owner"
    lines = [
        f"{definition.name}{named}",
        *about,
        f"Shows {contents_words(contents)}{filters}{columns}.",
        f"Of {definition.owner_id}, found by {whose}.",
        *(f"Run {_schedule_words(schedule)}." for schedule in definition.schedules),
    ]
    return "\n".join(map(legible, lines))


def _schedule_words(schedule: ReportSchedule) -> str:
    until = f" until {schedule.until_on}" if schedule.until_on else ""
    whom = ", ".join(schedule.recipient_ids)
    if schedule.recurrence is Recurrence.ONCE:
        return f"once on {schedule.from_on} for {whom}"
    return f"{schedule.recurrence.value} from {schedule.from_on}{until} for {whom}"
