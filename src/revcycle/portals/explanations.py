"""Why an issue has its status, and which moves would change it (PH-4). No decision is built here.

`why_status` reads what the status is derived from; its status is always the issue's own.
"""

from __future__ import annotations

import enum
from typing import Final

import attrs

from revcycle.portals.issues import (
    AccessIssue,
    IssueStatus,
    status_by_states,
    status_label,
)
from revcycle.portals.moves import LEGAL_MOVES, Move, TaskState

__all__ = ["StatusCause", "StatusReason", "StatusWay", "status_lines", "why_status"]


class StatusCause(enum.Enum):
    """Which clause of PH-4 decides; the value is what it says of the tasks."""

    WITH_PRACTICE = "with the practice"
    WITH_SERVICE = "with the service, none with the practice"
    WITH_PAYER = "with the payer, none with the practice or the service"
    ALL_RESOLVED = "resolved, and there is no other"
    NO_TASK_YET = "no task yet: the reported owner must act"


@attrs.frozen(kw_only=True)
class StatusWay:
    """Moves that would change the status.

    Attributes:
        move: what each of the tasks would have to do.
        status: what the issue would then show.
    """

    move: Move
    status: IssueStatus


@attrs.frozen(kw_only=True)
class StatusReason:
    """Why an issue has its status.

    Attributes:
        status: the status.
        cause: the clause that decides.
        task_ids: the tasks that make it true, in their order.
        ways: what would change it, if all of these tasks made the same move.
    """

    status: IssueStatus
    cause: StatusCause
    task_ids: tuple[str, ...]
    ways: tuple[StatusWay, ...]


_CAUSES: Final = {
    TaskState.PRACTICE: StatusCause.WITH_PRACTICE,
    TaskState.SERVICE: StatusCause.WITH_SERVICE,
    TaskState.PAYER: StatusCause.WITH_PAYER,
    TaskState.RESOLVED: StatusCause.ALL_RESOLVED,
}


def why_status(issue: AccessIssue) -> StatusReason:
    """Say which clause gives *issue* its status, and what would change it (PH-4)."""
    if not issue.tasks:
        return StatusReason(
            status=issue.status, cause=StatusCause.NO_TASK_YET, task_ids=(), ways=()
        )
    states = [task.state for task in issue.tasks]
    decisive = next(state for state in _CAUSES if state in states)
    rest = [state for state in states if state is not decisive]
    ways = [
        StatusWay(move=legal.move, status=status_by_states([*rest, legal.after]))
        for legal in LEGAL_MOVES
        if legal.before is decisive
    ]
    return StatusReason(
        status=status_by_states(states),
        cause=_CAUSES[decisive],
        task_ids=tuple(task.id for task in issue.tasks if task.state is decisive),
        ways=tuple(ways),
    )


def status_lines(reason: StatusReason, *, service_name: str) -> tuple[str, ...]:
    """Say *reason* in English, a line each: ids and states only (PR-6)."""
    label = status_label(reason.status, service_name=service_name)
    if not reason.task_ids:
        return (f"{label}: {reason.cause.value}",)
    ids = ", ".join(reason.task_ids)
    noun = "task" if len(reason.task_ids) == 1 else "tasks"
    ways = [
        f"{way.move.value} {ids}: {status_label(way.status, service_name=service_name)}"
        for way in reason.ways
    ]
    return (f"{label}: {noun} {ids} {reason.cause.value}", *ways)
