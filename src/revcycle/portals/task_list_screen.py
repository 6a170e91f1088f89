"""The tasks list as a value, and how it is shown: as text, as HTML and as CSV (PH-7, LE-2)."""

from __future__ import annotations

from typing import Final

import attrs

from revcycle.checks import COUNT
from revcycle.portals.acts import check_given
from revcycle.portals.links import (
    ALL_TASKS,
    OLDEST_FIRST,
    Addresses,
    TaskColumn,
    TaskFilters,
    TaskListLink,
    TaskSort,
    no_addresses,
    portal_address,
)
from revcycle.portals.portals import MedicalGroup, Portal
from revcycle.portals.sheet_html import sheet_html, styled
from revcycle.portals.sheet_text import sheet_text
from revcycle.portals.sheets import (
    Badge,
    Column,
    ColumnKind,
    Grid,
    GridRow,
    Linked,
    Sheet,
    Words,
    counted,
)
from revcycle.portals.task_rows import TaskRow, task_cells
from revcycle.tables import csv_text

__all__ = ["ROWS_SHOWN_MAX", "TaskList", "task_list_csv", "task_list_html", "task_list_text"]

ROWS_SHOWN_MAX: Final = 200
"""How many rows a notebook shows of a list."""


@attrs.frozen(kw_only=True)
class TaskList:
    """The practice's tasks under some filters, in an order (PH-7).

    Attributes:
        filters: what was asked for.
        sort: the order.
        portal: the portal filtered by, or None.
        medical_group: the group filtered by, or None.
        rows: the tasks.
        hidden_task_count: tasks of the practice that the filters hide.
    """

    filters: TaskFilters
    sort: TaskSort
    portal: Portal | None
    medical_group: MedicalGroup | None
    rows: tuple[TaskRow, ...]
    hidden_task_count: int

    def __str__(self) -> str:
        """Show the list as text."""
        return task_list_text(self)

    def _repr_html_(self) -> str:
        return styled(task_list_html(self, rows_max=ROWS_SHOWN_MAX))


def task_list_csv(tasks: TaskList) -> str:
    """Write *tasks* as CSV text: the rows shown, in the order shown (PH-7, LE-2)."""
    return csv_text([column.value for column in TaskColumn], map(task_cells, tasks.rows))


def task_list_text(tasks: TaskList, *, rows_max: int | None = None) -> str:
    """Write *tasks* as plain text, eighty columns wide.

    Args:
        tasks: what is shown.
        rows_max: how many rows to show; the caption tells how many there are. None shows all.

    Raises:
        InvalidRecord: *rows_max* is no count.
    """
    return sheet_text(_sheet(tasks, rows_max, no_addresses))


def task_list_html(
    tasks: TaskList, *, rows_max: int | None = None, addresses: Addresses = no_addresses
) -> str:
    """Write *tasks* as a section of HTML.

    Args:
        tasks: what is shown.
        rows_max: how many rows to show; the caption tells how many there are. None shows all.
        addresses: where the host shows what links lead to.

    Raises:
        InvalidRecord: *rows_max* is no count.
    """
    return sheet_html(_sheet(tasks, rows_max, addresses))


def _sheet(tasks: TaskList, rows_max: int | None, addresses: Addresses) -> Sheet:
    if rows_max is not None:
        check_given("rows_max", rows_max, COUNT)
    shown = tasks.rows[:rows_max]
    caption = f"Tasks that need your attention: {len(tasks.rows)}"
    if len(shown) < len(tasks.rows):
        caption += f", the first {len(shown)} of them"
    if tasks.hidden_task_count:
        caption += f"; {counted(tasks.hidden_task_count, 'task')} hidden by the filters"
    grid = Grid(
        caption=caption,
        columns=tuple(_column(column, tasks, addresses) for column in TaskColumn),
        rows=tuple(_grid_row(row, addresses) for row in shown),
        empty=_empty(tasks),
    )
    return Sheet(title="Tasks", anchor="tasks", blocks=(_filter_words(tasks, addresses), grid))


def _filter_words(tasks: TaskList, addresses: Addresses) -> Words:
    portal = "all portals" if tasks.portal is None else tasks.portal.name
    group = "all medical groups" if tasks.medical_group is None else tasks.medical_group.name
    way = "descending" if tasks.sort.is_descending else "ascending"
    order = "oldest first" if tasks.sort == OLDEST_FIRST else f"by {_title(tasks.sort)}, {way}"
    parts: list[str | Linked] = [f"Showing: {portal}; {group}; {order}."]
    cleared = addresses(TaskListLink(sort=tasks.sort))
    if cleared is not None and tasks.filters != ALL_TASKS:
        parts.append(Linked("Clear All", cleared))
    return Words(tuple(parts))


def _title(sort: TaskSort) -> str:
    return sort.column.value.lower()


def _empty(tasks: TaskList) -> str:
    if tasks.hidden_task_count:
        return "No task passes the filters."
    return "There is nothing that you must resolve."


def _column(column: TaskColumn, tasks: TaskList, addresses: Addresses) -> Column:
    """Head a column with the way to the list sorted by it, or turned round if it is already."""
    is_sorted = tasks.sort.column is column
    turned = TaskSort(column=column, is_descending=is_sorted and not tasks.sort.is_descending)
    order = "descending" if tasks.sort.is_descending else "ascending"
    return Column(
        title=column.value,
        kind=_KINDS.get(column, ColumnKind.TEXT),
        is_aside=column in _ASIDE,
        address=addresses(TaskListLink(filters=tasks.filters, sort=turned)),
        order=order if is_sorted else "",
    )


_KINDS: Final = {
    TaskColumn.STATUS: ColumnKind.LABEL,
    TaskColumn.CREATED: ColumnKind.DAY,
    TaskColumn.DOLLARS: ColumnKind.DOLLARS,
}
_ASIDE: Final = frozenset({TaskColumn.STATUS, TaskColumn.ACTION})


def _grid_row(row: TaskRow, addresses: Addresses) -> GridRow:
    return GridRow(
        cells=(
            row.task_id,
            Linked(row.portal.name, portal_address(row.portal)),
            row.kind.value,
            None if row.medical_group is None else row.medical_group.name,
            Badge(row.label, is_urgent=True),
            Linked(row.action_words, addresses(row.action)),
            row.created_on,
            row.dollars,
        )
    )
