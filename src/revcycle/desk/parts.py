"""What stands at the top of an account view and at its end, each part made from what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from typing import TypeAlias

import attrs

from revcycle import money
from revcycle.accounts import Address, Guarantor, Patient, StatementNote
from revcycle.checks import private
from revcycle.dunning import (
    AlarmState,
    AlarmStatus,
    Figures,
    PatientFigures,
    RunOutcome,
    Skip,
    SkipReason,
    StatementPreview,
)
from revcycle.holds import Hold
from revcycle.layout import Table
from revcycle.levels import DunningLevel
from revcycle.printing import statement_page, statement_text
from revcycle.tables import Cell
from revcycle.worklists import MASK

__all__ = [
    "Facts",
    "Part",
    "Printed",
    "guarantor",
    "owed",
    "patient",
    "preview",
    "standing",
    "standing_notes",
    "words",
]


@attrs.frozen
class Facts:
    """Labels and what they say.

    Attributes:
        title: what they are about.
        pairs: label and value.
    """

    title: str
    pairs: tuple[tuple[str, Cell], ...] = private()


@attrs.frozen
class Printed:
    """Text as it comes from a printer, line by line.

    Attributes:
        language: of its words.
        text: of 80 columns.
    """

    language: str
    text: str = private()


Part: TypeAlias = Facts | Table | Printed


# ------------------------------------------------------------------------ what stands at the top


def owed(own: PatientFigures, *, family: Figures | None, member_count: int) -> Table:
    """Show what is owed: by the patient and, of a family, by all together."""
    rows: list[tuple[Cell, ...]] = [
        (
            "This patient",
            own.due_now,
            own.outstanding,
            own.plan_due,
            own.plan_overdue,
            own.credits,
            own.collect_outstanding,
        )
    ]
    if family is not None:
        rows.append(
            (
                f"Family of {member_count}",
                family.due_now,
                family.total_outstanding,
                family.plan_due,
                family.plan_overdue,
                family.credits,
                family.collect_outstanding,
            )
        )
    return Table(
        caption="What is owed",
        columns=(
            "Whose",
            "Due now",
            "Total outstanding",
            "Plan amount due",
            "Plan overdue",
            "Credits",
            "Collect outstanding",
        ),
        rows=tuple(rows),
    )


def standing(
    alarm: AlarmState,
    *,
    level: DunningLevel,
    family_level: DunningLevel | None,
    last_statement_on: date | None,
    next_statement_on: date | None,
    holds: Iterable[Hold],
) -> Facts:
    """Show where the account stands in dunning."""
    shown_level = str(level) if family_level is None else f"{level} (the family's: {family_level})"
    pairs: list[tuple[str, Cell]] = [
        ("Dunning level", shown_level),
        ("Alarm", _alarm(alarm)),
        ("Last statement", last_statement_on or "none yet"),
        ("Next statement", next_statement_on or "at the next run"),
    ]
    pairs += [("Hold", _hold(hold)) for hold in holds]
    return Facts("Where the account stands", tuple(pairs))


def _alarm(alarm: AlarmState) -> str:
    said = words(alarm.status)
    if alarm.level is not None:
        said = f"{said}, level {alarm.level} since {alarm.reached_on}"
        said += f", fires on {alarm.fires_on}" if alarm.status is AlarmStatus.WAITING else ""
    return said


def _hold(hold: Hold) -> str:
    whom = "account" if hold.subject_id is None else f"{words(hold.scope)} {hold.subject_id}"
    until = "" if hold.last_on is None else f" until {hold.last_on}"
    return f"{words(hold.reason)}, on {whom} since {hold.start_on}{until}"


def standing_notes(patient: Patient) -> Facts:
    """Show the two notes that stand until somebody changes them."""
    return Facts(
        "Notes for staff and statements",
        (
            ("Patient note", patient.patient_note or "none"),
            ("Statement note", _statement_note(patient.statement_note)),
        ),
    )


def _statement_note(note: StatementNote | None) -> str:
    if note is None:
        return "none"
    begin = f" from {note.begin_on}" if note.begin_on else ""
    end = f" until {note.end_on}" if note.end_on else ""
    return f"{note.text} (prints{begin}{end})" if begin or end else note.text


# ------------------------------------------------------------------------------- demographics


def patient(of: Patient, *, as_of: date) -> Facts:
    """Show who the patient is and how to reach them."""
    coming = sorted(appointment.on for appointment in of.appointments if appointment.on >= as_of)
    return Facts(
        "Patient",
        (
            ("Date of birth", of.birth_on or "not known"),
            ("Telephone", ", ".join(of.phones) or "none"),
            ("E-mail", of.email or "none"),
            ("Address", _address(of.address)),
            ("Department", of.primary_department_id or "none"),
            ("Usual provider", of.usual_provider_id or "none"),
            ("Insurance", words(of.insurance_class)),
            ("Appointments", ", ".join(map(str, coming)) or "none coming"),
        ),
    )


def guarantor(of: Guarantor | None) -> Facts:
    """Show who answers for the bills; None is masked."""
    if of is None:
        return Facts("Guarantor", (("Name", MASK), ("Address", MASK)))
    return Facts(
        "Guarantor",
        (
            ("Name", " ".join(filter(None, (of.first_name, of.last_name))) or "none"),
            ("Address", _address(of.address)),
            ("E-mail", of.email or "none"),
            ("Wants statements", f"{words(of.delivery)}, {words(of.statement_format)}"),
            ("Language", of.language),
        ),
    )


def _address(address: Address) -> str:
    place = " ".join(filter(None, (address.city, address.state, address.postal_code)))
    return ", ".join(filter(None, (*address.lines, place))) or "none"


# ---------------------------------------------------------------------------------- the preview


def preview(shown: StatementPreview | None) -> Iterator[Part]:
    """Show the statement as it would be printed today, or why there is none (ST-10)."""
    if shown is None:
        yield _why_not(["it would name somebody whom you may not see"])
    elif shown.outcome is RunOutcome.WITHOUT_STATEMENT:
        yield _why_not(["every charge is at the last dunning level"])
    elif shown.statement is None:
        yield _why_not(map(_skip, shown.skips))
    else:
        statement = shown.statement
        methods = " and ".join(map(words, statement.methods))
        level = statement.printed_level.number
        yield Facts("The statement", (("Goes out by", methods), ("Level printed", level)))
        yield Printed(statement_page(statement).language, statement_text(statement))


def _why_not(reasons: Iterable[str]) -> Facts:
    return Facts("Not printed today", (("Because", "; ".join(reasons)),))


def _skip(skip: Skip) -> str:
    balance = f"{money.text(skip.amount)}" if skip.amount is not None else ""
    return {
        # The preview gives this reason in two cases and does not tell which it is (ST-10).
        SkipReason.ALREADY_RUN_TODAY: "today's statement was made already and cannot be shown "
        "again: on another account, or this account has changed since",
        SkipReason.NOT_DUE: f"the next statement is due on {skip.on}",
        SkipReason.NOTHING_BILLABLE: "nothing is billable",
        SkipReason.ON_HOLD: "the account is on hold",
        SkipReason.NET_NOT_POSITIVE: f"credits leave a balance of {balance}",
        SkipReason.BELOW_MINIMUM: f"the balance of {balance} is below the least of {skip.wanted}",
    }[skip.reason]


def words(value: Enum) -> str:
    """Say a value in the words it is made of."""
    return str(value.value).replace("_", " ").replace("e statement", "e-statement")
