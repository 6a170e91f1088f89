"""Patients with a health-plan restriction, Yes or No (RP-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from revcycle.access import Permission, Viewer, require_permission
from revcycle.accounts import Account, Patient
from revcycle.dunning import folded_name, restriction_on
from revcycle.reports.filters import PATIENT_FACTS, PatientFacts, filter_words
from revcycle.reports.options import AS_OF, VIEWER, check_filters, check_options
from revcycle.reports.report import Column, ColumnKind, Report, make_report
from revcycle.rules import ALWAYS, Rule, compile_rule
from revcycle.tables import Cell
from revcycle.worklists import MASK, is_patient_masked, shown_name

__all__ = ["RESTRICTION_COLUMNS", "restricted_patients"]

RESTRICTION_COLUMNS: Final = (
    Column(name="Patient"),
    Column(name="Patient id"),
    Column(name="Self-pay restricted", kind=ColumnKind.FLAG),
    Column(name="From", kind=ColumnKind.DATE),
    Column(name="Lifted", kind=ColumnKind.DATE),
)
"""The columns of the report of restricted patients, in order."""


def restricted_patients(
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    filters: Rule = ALWAYS,
) -> Report:
    """List the patients and whether each had a health-plan restriction on *as_of* (RP-4, PR-7).

    A patient whom *viewer* may not know is a Yes or No without name and id, comes last and is in
    no file (PR-3). Who a patient is stands as it is registered now.

    Args:
        accounts: the practice's; they may come one by one and are not kept.
        viewer: who reads it.
        as_of: the day.
        filters: which patients, over `PATIENT_FACTS`.

    Raises:
        InvalidRecord: an option is not what it must be.
        NotPermitted: *viewer* lacks the Worklists permission.
        UnknownFact: the filters ask for a fact that there is not.
    """
    check_options("restricted_patients", ("viewer", viewer, VIEWER), ("as_of", as_of, AS_OF))
    check_filters("restricted_patients", filters, PATIENT_FACTS)
    require_permission("restricted_patients", viewer, Permission.SELF_PAY_WORKLISTS)
    passes = compile_rule(filters)
    shown: list[tuple[tuple[str, str, str], tuple[Cell, ...]]] = []
    masked: list[tuple[Cell, ...]] = []
    for account in accounts:
        for member in account.members:
            patient = member.patient
            figures = _figures(patient, as_of)
            if not passes(_facts(patient, is_restricted=figures[0])):
                continue
            if is_patient_masked(patient, viewer):
                masked.append((MASK, None, *figures))
            else:
                names = (folded_name(patient.last_name), folded_name(patient.first_name))
                shown.append(((*names, patient.id), (shown_name(patient), patient.id, *figures)))
    return make_report(
        "Patients restricted for self-pay",
        f"Yes or No on {as_of}{filter_words(filters, PATIENT_FACTS)}",
        RESTRICTION_COLUMNS,
        [row for _, row in sorted(shown, key=lambda each: each[0])],
        masked=masked,
        as_of=as_of,
    )


def _figures(patient: Patient, as_of: date) -> tuple[bool, date | None, date | None]:
    """Give Yes or No on *as_of*, and what was known by then of the latest restriction."""
    wish = restriction_on(patient, as_of=as_of)
    if wish is None:
        return False, None, None
    is_lifted = wish.until_on is not None and wish.until_on <= as_of
    return not is_lifted, wish.from_on, wish.until_on if is_lifted else None


def _facts(patient: Patient, *, is_restricted: bool) -> PatientFacts:
    return PatientFacts(
        is_restricted=is_restricted,
        primary_department_id=patient.primary_department_id,
        usual_provider_id=patient.usual_provider_id,
        insurance_class=patient.insurance_class.value,
    )
