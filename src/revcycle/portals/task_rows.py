"""The rows of the tasks list, and their order: by any column, either way (PH-7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs

from revcycle.portals.links import (
    Action,
    EnrolmentWorklistLink,
    TaskColumn,
    TaskSort,
    action_words,
)
from revcycle.portals.portals import MedicalGroup, Portal
from revcycle.portals.search import folded_words
from revcycle.portals.tasks import WorkKind
from revcycle.tables import Cell

__all__ = ["TaskRow", "in_order", "task_cells"]


@attrs.frozen(kw_only=True)
class TaskRow:
    """A task that the practice must resolve (PH-7).

    Attributes:
        task_id: the task.
        issue_id: the issue whose task it is.
        portal: the portal, with its URL.
        kind: claims or unpostables.
        medical_group: the earliest created of those it applies to; None if none is known (PH-8).
        label: its status as people see it.
        action: where it is worked: a claims task on the enrolment worklist, with the issue's
            others; an unpostables task on its own page.
        created_on: the day it was opened.
        dollars: US dollars of the unpostables that wait for it; None for a claims task, whose
            dollars nobody knows.
    """

    task_id: str
    issue_id: str
    portal: Portal
    kind: WorkKind
    medical_group: MedicalGroup | None
    label: str
    action: Action
    created_on: date
    dollars: Decimal | None

    @property
    def action_words(self) -> str:
        """What the *Action needed* column says."""
        if isinstance(self.action, EnrolmentWorklistLink):
            return "Go to enrollment worklist"
        return action_words(self.action)


# --------------------------------------------------------------------------------------- order


def in_order(rows: list[TaskRow], sort: TaskSort) -> tuple[TaskRow, ...]:
    """Order *rows* by a column, either way: missing values last, ties by task id (PH-7)."""
    place = _PLACES[sort.column]
    by_id = sorted(rows, key=lambda row: row.task_id)
    # Sorting keeps the order of equals, backwards too, so ties stay by id.
    known = [row for row in by_id if place(row) is not None]
    known.sort(key=place, reverse=sort.is_descending)
    return (*known, *(row for row in by_id if place(row) is None))


_PLACES: Final[dict[TaskColumn, Callable[[TaskRow], Any]]] = {
    TaskColumn.TASK: lambda row: row.task_id,
    TaskColumn.PORTAL: lambda row: folded_words(row.portal.name),
    TaskColumn.KIND: lambda row: row.kind.value,
    TaskColumn.MEDICAL_GROUP: lambda row: (
        row.medical_group and folded_words(row.medical_group.name)
    ),
    TaskColumn.STATUS: lambda row: row.label,
    TaskColumn.ACTION: lambda row: row.action_words,
    TaskColumn.CREATED: lambda row: row.created_on,
    TaskColumn.DOLLARS: lambda row: row.dollars,
}
"""What each column is ordered by: names without case and accents, ids as text."""


# --------------------------------------------------------------------------------------- cells


def task_cells(row: TaskRow) -> tuple[Cell, ...]:
    """Give the cells of *row*, one for each `TaskColumn`."""
    return (
        row.task_id,
        row.portal.name,
        row.kind.value,
        None if row.medical_group is None else row.medical_group.name,
        row.label,
        row.action_words,
        row.created_on,
        row.dollars,
    )
