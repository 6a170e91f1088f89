"""Tasks: what somebody must do so that a portal can be used again, and what has been said of it.

    EnrolmentTask          for claims work; worked on the enrolment worklist
    UnpostablesTask        for unpostables work; answered by a response
      AffectedUnpostable ...
    both
      TaskNote ...         the history: what was written, and the moves
        Credentials        what a response gave, its password as the host's opaque reference

A task's state is derived from who had it first and the moves in its history. A task whose history
holds a move that may not be made cannot be built (PH-13).
"""

from __future__ import annotations

import enum
from datetime import date
from typing import Final, TypeAlias

import attrs

from revcycle.checks import (
    DATE,
    ID,
    TEXT,
    WORDS,
    Requirement,
    check_fields,
    each,
    one_of,
    optional,
    private,
    refuse,
    unique,
)
from revcycle.errors import InvalidRecord
from revcycle.portals.history import Response, TaskNote
from revcycle.portals.moves import Move, Owner, TaskState, state_after
from revcycle.portals.unpostables import AffectedUnpostable

__all__ = [
    "TASK",
    "AskedFor",
    "EnrolmentTask",
    "Task",
    "UnpostablesTask",
    "WorkKind",
    "has_asked_for_credentials",
    "needs_assistance",
    "responses_of",
    "work_kind",
]


class WorkKind(enum.Enum):
    """What an access issue keeps from being done, and so which kind of task it has (PH-1)."""

    CLAIMS = "claims"
    UNPOSTABLES = "unpostables"


class AskedFor(enum.Enum):
    """What an unpostables task asks of the practice (PH-9)."""

    PASSWORD = "password"  # noqa: S105  (a tag, not a secret)
    ACCOUNT = "account"
    NUMBERS = "numbers"
    OTHER = "other"


_GROUP_IDS: Final = Requirement(
    lambda v: type(v) is frozenset and all(map(ID.holds, v)), "be a frozenset of non-empty text ids"
)
_COMMON: Final = (
    ("id", ID),
    ("opened_with", one_of(Owner)),
    ("created_on", DATE),
    ("description", TEXT),
    ("instructions", TEXT),
    ("medical_group_ids", _GROUP_IDS),
    ("notes", each(one_of(TaskNote))),
)


@attrs.frozen(kw_only=True)
class EnrolmentTask:
    """A task that unblocks claims work, worked on the enrolment worklist (PH-9).

    Attributes:
        id: minted by the host, unique among all tasks.
        opened_with: who had to act first.
        created_on: the day it was opened.
        description: of the fault; private.
        instructions: how to resolve it; private.
        medical_group_ids: the groups it applies to, as far as known (PH-8).
        notes: its history, oldest first; it only grows.
        state: derived from `opened_with` and the moves in `notes`.
    """

    id: str
    opened_with: Owner
    created_on: date
    description: str = private(default="")
    instructions: str = private(default="")
    medical_group_ids: frozenset[str] = frozenset()
    notes: tuple[TaskNote, ...] = ()
    state: TaskState = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Check the fields and the history, and work out the state."""
        check_fields(self, _COMMON)
        object.__setattr__(self, "state", _state_by_history(self))
        if _holds_credentials(self):
            refuse(self, "notes", "hold no credentials: an enrolment task takes none (PH-9)")


@attrs.frozen(kw_only=True)
class UnpostablesTask:
    """A task that unblocks unpostables work, answered by a response (PH-9).

    Attributes:
        id: minted by the host, unique among all tasks.
        opened_with: who had to act first.
        created_on: the day it was opened.
        asks_for: what it asks of the practice, one thing or more.
        account_id: the portal account in question; None only where no credentials are asked for.
        tins: the tax ids to add to the account, where numbers are asked for; private.
        other_numbers: other identifying numbers to add, by the payer's requirements; private.
        affected: the unpostables it affects, closed ones among them, each id once.
        description: of the fault; private.
        instructions: how to resolve it; private.
        medical_group_ids: the groups it applies to, as far as known (PH-8).
        notes: its history, oldest first; it only grows.
        state: derived from `opened_with` and the moves in `notes`.
    """

    id: str
    opened_with: Owner
    created_on: date
    asks_for: frozenset[AskedFor]
    account_id: str | None = None
    tins: tuple[str, ...] = private(default=())
    other_numbers: tuple[str, ...] = private(default=())
    affected: tuple[AffectedUnpostable, ...] = ()
    description: str = private(default="")
    instructions: str = private(default="")
    medical_group_ids: frozenset[str] = frozenset()
    notes: tuple[TaskNote, ...] = ()
    state: TaskState = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Check the fields and the history, and work out the state."""
        check_fields(self, _COMMON)
        check_fields(self, _UNPOSTABLES)
        unique(self, "affected", [unpostable.id for unpostable in self.affected])
        object.__setattr__(self, "state", _state_by_history(self))
        if has_asked_for_credentials(self) and self.account_id is None:
            refuse(self, "account_id", "name the account whose credentials are asked for")
        if self.account_id is None and _holds_credentials(self):
            refuse(self, "notes", "hold no credentials: without an account it takes none (PH-9)")
        if (AskedFor.NUMBERS in self.asks_for) is not bool(self.tins or self.other_numbers):
            refuse(self, "asks_for", "hold numbers exactly when there are numbers to add")


_UNPOSTABLES: Final = (
    (
        "asks_for",
        Requirement(
            lambda v: type(v) is frozenset and v != frozenset() and {*map(type, v)} == {AskedFor},
            "be a frozenset of one or more AskedFor members",
        ),
    ),
    ("account_id", optional(ID)),
    ("tins", each(WORDS)),
    ("other_numbers", each(WORDS)),
    ("affected", each(one_of(AffectedUnpostable))),
)

Task: TypeAlias = EnrolmentTask | UnpostablesTask

TASK: Final = Requirement(
    lambda v: type(v) in {EnrolmentTask, UnpostablesTask},
    "be an EnrolmentTask or an UnpostablesTask",
    records_only=True,
)


def _holds_credentials(task: Task) -> bool:
    return any(note.change or note.addition for note in task.notes)


def _state_by_history(task: Task) -> TaskState:
    """Follow the moves of *task*; refuse one that may not be made and a day out of order."""
    state = TaskState(task.opened_with.value)
    day = task.created_on
    for note in task.notes:
        if note.on < day:
            must = f"be in the order of their days from {task.created_on} on"
            raise InvalidRecord(type(task).__name__, "notes", note.on, must)
        day = note.on
        if note.move is not None:
            after = state_after(state, note.move)
            if after is None:
                must = f"hold legal moves only: not {note.move.value} from {state.value} (PH-13)"
                raise InvalidRecord(type(task).__name__, "notes", task.id, must)
            state = after
        elif state is TaskState.RESOLVED:
            raise InvalidRecord(type(task).__name__, "notes", task.id, "end when it is resolved")
    return state


def work_kind(task: Task) -> WorkKind:
    """Give the kind of work that *task* unblocks."""
    return WorkKind.CLAIMS if type(task) is EnrolmentTask else WorkKind.UNPOSTABLES


def has_asked_for_credentials(task: Task) -> bool:
    """Tell whether an empty response would leave what was asked for open (PH-11)."""
    return isinstance(task, UnpostablesTask) and not task.asks_for.isdisjoint(_CREDENTIALS)


_CREDENTIALS: Final = frozenset({AskedFor.PASSWORD, AskedFor.ACCOUNT})


def responses_of(task: Task) -> tuple[Response, ...]:
    """Give the responses that the practice has submitted, oldest first (PH-11)."""
    return tuple(
        Response(
            change=note.change,
            addition=note.addition,
            comment=note.text,
            needs_assistance=note.needs_assistance,
        )
        for note in task.notes
        if note.move is Move.SUBMIT
    )


def needs_assistance(task: Task) -> bool:
    """Tell whether *task* is flagged for the service's attention: help was asked for (PH-9).

    The flag stands from the response that asked until the next move.
    """
    moves = [note for note in task.notes if note.move is not None]
    return bool(moves) and moves[-1].needs_assistance
