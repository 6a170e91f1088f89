"""The parts of an account view, each made from the values it shows; page and text share them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final, TypeAlias

import attrs

from revcycle import money
from revcycle.accounts import Address, Guarantor, Note, NoteAction, Patient, StatementNote
from revcycle.desk.rows import ChargeRow, StatementRow
from revcycle.dunning import (
    AlarmState,
    AlarmStatus,
    Figures,
    PatientFigures,
    RunOutcome,
    Skip,
    SkipReason,
    Statement,
    StatementPreview,
)
from revcycle.holds import Hold
from revcycle.layout import Table
from revcycle.levels import DunningLevel
from revcycle.tables import Cell
from revcycle.worklists import MASK, ShownMember

__all__ = [
    "Facts",
    "Names",
    "Part",
    "charges",
    "family",
    "guarantor",
    "notes",
    "owed",
    "patient",
    "placed",
    "preview",
    "standing",
    "standing_notes",
    "statements",
]


@attrs.frozen
class Facts:
    """Labels and what they say.

    Attributes:
        title: what they are about.
        pairs: label and value.
    """

    title: str
    pairs: tuple[tuple[str, Cell], ...]


Part: TypeAlias = Facts | Table
Names: TypeAlias = Mapping[str, str]
"""What the page calls each patient, by id; nobody masked is in it."""


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
    said = _words(alarm.status)
    if alarm.level is not None:
        said = f"{said}, level {alarm.level} since {alarm.reached_on}"
        said += f", fires on {alarm.fires_on}" if alarm.status is AlarmStatus.WAITING else ""
    return said


def _hold(hold: Hold) -> str:
    whom = "account" if hold.subject_id is None else f"{_words(hold.scope)} {hold.subject_id}"
    until = "" if hold.last_on is None else f" until {hold.last_on}"
    return f"{_words(hold.reason)}, on {whom} since {hold.start_on}{until}"


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
            ("Insurance", _words(of.insurance_class)),
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
            ("Wants statements", f"{_words(of.delivery)}, {_words(of.statement_format)}"),
            ("Language", of.language),
        ),
    )


def _address(address: Address) -> str:
    place = " ".join(filter(None, (address.city, address.state, address.postal_code)))
    return ", ".join(filter(None, (*address.lines, place))) or "none"


def family(members: Iterable[ShownMember]) -> Table:
    """Show the family strip (AV-3)."""
    return Table(
        caption="The family",
        columns=(
            "Patient",
            "Patient id",
            "Relation",
            "Level",
            "Outstanding",
            "Plan due",
            "Plan overdue",
            "Credits",
            "Collect outstanding",
        ),
        rows=tuple(
            (
                member.name,
                member.patient_id,
                None if member.relation is None else member.relation.value,
                member.own.level.number,
                member.own.outstanding,
                member.own.plan_due,
                member.own.plan_overdue,
                member.own.credits,
                member.own.collect_outstanding,
            )
            for member in members
        ),
    )


# ------------------------------------------------------------------------- charges, statements


# What is most wanted stands first: a narrow window cuts the right side off.
_CHARGE_COLUMNS: Final = (
    "Claim",
    "Service",
    "Description",
    "Outstanding",
    "Level",
    "Reached",
    "Plan",
    "Overdue",
    "Held",
    "Amount",
    "Paid",
    "Adjusted",
    "Posted",
    "First billed",
    "Times billed",
    "Department",
    "Provider",
)


def charges(
    caption: str, rows: Iterable[ChargeRow], *, total: Decimal, names: Names | None = None
) -> Part:
    """Show outstanding charges with their sum; with *names*, whose each is (AV-3)."""
    rows = tuple(rows)
    if not rows:
        return Facts(f"{caption}: none", ())
    columns = _CHARGE_COLUMNS if names is None else ("Patient", *_CHARGE_COLUMNS)
    place = columns.index("Outstanding")
    gaps = [None] * (len(columns) - place - 1)
    return Table(
        caption=caption,
        columns=columns,
        rows=tuple(
            (*(() if names is None else (names[row.patient_id],)), *_charge_cells(row))
            for row in rows
        ),
        foot=("Total outstanding", *[None] * (place - 1), total, *gaps),
    )


def _charge_cells(row: ChargeRow) -> tuple[Cell, ...]:
    return (
        row.claim_id,
        row.service_on,
        row.description,
        row.outstanding,
        row.level.number,
        row.reached_on,
        row.plan_id,
        None if row.plan_id is None else row.overdue,
        "held" if row.is_held else None,
        row.amount,
        row.paid,
        row.adjusted,
        row.posted_on,
        row.first_billed_on,
        row.billed_count,
        row.department_id,
        row.provider_id,
    )


def placed(rows: Iterable[ChargeRow], *, names: Names) -> Table:
    """Show what an agency collects: in no other total of the page but collect outstanding."""
    rows = tuple(rows)
    return Table(
        caption="With a collection agency",
        columns=("Claim", "Patient", "Service", "Description", "Placed", "Agency", "Outstanding"),
        rows=tuple(
            (
                row.claim_id,
                names[row.patient_id],
                row.service_on,
                row.description,
                row.placement.placed_on if row.placement else None,
                row.placement.agency_id if row.placement else None,
                row.outstanding,
            )
            for row in rows
        ),
        foot=("Collect outstanding", *[None] * 5, money.total(row.outstanding for row in rows)),
    )


def statements(sent: Sequence[StatementRow]) -> Part:
    """Show the dates when statements were sent, and how."""
    if not sent:
        return Facts("Statements sent: none yet", ())
    return Table(
        caption="Statements sent",
        columns=("Date", "Method", "Level printed", "Total"),
        rows=tuple(
            (row.on, " and ".join(map(_words, row.methods)), row.printed_level.number, row.total)
            for row in sent
        ),
    )


def notes(shown: Sequence[Note], *, hidden_count: int, names: Names) -> Part:
    """Show the account notes as they were given, and how many are hidden."""
    caption = "Account notes" if shown else "Account notes: none"
    if hidden_count:
        caption += f" ({hidden_count} not shown: about patients you may not see)"
    if not shown:
        return Facts(caption, ())
    return Table(
        caption=caption,
        columns=("Date", "By", "About", "Done", "Note", "Changed"),
        rows=tuple(
            (
                note.on,
                note.by,
                "; ".join(names.get(each, each) for each in note.subject_ids),
                "" if note.action is NoteAction.OTHER and note.changed else _words(note.action),
                note.text,
                "; ".join(_changed(note)),
            )
            for note in shown
        ),
    )


def _changed(note: Note) -> tuple[str, ...]:
    return note.changed or (("alarm cleared",) if note.cleared_alarm else ())


# ---------------------------------------------------------------------------------- the preview


def preview(shown: StatementPreview | None, *, names: Names) -> Iterator[Part]:
    """Show the statement as it would be printed today, or why there is none (ST-10)."""
    if shown is None:
        yield _why_not(["it would name somebody whom you may not see"])
    elif shown.outcome is RunOutcome.WITHOUT_STATEMENT:
        yield _why_not(["every charge is at the last dunning level"])
    elif shown.statement is None:
        yield _why_not(map(_skip, shown.skips))
    else:
        yield from _statement(shown.statement, names)


def _why_not(reasons: Iterable[str]) -> Facts:
    return Facts("Not printed today", (("Because", "; ".join(reasons)),))


def _skip(skip: Skip) -> str:
    balance = f"{money.text(skip.amount)}" if skip.amount is not None else ""
    return {
        SkipReason.ALREADY_RUN_TODAY: "today's statement was made on another account",
        SkipReason.NOT_DUE: f"the next statement is due on {skip.on}",
        SkipReason.NOTHING_BILLABLE: "nothing is billable",
        SkipReason.ON_HOLD: "the account is on hold",
        SkipReason.NET_NOT_POSITIVE: f"credits leave a balance of {balance}",
        SkipReason.BELOW_MINIMUM: f"the balance of {balance} is below the least of {skip.wanted}",
    }[skip.reason]


def _statement(statement: Statement, names: Names) -> Iterator[Part]:
    yield Facts(
        "The statement",
        (
            ("Amount due now", statement.due_now),
            ("Due by", statement.due_on),
            ("Total outstanding", statement.total_outstanding),
            ("Goes out by", " and ".join(map(_words, statement.methods))),
            ("Level printed", statement.printed_level.number),
            ("Message", statement.message),
            *(("Note", note.text) for note in statement.notes),
        ),
    )
    yield Table(
        caption="Its lines",
        columns=(
            "Claim",
            "Patient",
            "Service",
            "Description",
            "Billed",
            "Insurance paid",
            "Adjusted",
            "Paid",
            "Outstanding",
            "Level",
            "Plan",
            "Held",
        ),
        rows=tuple(
            (
                line.claim_id,
                names[line.patient_id],
                line.service_on,
                line.description,
                line.billed,
                line.insurance_paid,
                line.adjusted,
                line.patient_paid,
                line.outstanding,
                line.level.number,
                "on plan" if line.on_plan else None,
                "held" if line.held else None,
            )
            for line in statement.lines
        ),
        foot=("Total outstanding", *[None] * 7, statement.total_outstanding, *[None] * 3),
    )


def _words(value: Enum) -> str:
    return str(value.value).replace("_", " ").replace("e statement", "e-statement")
