"""What each event does to an issue, described once: acts and `replay` go through it.

Nothing is asked here: an act was checked before its event was made, and `replay` checks what it is
given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs

from revcycle.portals import events as e
from revcycle.portals.history import TaskNote
from revcycle.portals.issues import AccessIssue, task_of
from revcycle.portals.moves import Move, TaskState
from revcycle.portals.tasks import Task, UnpostablesTask

__all__ = ["changed_by"]


def changed_by(issue: AccessIssue, event: e.Event) -> AccessIssue:
    """Give *issue* after one *event* that is not its opening.

    Raises:
        UnknownReference: *event* names a task that is not here.
        InvalidRecord: *issue* cannot be so.
    """
    return attrs.evolve(issue, tasks=_APPLY[type(event)](issue, event), last_act_on=event.on)


def _task_opened(issue: AccessIssue, event: e.TaskOpened) -> tuple[Task, ...]:
    return (*issue.tasks, event.task)


def _response_submitted(issue: AccessIssue, event: e.ResponseSubmitted) -> tuple[Task, ...]:
    response = event.response
    note = TaskNote(
        on=event.on,
        by=event.by,
        text=response.comment,
        move=Move.SUBMIT,
        change=response.change,
        addition=response.addition,
        needs_assistance=response.needs_assistance,
    )
    return _with_note(issue, event.task_id, note)


def _task_moved(issue: AccessIssue, event: e.TaskMoved) -> tuple[Task, ...]:
    note = TaskNote(on=event.on, by=event.by, text=event.note, move=event.move)
    return _with_note(issue, event.task_id, note)


def _note_added(issue: AccessIssue, event: e.NoteAdded) -> tuple[Task, ...]:
    return _with_note(issue, event.task_id, TaskNote(on=event.on, by=event.by, text=event.note))


def _unpostable_recorded(issue: AccessIssue, event: e.UnpostableRecorded) -> tuple[Task, ...]:
    """Tell it to every task that lists the unpostable and is not resolved, so that they agree."""
    task_of(issue, event.task_id)
    return tuple(
        task
        if task.state is TaskState.RESOLVED or not isinstance(task, UnpostablesTask)
        else _with_unpostable(task, event)
        for task in issue.tasks
    )


def _with_unpostable(task: UnpostablesTask, event: e.UnpostableRecorded) -> UnpostablesTask:
    after = event.after
    affected = tuple(after if known.id == after.id else known for known in task.affected)
    if task.id == event.task_id and all(known.id != after.id for known in task.affected):
        affected = (*affected, after)
    return attrs.evolve(task, affected=affected)


def _with_note(issue: AccessIssue, task_id: str, note: TaskNote) -> tuple[Task, ...]:
    task_of(issue, task_id)
    return tuple(
        attrs.evolve(task, notes=(*task.notes, note)) if task.id == task_id else task
        for task in issue.tasks
    )


_APPLY: Final[dict[type, Callable[[AccessIssue, Any], tuple[Task, ...]]]] = {
    e.TaskOpened: _task_opened,
    e.ResponseSubmitted: _response_submitted,
    e.TaskMoved: _task_moved,
    e.NoteAdded: _note_added,
    e.UnpostableRecorded: _unpostable_recorded,
}
