"""Hypothesis strategies for saved reports: every kind, every option, filters that fit."""

from __future__ import annotations

from datetime import date, timedelta

from revcycle._extras import needs_extra

with needs_extra("testing"):
    from hypothesis import strategies as st

from revcycle.reports import (
    ActivityContents,
    AgeingContents,
    BadDebtContents,
    Basis,
    ContactContents,
    DateRange,
    GroupBy,
    Period,
    Recurrence,
    ReportContents,
    ReportDefinition,
    ReportSchedule,
    RestrictionContents,
    Span,
    TimeFrame,
    Visibility,
    columns_of,
    facts_for,
)
from revcycle.rules import ALWAYS, check_rule
from revcycle.testing.rule_strategies import rules

__all__ = ["report_contents", "report_definitions", "report_schedules", "spans"]

_DAYS = (date(2024, 1, 31), date(2024, 2, 29), date(2025, 7, 1), date(2025, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """All days, ranges open on either side or of one day, time frames of now and before."""
    first = draw(st.sampled_from(_DAYS))
    last = first + timedelta(days=draw(st.sampled_from((0, 1, 90))))
    if draw(st.booleans()):
        return TimeFrame(period=draw(st.sampled_from(Period)), back=draw(st.integers(0, 3)))
    return DateRange(
        from_on=draw(st.sampled_from((None, first))), to_on=draw(st.sampled_from((None, last)))
    )


@st.composite
def report_contents(draw: st.DrawFn) -> ReportContents:
    """Each of the five reports, with any options."""
    basis, apart = draw(st.sampled_from(Basis)), draw(st.booleans())
    drawn: list[ReportContents] = [
        AgeingContents(basis=basis, by=draw(st.sampled_from(GroupBy)), plans_apart=apart),
        ActivityContents(
            period=draw(st.sampled_from(Period)),
            span=draw(spans()),
            basis=basis,
            plans_apart=apart,
        ),
        BadDebtContents(span=draw(spans())),
        RestrictionContents(),
        ContactContents(span=draw(spans()), is_detailed=draw(st.booleans())),
    ]
    return draw(st.sampled_from(drawn))


@st.composite
def report_schedules(draw: st.DrawFn) -> ReportSchedule:
    """Every recurrence, from the end of a month too, without end or for a while (RP-7)."""
    from_on = draw(st.sampled_from(_DAYS))
    lasts = draw(st.sampled_from((None, 0, 40, 800)))
    return ReportSchedule(
        recurrence=draw(st.sampled_from(Recurrence)),
        from_on=from_on,
        until_on=None if lasts is None else from_on + timedelta(days=lasts),
        recipient_ids=tuple(draw(st.lists(st.sampled_from("uvw"), min_size=1, unique=True))),
    )


@st.composite
def report_definitions(draw: st.DrawFn, *, id: str | None = None) -> ReportDefinition:  # noqa: A002  (the record's own name)
    """Saved reports of every kind: some columns or all, a filter that fits or none (RP-7)."""
    number = draw(st.integers(1, 99))
    contents = draw(report_contents())
    names = [column.name for column in columns_of(contents)]
    vocabulary = facts_for(contents)
    filters = rules(vocabulary, conditions_max=3).filter(
        lambda rule: not check_rule(rule, vocabulary=vocabulary)
    )
    return ReportDefinition(
        id=f"r{number}" if id is None else id,
        name=draw(st.sampled_from((f"Report {number}", f"Müller's {number}"))),
        description=draw(st.sampled_from(("", "For the partners' meeting."))),
        category=draw(st.sampled_from(("", "Finance"))),
        contents=contents,
        columns=tuple(draw(st.lists(st.sampled_from(names), unique=True))),
        filters=draw(st.just(ALWAYS) | filters),
        owner_id=draw(st.sampled_from("uvw")),
        visibility=draw(st.sampled_from(Visibility)),
        schedules=tuple(draw(st.lists(report_schedules(), max_size=2))),
    )
