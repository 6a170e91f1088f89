"""What acts on an access issue report: facts in the past tense, with who, when and why.

Every event has ``on``, the day of the act, and ``by``, its author: a viewer's id where the
practice acted, else whom the host names. Notes and references to passwords are private in them as
in the records (PH-12).
"""

from __future__ import annotations

from datetime import date
from typing import Final, TypeAlias, get_args

import attrs

from revcycle.checks import DATE, ID, TEXT, WORDS, check_fields, one_of, optional, private, refuse
from revcycle.errors import InvalidRecord
from revcycle.portals.history import Response
from revcycle.portals.issues import AccessIssue
from revcycle.portals.moves import Move, TaskState
from revcycle.portals.tasks import TASK, Task
from revcycle.portals.unpostables import AffectedUnpostable

__all__ = [
    "EVENT_TYPES",
    "Event",
    "IssueOpened",
    "NoteAdded",
    "ResponseSubmitted",
    "TaskMoved",
    "TaskOpened",
    "UnpostableRecorded",
]


_ACT: Final = (("on", DATE), ("by", WORDS))
_TASK_ACT: Final = (*_ACT, ("task_id", ID))


@attrs.frozen
class IssueOpened:
    """An access issue was reported (PH-1); *issue* is as it was then."""

    on: date
    by: str
    issue: AccessIssue

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (*_ACT, ("issue", one_of(AccessIssue))))
        issue = self.issue
        if issue.tasks or not self.on == issue.reported_on == issue.last_act_on:
            must = "be as it was reported: of the event's day, and without a task"
            raise InvalidRecord("IssueOpened", "issue", issue.id, must)


@attrs.frozen
class TaskOpened:
    """A task was opened for somebody (PH-9)."""

    on: date
    by: str
    task: Task

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (*_ACT, ("task", TASK)))


@attrs.frozen
class ResponseSubmitted:
    """The practice answered a task, which went to the service for review (PH-11)."""

    on: date
    by: str
    task_id: str
    response: Response

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (*_TASK_ACT, ("response", one_of(Response))))


@attrs.frozen
class TaskMoved:
    """The service or the payer passed a task on, or it was resolved (PH-13).

    What the practice submits is `ResponseSubmitted`.
    """

    on: date
    by: str
    task_id: str
    move: Move
    before: TaskState
    after: TaskState
    note: str = private(default="")

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _MOVED)
        if self.move is Move.SUBMIT:
            refuse(self, "move", "be another than submit: that is ResponseSubmitted (PH-11)")


_MOVED: Final = (
    *_TASK_ACT,
    ("move", one_of(Move)),
    ("before", one_of(TaskState)),
    ("after", one_of(TaskState)),
    ("note", TEXT),
)


@attrs.frozen
class NoteAdded:
    """Something was written on a task that stayed where it was (PH-9)."""

    on: date
    by: str
    task_id: str
    note: str = private()

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, (*_TASK_ACT, ("note", TEXT)))


@attrs.frozen
class UnpostableRecorded:
    """An unpostable was found to be affected by a task, or is no longer what it was (PH-10).

    ``before`` is None when the task did not list it; else something of it is another ``after``.
    """

    on: date
    by: str
    task_id: str
    before: AffectedUnpostable | None
    after: AffectedUnpostable

    def __attrs_post_init__(self) -> None:
        """Check the fields."""
        check_fields(self, _RECORDED)
        if self.before == self.after:
            refuse(self, "after", "be another than before: told again, nothing happened (PH-10)")


_RECORDED: Final = (
    *_TASK_ACT,
    ("before", optional(one_of(AffectedUnpostable))),
    ("after", one_of(AffectedUnpostable)),
)


Event: TypeAlias = (
    IssueOpened | TaskOpened | ResponseSubmitted | TaskMoved | NoteAdded | UnpostableRecorded
)

EVENT_TYPES: tuple[type, ...] = get_args(Event)
"""Every event, for tagging on the wire and for exhaustive tests."""
