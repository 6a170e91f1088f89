"""The contents of a saved report: which of the five it is, with its options (RP-7)."""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs

from revcycle.checks import FLAG, check_fields, one_of
from revcycle.errors import InvalidRecord
from revcycle.reports.balances_by_age import GroupBy, ageing_columns
from revcycle.reports.contact_log import CONTACT_COLUMNS, CONTACT_SUMMARY_COLUMNS
from revcycle.reports.filters import (
    CHARGE_FACTS,
    CONTACT_FACTS,
    PATIENT_FACTS,
    TRANSACTION_FACTS,
)
from revcycle.reports.history import Basis
from revcycle.reports.ledger_activity import activity_columns
from revcycle.reports.report import Column
from revcycle.reports.restrictions import RESTRICTION_COLUMNS
from revcycle.reports.spans import EVER, SPAN, Period, Span, span_words
from revcycle.reports.written_off import BAD_DEBT_COLUMNS
from revcycle.rules import Vocabulary

__all__ = [
    "ActivityContents",
    "AgeingContents",
    "BadDebtContents",
    "ContactContents",
    "ReportContents",
    "RestrictionContents",
    "columns_of",
    "contents_words",
    "facts_for",
]


@attrs.frozen(kw_only=True)
class AgeingContents:
    """An ageing of patient balances (RP-1). The fields are the options of `ageing`."""

    basis: Basis = Basis.RECEIVED
    by: GroupBy = GroupBy.PRACTICE
    plans_apart: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(
            self, (("basis", one_of(Basis)), ("by", one_of(GroupBy)), ("plans_apart", FLAG))
        )


@attrs.frozen(kw_only=True)
class ActivityContents:
    """Activity by period (RP-2). The fields are the options of `activity`."""

    period: Period = Period.MONTH
    span: Span = EVER
    basis: Basis = Basis.RECEIVED
    plans_apart: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _ACTIVITY)


_ACTIVITY: Final = (
    ("period", one_of(Period)),
    ("span", SPAN),
    ("basis", one_of(Basis)),
    ("plans_apart", FLAG),
)


@attrs.frozen(kw_only=True)
class BadDebtContents:
    """Bad debt by claim (RP-3); the span is the range of posting dates."""

    span: Span = EVER

    def __attrs_post_init__(self) -> None:
        """Check the field."""
        check_fields(self, (("span", SPAN),))


@attrs.frozen
class RestrictionContents:
    """Patients restricted for self-pay (RP-4)."""


@attrs.frozen(kw_only=True)
class ContactContents:
    """Contact activity (RP-5), summed up or in detail."""

    span: Span = EVER
    is_detailed: bool = False

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (("span", SPAN), ("is_detailed", FLAG)))


ReportContents: TypeAlias = (
    AgeingContents | ActivityContents | BadDebtContents | RestrictionContents | ContactContents
)
"""Which report a definition is about, with its options."""


_MUST: Final = "be the contents of one of the five reports"
_FACTS: Final[dict[type, Vocabulary]] = {
    AgeingContents: CHARGE_FACTS,
    ActivityContents: TRANSACTION_FACTS,
    BadDebtContents: TRANSACTION_FACTS,
    RestrictionContents: PATIENT_FACTS,
    ContactContents: CONTACT_FACTS,
}


def columns_of(contents: ReportContents) -> tuple[Column, ...]:
    """Give the columns that a report of *contents* has (RP-7).

    Raises:
        InvalidRecord: *contents* is something else.
    """
    match contents:
        case AgeingContents():
            return ageing_columns(by=contents.by, plans_apart=contents.plans_apart)
        case ActivityContents():
            return activity_columns(plans_apart=contents.plans_apart)
        case BadDebtContents():
            return BAD_DEBT_COLUMNS
        case RestrictionContents():
            return RESTRICTION_COLUMNS
        case ContactContents():
            return CONTACT_COLUMNS if contents.is_detailed else CONTACT_SUMMARY_COLUMNS
        case _:
            raise InvalidRecord("columns_of", "contents", contents, _MUST)


def facts_for(contents: ReportContents) -> Vocabulary:
    """Give the facts that a filter of a report of *contents* may ask (RP-7).

    Raises:
        InvalidRecord: *contents* is something else.
    """
    if type(contents) not in _FACTS:
        raise InvalidRecord("facts_for", "contents", contents, _MUST)
    return _FACTS[type(contents)]


def contents_words(contents: ReportContents) -> str:
    """Say in English what a report of *contents* shows (RP-7)."""
    match contents:
        case AgeingContents():
            apart = ", payment plans apart" if contents.plans_apart else ""
            by = "" if contents.by is GroupBy.PRACTICE else f" by {contents.by.value}"
            return f"the ageing of patient balances{by}, {contents.basis.value} basis{apart}"
        case ActivityContents():
            apart = ", payment plans apart" if contents.plans_apart else ""
            when = f"{contents.basis.value} {span_words(contents.span)}"
            return f"activity by {contents.period.value}, {when}{apart}"
        case BadDebtContents():
            return f"bad debt by claim, posted {span_words(contents.span)}"
        case RestrictionContents():
            return "patients restricted for self-pay, Yes or No"
        case ContactContents():
            how = "each contact" if contents.is_detailed else "contacts counted"
            return f"{how}, {span_words(contents.span)}"
