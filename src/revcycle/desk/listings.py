"""The tables of an account view: the family, charges, statements, notes (AV-3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from revcycle import money
from revcycle.accounts import Note, NoteAction
from revcycle.desk.parts import Facts, Part, words
from revcycle.desk.rows import ChargeRow, StatementRow
from revcycle.layout import Table
from revcycle.tables import Cell
from revcycle.worklists import ShownMember

__all__ = ["Names", "charges", "family", "notes", "placed", "statements"]

Names: TypeAlias = Mapping[str, str]
"""What the page calls each patient, by id; nobody masked is in it."""


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
            (row.on, " and ".join(map(words, row.methods)), row.printed_level.number, row.total)
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
                "" if note.action is NoteAction.OTHER and note.changed else words(note.action),
                note.text,
                "; ".join(_changed(note)),
            )
            for note in shown
        ),
    )


def _changed(note: Note) -> tuple[str, ...]:
    return note.changed or (("alarm cleared",) if note.cleared_alarm else ())
