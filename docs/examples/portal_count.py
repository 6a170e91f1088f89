"""The figures of the portal hub counted once more, from the raw records alone.

    differences    what the screens say and the records do not
      _state       with whom a task is, by its notes and the six moves written out here

Nothing that the library derives is read: neither states nor statuses nor sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from seeded_hub import JOHN

from revcycle.money import cents
from revcycle.portals import (
    AccessIssue,
    Hub,
    Task,
    UnpostablesTask,
    clear_all,
    dashboard,
    task_list,
)

__all__ = ["differences"]

_AFTER: Final = {
    ("practice", "submit"): "service",
    ("service", "return"): "practice",
    ("service", "pass"): "payer",
    ("payer", "answer"): "service",
    ("service", "resolve"): "resolved",
    ("payer", "resolve"): "resolved",
}


def differences(hub: Hub, *, as_of: date) -> Iterator[str]:
    """Yield every figure of the screens that the records do not bear out."""
    mine = {task.id for issue in hub.issues for task in issue.tasks if _state(task) == "practice"}
    attention = [issue for issue in hub.issues if _statuses(issue) & {"practice"}]
    outstanding = [issue for issue in hub.issues if _statuses(issue) != {"resolved"}]
    board = dashboard(hub, viewer=JOHN, as_of=as_of)
    every = dashboard(hub, viewer=JOHN, as_of=as_of, filters=clear_all())
    listed = [row.task_id for row in task_list(hub, viewer=JOHN).rows]

    for what, shown, counted in (
        ("tasks on the card", board.card.task_count, len(mine)),
        ("tasks listed", sorted(listed), sorted(mine)),
        ("portals", len(board.rows), len({issue.portal_id for issue in attention})),
        ("all portals", len(every.rows), len({issue.portal_id for issue in outstanding})),
        ("hidden issues", board.hidden_issue_count, len(outstanding) - len(attention)),
        (
            "dollars blocked",
            {row.portal.id: cents(row.blocked_dollars) for row in every.rows},
            {row.portal.id: _blocked_cents(outstanding, row.portal.id) for row in every.rows},
        ),
    ):
        if shown != counted:
            yield f"{what}: shown {shown}, counted {counted}"


def _statuses(issue: AccessIssue) -> set[str]:
    return {_state(task) for task in issue.tasks} or {issue.reported_owner.value}


def _state(task: Task) -> str:
    state = task.opened_with.value
    for note in task.notes:
        if note.move is not None:
            state = _AFTER[state, note.move.value]
    return state


def _blocked_cents(issues: list[AccessIssue], portal_id: str) -> int:
    waiting = {
        unpostable.id: int(unpostable.dollars * 100)
        for issue in issues
        if issue.portal_id == portal_id
        for task in issue.tasks
        if isinstance(task, UnpostablesTask) and _state(task) != "resolved"
        for unpostable in task.affected
        if unpostable.blocked and unpostable.closed_on is None
    }
    return sum(waiting.values())
