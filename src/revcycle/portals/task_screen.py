"""A task as a value, and how its page is shown: as text and as HTML (PH-9, PH-10).

A view is for the viewer who was permitted to open it, and stays as it is. It shows user names, tax
ids and notes, because that is what the task is about; no password is ever known to it (PH-12).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from revcycle.checks import private
from revcycle.portals.dashboard_screen import account_words
from revcycle.portals.links import Addresses, UnpostableLink, no_addresses, portal_address
from revcycle.portals.moves import Move
from revcycle.portals.portals import Portal, PortalAccount
from revcycle.portals.responses import ResponseFields
from revcycle.portals.sheet_html import sheet_html, styled
from revcycle.portals.sheet_text import sheet_text
from revcycle.portals.sheets import (
    Badge,
    Block,
    Column,
    ColumnKind,
    Content,
    Facts,
    Fold,
    Grid,
    GridRow,
    Linked,
    Sheet,
    Words,
    anchor_of,
    counted,
)
from revcycle.portals.tasks import AskedFor, WorkKind
from revcycle.portals.unpostables import AffectedUnpostable, UnpostableKind

__all__ = [
    "HistoryEntry",
    "RelatedTask",
    "RelatedTasks",
    "TaskView",
    "related_tasks_anchor",
    "related_tasks_html",
    "related_tasks_text",
    "task_anchor",
    "task_html",
    "task_text",
]


@attrs.frozen(kw_only=True)
class HistoryEntry:
    """A note of a task's history as it is shown (PH-9, PH-12).

    Attributes:
        on: the day.
        by: the author.
        move: the move made with it, or None.
        text: what was written; private.
        has_new_user_name: whether the response changed the user name.
        has_new_password: whether it changed the password, which nothing shows.
        has_new_account: whether it added an account.
        needs_assistance: whether it asked for help.
    """

    on: date
    by: str
    move: Move | None
    text: str = private()
    has_new_user_name: bool
    has_new_password: bool
    has_new_account: bool
    needs_assistance: bool


@attrs.frozen(kw_only=True)
class TaskView:
    """A task as its page shows it (PH-9, PH-10).

    Attributes:
        issue_id: the issue whose task it is.
        task_id: the task.
        kind: claims or unpostables.
        portal: the portal, with its URL.
        is_with_practice: whether the practice must act.
        label: who must act, as people see it.
        service_name: what the practice calls the service (PH-14).
        created_on: the day it was opened.
        medical_group_names: the groups it applies to, the earliest created first (PH-8).
        description: of the fault; private.
        instructions: how to resolve it; private.
        asks_for: what is asked of the practice; empty for a claims task.
        tins: the tax ids to add to the account; private.
        other_numbers: other numbers to add; private.
        account: the account in question, or None.
        fields: which fields of a response may be filled, by state and account type.
        is_flagged: whether the practice's last response asked for assistance.
        history: every note, oldest first.
        affected: the open unpostables that it affects, each once, as they stand now; none for a
            claims task.
        blocked_dollars: US dollars of those that still wait for the issue.
    """

    issue_id: str
    task_id: str
    kind: WorkKind
    portal: Portal
    is_with_practice: bool
    label: str
    service_name: str
    created_on: date
    medical_group_names: tuple[str, ...]
    description: str = private()
    instructions: str = private()
    asks_for: frozenset[AskedFor]
    tins: tuple[str, ...] = private()
    other_numbers: tuple[str, ...] = private()
    account: PortalAccount | None
    fields: ResponseFields
    is_flagged: bool
    history: tuple[HistoryEntry, ...]
    affected: tuple[AffectedUnpostable, ...]
    blocked_dollars: Decimal

    @property
    def unpostable_links(self) -> tuple[UnpostableLink, ...]:
        """Where each of the affected unpostables can be viewed, in their order (PH-10)."""
        return tuple(UnpostableLink(unpostable_id=each.id) for each in self.affected)

    def __str__(self) -> str:
        """Show the task as text."""
        return task_text(self)

    def _repr_html_(self) -> str:
        return styled(task_html(self))


@attrs.frozen(kw_only=True)
class RelatedTask:
    """An enrolment task, to be read only (PH-6).

    Attributes:
        task_id: the task.
        is_with_practice: whether the practice must act.
        label: who must act, as people see it.
        created_on: the day it was opened.
        medical_group_names: the groups it applies to, the earliest created first.
        description: of the fault; private.
        instructions: how to resolve it; private.
    """

    task_id: str
    is_with_practice: bool
    label: str
    created_on: date
    medical_group_names: tuple[str, ...]
    description: str = private()
    instructions: str = private()


@attrs.frozen(kw_only=True)
class RelatedTasks:
    """All enrolment tasks of an issue, whoever has them; there is nothing to do here (PH-6).

    Attributes:
        issue_id: the issue.
        portal: its portal.
        tasks: in the order in which they were opened.
    """

    issue_id: str
    portal: Portal
    tasks: tuple[RelatedTask, ...]

    def __str__(self) -> str:
        """Show the tasks as text."""
        return related_tasks_text(self)

    def _repr_html_(self) -> str:
        return styled(related_tasks_html(self))


def task_text(task: TaskView) -> str:
    """Write *task* as plain text, eighty columns wide."""
    return sheet_text(_sheet(task, no_addresses))


def task_html(task: TaskView, *, addresses: Addresses = no_addresses) -> str:
    """Write *task* as a section of HTML: issue response, history, affected unpostables.

    Args:
        task: what is shown.
        addresses: where the host shows what links lead to: unpostables, in a window of their own.
    """
    return sheet_html(_sheet(task, addresses))


def task_anchor(task_id: str) -> str:
    """Give the id of the section that `task_html` writes, for links within a page."""
    return anchor_of("task", task_id)


def related_tasks_anchor(issue_id: str) -> str:
    """Give the id of the section that `related_tasks_html` writes, for links within a page."""
    return anchor_of("related", issue_id)


def related_tasks_text(related: RelatedTasks) -> str:
    """Write *related* as plain text, eighty columns wide."""
    return sheet_text(_related_sheet(related))


def related_tasks_html(related: RelatedTasks) -> str:
    """Write *related* as a section of HTML, in which nothing can be done."""
    return sheet_html(_related_sheet(related))


# ---------------------------------------------------------------------------------- the sheets


def _sheet(task: TaskView, addresses: Addresses) -> Sheet:
    blocks: list[Block] = [
        Facts(pairs=tuple(_headline(task))),
        Facts(title="Issue response", pairs=tuple(_response(task))),
        _history(task),
    ]
    if task.kind is WorkKind.UNPOSTABLES:
        blocks.append(_affected(task, addresses))
    return Sheet(
        title=f"{task.kind.value.capitalize()} task {task.task_id}",
        anchor=task_anchor(task.task_id),
        blocks=tuple(blocks),
    )


def _headline(task: TaskView) -> Iterator[tuple[str, Content]]:
    yield "Status", Badge(task.label, is_urgent=task.is_with_practice)
    yield "Portal", Linked(task.portal.name, portal_address(task.portal))
    yield "Issue", task.issue_id
    yield "Created", task.created_on
    if task.medical_group_names:
        yield "Medical groups", ", ".join(task.medical_group_names)


def _response(task: TaskView) -> Iterator[tuple[str, Content]]:
    yield "Task description", task.description or "none given"
    yield "Instructions", task.instructions or "none given"
    if task.tins:
        yield "TIN(s) to add", task.tins
    if task.other_numbers:
        yield "Other numbers to add", task.other_numbers
    if task.kind is WorkKind.UNPOSTABLES:
        yield "User name", account_words(task.account)
        yield "Password", "never shown"
        yield "Change or add account information", _changeable(task.fields)
    if task.fields.comment:
        yield "Comment", "optional, answers the notes on the task"
    yield f"{task.service_name} assistance", _assistance(task)


def _changeable(fields: ResponseFields) -> Content:
    ways = (
        (fields.user_name, "Edit the user name"),
        (fields.password, "Edit the password"),
        (fields.addition, "Add account information"),
    )
    allowed = tuple(words for is_allowed, words in ways if is_allowed)
    return allowed or "not while the task is with others, or not for this type of account"


def _assistance(task: TaskView) -> str:
    if task.is_flagged:
        return "asked for"
    return "not asked for; a response can" if task.fields.comment else "not asked for"


def _history(task: TaskView) -> Fold | Words:
    if not task.history:
        return Words(("No history: nothing has been written on this task yet.",))
    rows = tuple(
        GridRow(cells=(entry.on, entry.by, _done(entry), entry.text)) for entry in task.history
    )
    columns = (
        Column(title="Day", kind=ColumnKind.DAY),
        Column(title="By"),
        Column(title="What was done"),
        Column(title="Note"),
    )
    grid = Grid(
        caption="History, oldest first",
        columns=columns,
        rows=rows,
        empty="Nothing has been written.",
    )
    return Fold(summary=f"View history: {counted(len(rows), 'entry', 'entries')}", blocks=(grid,))


def _done(entry: HistoryEntry) -> Content:
    done = (
        (entry.move is not None, _MOVES[entry.move] if entry.move else ""),
        (entry.has_new_user_name, "new user name"),
        (entry.has_new_password, "new password (not shown)"),
        (entry.has_new_account, "account added (not shown)"),
        (entry.needs_assistance, "assistance asked for"),
    )
    return tuple(words for is_so, words in done if is_so)


_MOVES: Final = {
    Move.SUBMIT: "response submitted",
    Move.RETURN: "returned to the practice",
    Move.PASS: "passed to the payer",
    Move.ANSWER: "answered by the payer",
    Move.RESOLVE: "resolved",
}


def _affected(task: TaskView, addresses: Addresses) -> Grid:
    blocked = sum(each.blocked for each in task.affected)
    return Grid(
        caption=f"Affected unpostables: {len(task.affected)} open, {blocked} blocked",
        columns=(
            Column(title="Unpostable"),
            Column(title="Kind"),
            Column(title="Blocked"),
            Column(title="Dollars", kind=ColumnKind.DOLLARS),
        ),
        rows=tuple(
            GridRow(
                cells=(
                    Linked(link.unpostable_id, addresses(link), in_new_window=True),
                    _KINDS[each.kind],
                    each.blocked,
                    each.dollars,
                )
            )
            for each, link in zip(task.affected, task.unpostable_links, strict=True)
        ),
        empty="No open unpostable is affected.",
        foot=("Dollars blocked", None, None, task.blocked_dollars),
    )


_KINDS: Final = {UnpostableKind.CHECK: "check", UnpostableKind.EFT_DEPOSIT: "EFT deposit"}


def _related_sheet(related: RelatedTasks) -> Sheet:
    link = Linked(related.portal.name, portal_address(related.portal))
    grid = Grid(
        caption=f"Enrollment tasks of issue {related.issue_id}, read-only",
        columns=(
            Column(title="Task id"),
            Column(title="Status", kind=ColumnKind.LABEL),
            Column(title="Created", kind=ColumnKind.DAY),
            Column(title="Medical groups"),
            Column(title="Description", is_aside=True),
            Column(title="Instructions", is_aside=True),
        ),
        rows=tuple(
            GridRow(
                cells=(
                    task.task_id,
                    Badge(task.label, is_urgent=task.is_with_practice),
                    task.created_on,
                    ", ".join(task.medical_group_names),
                    task.description,
                    task.instructions,
                )
            )
            for task in related.tasks
        ),
        empty="This issue has no enrollment task.",
    )
    return Sheet(
        title=f"Related tasks of issue {related.issue_id}",
        anchor=related_tasks_anchor(related.issue_id),
        blocks=(Words(("Portal:", link)), grid),
    )
