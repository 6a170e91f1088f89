"""What a run returns: families under their heads, a row for each member, totals.

A result is a value. It holds names, because a page must show them, and hides them from `repr`;
of a masked patient it holds none. An account's id is kept hidden for comparing two results, and
shown only where the head is not masked.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.access import Viewer
from revcycle.checks import private
from revcycle.layout import Table, html_of, text_of
from revcycle.levels import DunningLevel
from revcycle.money import total
from revcycle.tables import Cell, csv_text
from revcycle.worklists.worklist import Worklist

__all__ = [
    "COLUMNS",
    "MASK",
    "ROWS_SHOWN_MAX",
    "FamilyFigures",
    "MemberFigures",
    "Relation",
    "WorklistFamily",
    "WorklistResult",
    "WorklistRow",
    "WorklistTotals",
    "worklist_csv",
    "worklist_html",
    "worklist_text",
]

MASK: Final = "XXXXXXXX"
"""What is shown for the name of a masked patient (PR-3)."""

ROWS_SHOWN_MAX: Final = 200
"""How many rows a notebook shows of a result."""


class Relation(enum.Enum):
    """What a member is to the family's head (WL-11)."""

    HEAD = "head"
    MEMBER = "member"


@attrs.frozen(kw_only=True)
class MemberFigures:
    """One member's own figures (WL-11, DL-10).

    Attributes:
        level: the most severe of the member's billable charges.
        outstanding: US dollars of the member's open charges not placed.
        credits: US dollars, zero or less.
        plan_due: US dollars that the member's plans ask for now.
        plan_overdue: US dollars of their arrears.
        collect_outstanding: US dollars still owed on the member's placed charges.
    """

    level: DunningLevel
    outstanding: Decimal
    credits: Decimal
    plan_due: Decimal
    plan_overdue: Decimal
    collect_outstanding: Decimal


@attrs.frozen(kw_only=True)
class FamilyFigures:
    """What all rows of a family share (WL-11).

    Attributes:
        level: the account level, live (DL-9).
        alarm_level: the level at which the alarm fires.
        alarm_since: the day that level was reached (AL-3).
        last_statement_on: the latest statement, or None.
        next_statement_on: a run is due on or after it; None is due at the first run.
        outstanding: US dollars of all members together; the amount that WL-4 filters by.
    """

    level: DunningLevel
    alarm_level: DunningLevel
    alarm_since: date
    last_statement_on: date | None
    next_statement_on: date | None
    outstanding: Decimal


@attrs.frozen(kw_only=True)
class WorklistRow:
    """One patient on a worklist (WL-11).

    Attributes:
        patient_id: None when masked.
        name: last name, first name; `MASK` when masked; hidden.
        relation: to the head; None when masked.
        is_masked: whether the viewer may not know who this is (PR-3).
        own: the member's figures.
        family: what the rows of the family share.
    """

    patient_id: str | None
    name: str = private()
    relation: Relation | None
    is_masked: bool
    own: MemberFigures
    family: FamilyFigures

    @property
    def is_selectable(self) -> bool:
        """Whether the row can be selected and the patient's account view opened (PR-3)."""
        return not self.is_masked


@attrs.frozen(kw_only=True)
class WorklistFamily:
    """One account on a worklist: all its members, under the head (FA-2).

    Attributes:
        account_id: for comparing results; hidden, because it may tell who a masked head is.
        member_ids: all current members, masked ones too; hidden.
        shown_account_id: the account id; None when the head is masked.
        figures: what all rows share.
        rows: the head, the other members by name, then masked members.
    """

    account_id: str = private()
    member_ids: frozenset[str] = private()
    shown_account_id: str | None
    figures: FamilyFigures
    rows: tuple[WorklistRow, ...]


@attrs.frozen(kw_only=True)
class WorklistTotals:
    """The sums over a result.

    Attributes:
        family_count: accounts.
        patient_count: their members.
        masked_count: those of them who are masked.
        outstanding, credits, plan_due, plan_overdue, collect_outstanding: US dollars.
    """

    family_count: int
    patient_count: int
    masked_count: int
    outstanding: Decimal
    credits: Decimal
    plan_due: Decimal
    plan_overdue: Decimal
    collect_outstanding: Decimal


@attrs.frozen(kw_only=True)
class WorklistResult:
    """A worklist as it was run: stays as it is whatever becomes of definitions and accounts.

    Attributes:
        worklist: the definition it was run by.
        viewer: for whom; whoever gets the result sees what the viewer may.
        as_of: the day.
        families: in the order of the definition's sort (WL-8).
    """

    worklist: Worklist
    viewer: Viewer
    as_of: date
    families: tuple[WorklistFamily, ...]

    @property
    def rows(self) -> tuple[WorklistRow, ...]:
        """All rows, family by family."""
        return tuple(row for family in self.families for row in family.rows)

    @property
    def totals(self) -> WorklistTotals:
        """The sums over all rows, masked ones included."""
        rows = self.rows
        own = [row.own for row in rows]
        return WorklistTotals(
            family_count=len(self.families),
            patient_count=len(rows),
            masked_count=sum(row.is_masked for row in rows),
            outstanding=total(figures.outstanding for figures in own),
            credits=total(figures.credits for figures in own),
            plan_due=total(figures.plan_due for figures in own),
            plan_overdue=total(figures.plan_overdue for figures in own),
            collect_outstanding=total(figures.collect_outstanding for figures in own),
        )

    def __str__(self) -> str:
        """Lay the result out as text."""
        return worklist_text(self)

    def _repr_html_(self) -> str:
        return worklist_html(self, rows_max=ROWS_SHOWN_MAX)


# ----------------------------------------------------------------------------------- as a page

COLUMNS: Final = (
    "Account",
    "Patient id",
    "Patient",
    "Relation",
    "Level",
    "Account level",
    "Outstanding",
    "Credits",
    "Plan due",
    "Plan overdue",
    "Alarm",
    "Since",
    "Last statement",
    "Next statement",
    "Collect outstanding",
    "Selectable",
)
"""The columns of a worklist, in order (WL-11)."""


def worklist_text(result: WorklistResult) -> str:
    """Write *result* as a table of plain text."""
    return text_of(_table(result, rows_max=None))


def worklist_html(result: WorklistResult, *, rows_max: int | None = None) -> str:
    """Write *result* as one HTML table: escaped, captioned, with scoped headers, no script.

    Args:
        result: what was run.
        rows_max: how many rows to show; the caption tells how many there are. None shows all.
    """
    return html_of(_table(result, rows_max=rows_max))


def worklist_csv(result: WorklistResult) -> str:
    """Write *result* as CSV text without the masked rows (LE-2, PR-3)."""
    return csv_text(COLUMNS, (cells for row, cells in _cells(result) if not row.is_masked))


def _table(result: WorklistResult, *, rows_max: int | None) -> Table:
    rows = [cells for _, cells in _cells(result)]
    shown = rows if rows_max is None else rows[:rows_max]
    sums = result.totals
    caption = (
        f"{result.worklist.name}, level {result.worklist.alarm_level}, on {result.as_of}: "
        f"{_counted(sums.family_count, 'account', 'accounts')}, "
        f"{_counted(sums.patient_count, 'patient', 'patients')}"
    )
    if len(shown) < len(rows):
        caption += f"; the first {len(shown)} rows"
    foot: list[Cell] = ["Total", *[None] * 5]
    foot += [sums.outstanding, sums.credits, sums.plan_due, sums.plan_overdue]
    foot += [*[None] * 4, sums.collect_outstanding, None]
    return Table(
        caption=caption,
        columns=COLUMNS,
        rows=tuple(map(tuple, shown)),
        foot=tuple(foot),
        row_header=COLUMNS.index("Patient"),
    )


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _cells(result: WorklistResult) -> Iterator[tuple[WorklistRow, tuple[Cell, ...]]]:
    for family in result.families:
        for row in family.rows:
            yield row, _row_cells(family, row)


def _row_cells(family: WorklistFamily, row: WorklistRow) -> tuple[Cell, ...]:
    own, shared = row.own, row.family
    return (
        family.shown_account_id,
        row.patient_id,
        row.name,
        row.relation.value if row.relation else None,
        own.level.number,
        shared.level.number,
        own.outstanding,
        own.credits,
        own.plan_due,
        own.plan_overdue,
        shared.alarm_level.number,
        shared.alarm_since,
        shared.last_statement_on,
        shared.next_statement_on,
        own.collect_outstanding,
        row.is_selectable,
    )
