"""Contact activity: which patients were reached for, how, and what came of it (RP-5)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import attrs

from revcycle.access import Permission, Viewer, require_permission, sees_everyone
from revcycle.accounts import Account, Patient
from revcycle.contacts import Contact
from revcycle.reports.filters import CONTACT_FACTS, ContactFacts, filter_words
from revcycle.reports.options import (
    AS_OF,
    VIEWER,
    YES_OR_NO,
    check_filters,
    check_options,
)
from revcycle.reports.report import Column, ColumnKind, Report, make_report
from revcycle.reports.spans import EVER, SPAN, Span, range_of, span_words
from revcycle.rules import ALWAYS, Rule, compile_rule
from revcycle.tables import Cell
from revcycle.worklists import MASK, is_patient_masked, patients_of, shown_name

__all__ = ["CONTACT_COLUMNS", "CONTACT_SUMMARY_COLUMNS", "contact_activity"]

CONTACT_SUMMARY_COLUMNS: Final = (
    Column(name="Service"),
    Column(name="Channel"),
    Column(name="Result"),
    Column(name="Contacts", kind=ColumnKind.COUNT),
)
"""The columns of the summary, in order."""

CONTACT_COLUMNS: Final = (
    Column(name="Date", kind=ColumnKind.DATE),
    Column(name="Time"),
    Column(name="Service"),
    Column(name="Channel"),
    Column(name="Result"),
    Column(name="Patient"),
    Column(name="Patient id"),
    Column(name="Department"),
    Column(name="Provider"),
    Column(name="Text", is_page_only=True),
)
"""The columns of the detail, in order; the text is for the page only."""


@attrs.frozen
class _Seen:
    """A contact, and the patient if the viewer may know who it is."""

    contact: Contact
    patient: Patient | None
    is_masked: bool


def contact_activity(
    contacts: Iterable[Contact],
    accounts: Iterable[Account],
    *,
    viewer: Viewer,
    as_of: date,
    span: Span = EVER,
    is_detailed: bool = False,
    filters: Rule = ALWAYS,
) -> Report:
    """Count contacts by service, channel and result, or list each with its text (RP-5).

    Of a patient whom *viewer* may not know a contact shows neither name, id nor text, comes last
    and is in no file; no filter finds it by them (PR-3). A patient of none of *accounts* counts
    as such for everybody from whom somebody is hidden. The text is on pages only.

    Args:
        contacts: as the host recorded them, in any order.
        accounts: the practice's, to know the patients by.
        viewer: who reads it.
        as_of: the day; later contacts are left out.
        span: the days to report.
        is_detailed: list each contact instead of counting them.
        filters: which contacts, over `CONTACT_FACTS`.

    Raises:
        InvalidRecord: an option is not what it must be.
        NotPermitted: *viewer* lacks the Worklists permission.
        UnknownFact: the filters ask for a fact that there is not.
    """
    check_options(
        "contact_activity",
        ("viewer", viewer, VIEWER),
        ("as_of", as_of, AS_OF),
        ("span", span, SPAN),
        ("is_detailed", is_detailed, YES_OR_NO),
    )
    check_filters("contact_activity", filters, CONTACT_FACTS)
    require_permission("contact_activity", viewer, Permission.SELF_PAY_WORKLISTS)
    days = range_of(span, as_of=as_of)
    passes = compile_rule(filters)
    known = (each for each in contacts if each.on <= as_of and days.holds(each.on))
    seen = [each for each in _seen(known, accounts, viewer) if passes(_facts(each))]
    kind = "each contact" if is_detailed else "contacts counted"
    caption = f"{kind}, {span_words(span)}, as of {as_of}{filter_words(filters, CONTACT_FACTS)}"
    if not is_detailed:
        rows = _counted(each.contact for each in seen)
        return make_report(_TITLE, caption, CONTACT_SUMMARY_COLUMNS, rows, as_of=as_of)
    seen.sort(key=lambda each: (each.contact.on, each.contact.at, each.contact.id))
    return make_report(
        _TITLE,
        caption,
        CONTACT_COLUMNS,
        [_row(each) for each in seen if not each.is_masked],
        masked=[_row(each) for each in seen if each.is_masked],
        as_of=as_of,
    )


_TITLE: Final = "Contact activity"


def _seen(
    contacts: Iterable[Contact], accounts: Iterable[Account], viewer: Viewer
) -> Iterator[_Seen]:
    contacts = tuple(contacts)
    patients = patients_of(accounts, {each.patient_id for each in contacts}, viewer=viewer)
    sees_all = sees_everyone(viewer)
    for contact in contacts:
        patient = patients.get(contact.patient_id)
        is_masked = not sees_all and (patient is None or is_patient_masked(patient, viewer))
        yield _Seen(contact, patient, is_masked)


def _counted(contacts: Iterable[Contact]) -> list[tuple[Cell, ...]]:
    counts = Counter((each.service, each.channel.value, each.result.value) for each in contacts)
    return [(*key, counts[key]) for key in sorted(counts)]


def _row(seen: _Seen) -> tuple[Cell, ...]:
    contact, patient = seen.contact, seen.patient
    name = shown_name(patient) if patient else None
    return (
        contact.on,
        contact.at.isoformat(timespec="minutes"),
        contact.service,
        contact.channel.value,
        contact.result.value,
        MASK if seen.is_masked else name,
        None if seen.is_masked else contact.patient_id,
        contact.department_id or None,
        contact.provider_id or None,
        None if seen.is_masked else contact.text,
    )


def _facts(seen: _Seen) -> ContactFacts:
    contact = seen.contact
    text = "" if seen.is_masked else contact.text
    return ContactFacts(
        service=contact.service,
        channel=contact.channel.value,
        result=contact.result.value,
        minute=contact.at.hour * 60 + contact.at.minute,
        patient_id="" if seen.is_masked else contact.patient_id,
        department_id=contact.department_id,
        provider_id=contact.provider_id,
        text_words=frozenset(re.findall(r"\w+", text.casefold())),
    )
