"""Running a saved report over a book, for whoever may see it (RP-7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import attrs

from revcycle.access import Permission, Viewer, require_permission
from revcycle.accounts import Account
from revcycle.checks import one_of
from revcycle.contacts import Contact
from revcycle.errors import Problem, Proposition, Refused
from revcycle.reports.balances_by_age import ageing
from revcycle.reports.contact_log import contact_activity
from revcycle.reports.contents import (
    ActivityContents,
    AgeingContents,
    BadDebtContents,
    ContactContents,
    RestrictionContents,
)
from revcycle.reports.definitions import ReportDefinition, Visibility
from revcycle.reports.ledger_activity import activity
from revcycle.reports.options import AS_OF, VIEWER, check_options
from revcycle.reports.report import Report, select_columns
from revcycle.reports.restrictions import restricted_patients
from revcycle.reports.written_off import bad_debt

__all__ = ["ReportProblem", "run_report", "visible_reports"]


class ReportProblem(Proposition):
    """Why a saved report is not run."""

    OF_ANOTHER_USER = "Ask its owner to make it a practice report (RP-7)."


def run_report(
    definition: ReportDefinition,
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    contacts: Iterable[Contact] = (),
) -> Report:
    """Make the report that *definition* describes, as *viewer* may see it (RP-7, PR-5).

    Args:
        definition: the saved report.
        accounts: the practice's.
        viewer: who runs it.
        as_of: the day, at its end.
        contacts: for contact activity.

    Raises:
        InvalidRecord: *definition*, *viewer* or *as_of* is something else.
        NotPermitted: *viewer* lacks the Worklists permission.
        Refused: it is another user's own.
    """
    check_options(
        "run_report",
        ("definition", definition, _DEFINITION),
        ("viewer", viewer, VIEWER),
        ("as_of", as_of, AS_OF),
    )
    require_permission("run_report", viewer, Permission.SELF_PAY_WORKLISTS)
    if not _is_visible(definition, viewer):
        detail = f"report {definition.id}, viewer {viewer.id}"
        raise Refused("run_report", [Problem(ReportProblem.OF_ANOTHER_USER, detail)])
    report = _made(definition, accounts, contacts, viewer=viewer, as_of=as_of)
    if definition.columns:
        report = select_columns(report, definition.columns)
    return attrs.evolve(report, title=definition.name)


_DEFINITION: Final = one_of(ReportDefinition)


def visible_reports(
    definitions: Iterable[ReportDefinition], *, viewer: Viewer
) -> tuple[ReportDefinition, ...]:
    """Give the saved reports that *viewer* finds: the practice's and their own (RP-7).

    Raises:
        InvalidRecord: *viewer* is something else.
        NotPermitted: *viewer* lacks the Worklists permission.
    """
    check_options("visible_reports", ("viewer", viewer, VIEWER))
    require_permission("visible_reports", viewer, Permission.SELF_PAY_WORKLISTS)
    return tuple([each for each in definitions if _is_visible(each, viewer)])


def _is_visible(definition: ReportDefinition, viewer: Viewer) -> bool:
    return definition.visibility is Visibility.PRACTICE or definition.owner_id == viewer.id


def _made(
    definition: ReportDefinition,
    accounts: Iterable[Account],
    contacts: Iterable[Contact],
    *,
    viewer: Viewer,
    as_of: date,
) -> Report:
    contents, filters = definition.contents, definition.filters
    match contents:
        case AgeingContents():
            return ageing(
                accounts,
                as_of=as_of,
                basis=contents.basis,
                by=contents.by,
                plans_apart=contents.plans_apart,
                filters=filters,
            )
        case ActivityContents():
            return activity(
                accounts,
                as_of=as_of,
                period=contents.period,
                span=contents.span,
                basis=contents.basis,
                plans_apart=contents.plans_apart,
                filters=filters,
            )
        case BadDebtContents():
            return bad_debt(
                accounts, viewer=viewer, as_of=as_of, span=contents.span, filters=filters
            )
        case RestrictionContents():
            return restricted_patients(accounts, viewer=viewer, as_of=as_of, filters=filters)
        case ContactContents():
            return contact_activity(
                contacts,
                accounts,
                viewer=viewer,
                as_of=as_of,
                span=contents.span,
                is_detailed=contents.is_detailed,
                filters=filters,
            )
